"""A papermill engine without a kernel, for a process that was made for one campaign and ends with it.

A kernel of its own costs each notebook two to three seconds of imports; here the process has imported everything before.
"""

import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout

import altair as alt
import nbformat
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines
from traitlets import List
from traitlets.config import Config

#: The name under which papermill knows this engine.
IN_PROCESS = "careworth"

#: Characters of printed text that a cell may leave in the executed notebook.
MOST_PRINTED = 100_000

#: No history, no colours and no questions: what a cell prints is the same wherever it runs.
SETTINGS = Config({"HistoryManager": {"enabled": False, "hist_file": ":memory:"}, "InteractiveShell": {"colors": "nocolor"}})


class _Publisher(DisplayPublisher):
    def publish(self, data, metadata=None, *, update=False, **_) -> None:
        """Keep what a cell displays; an update of something shown before is not kept."""
        if not update:
            self.shell.shown.append(nbformat.v4.new_output("display_data", data=data, metadata=metadata or {}))


class _Results(DisplayHook):
    def write_output_prompt(self) -> None:
        """No prompt: the count stands in the output."""

    def write_format_data(self, format_dict, md_dict=None) -> None:
        """Keep the value of a cell's last line."""
        self.shell.shown.append(
            nbformat.v4.new_output("execute_result", execution_count=self.prompt_count, data=format_dict, metadata=md_dict or {})
        )


class _Shell(InteractiveShell):
    shown = List()
    displayhook_class = _Results
    display_pub_class = _Publisher

    def _showtraceback(self, etype, evalue, stb) -> None:
        self.shown.append(nbformat.v4.new_output("error", ename=etype.__name__, evalue=str(evalue), traceback=list(stb)))


class _Printed(io.TextIOBase):
    """One of the two streams: collects what is printed, up to a limit."""

    def __init__(self, shell: _Shell, name: str) -> None:
        self.shell, self.name, self.left = shell, name, MOST_PRINTED

    def write(self, text: str) -> int:
        """How much was printed; what goes beyond the limit is not kept."""
        kept = text[: self.left]
        self.left -= len(kept)
        last = self.shell.shown[-1] if self.shell.shown else {}
        if kept and last.get("name") == self.name:
            last["text"] += kept
        elif kept:
            self.shell.shown.append(nbformat.v4.new_output("stream", name=self.name, text=kept))
        return len(text)


class InProcessEngine(Engine):
    """Runs each cell with IPython in this very process; a cell that ends the process ends the campaign, and no other."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, told: Callable[[int], None] = lambda _: None, **_
    ) -> None:
        """Run all cells up to the first that fails; `told` hears the number of each of the author's cells before it starts."""
        _Shell.clear_instance()
        shell = _Shell.instance(config=SETTINGS)
        shell.display_formatter.mimebundle_formatter.for_type(alt.TopLevelMixin, _as_shown)
        try:
            injected = 0
            for number, cell in enumerate(nb_man.nb.cells):
                injected += "injected-parameters" in cell.metadata.get("tags", [])
                told(number - injected + 1)
                nb_man.cell_start(cell, number)
                failed = _is_code(cell) and not _run(shell, cell)
                if failed:
                    nb_man.cell_exception(cell, number)
                nb_man.cell_complete(cell, number)
                if failed:
                    return
        finally:
            _Shell.clear_instance()


def _as_shown(chart: alt.TopLevelMixin, **_) -> object:
    # To check a chart against its schema takes twice as long as to draw it; JupyterLab and the tests check it.
    return alt.renderers.get()(chart.to_dict(validate=False, context={"pre_transform": False}))


def _is_code(cell) -> bool:
    return cell.cell_type == "code" and bool(cell.source.strip())


def _run(shell: _Shell, cell) -> bool:
    shell.shown = []
    with redirect_stdout(_Printed(shell, "stdout")), redirect_stderr(_Printed(shell, "stderr")):
        done = shell.run_cell(cell.source, store_history=True)
    if isinstance(done.error_in_exec, SystemExit):
        # A kernel takes it for a polite end, and papermill the half-run notebook for a whole one.
        shell.shown.append(nbformat.v4.new_output("error", ename="SystemExit", evalue="a cell ended the run", traceback=[]))
    cell.outputs, cell.execution_count = list(shell.shown), shell.execution_count - 1
    return done.success


papermill_engines.register(IN_PROCESS, InProcessEngine)
