"""The errors that Careworth raises on purpose; each message says what was found and what to do."""


class CareworthError(ValueError):
    """Base of every error this package raises on purpose; the command line exits with 2.

    `code` names the kind of fault for programs, such as E_ENCODING; empty where there is none.
    """

    def __init__(self, message: str, code: str = ""):
        super().__init__(message)
        self.code = code

    def _render_traceback_(self) -> list[str]:
        # What Jupyter shows of an error: the sentence says what to do, and a traceback would hide it.
        return [f"{type(self).__name__}: {self}"]


class ConfigError(CareworthError):
    """A workspace or campaign file is missing, unreadable or says something impossible."""


class ParameterError(CareworthError):
    """A campaign, notebook or command parameter is missing, unknown or out of range."""


class ContractError(CareworthError):
    """A table broke its contract: columns, types, key or identity."""


class SourceError(CareworthError):
    """A source cannot be read as the format that the workspace declares."""


class RunError(CareworthError):
    """A notebook did not run to its end."""
