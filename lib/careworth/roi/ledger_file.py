"""A ledger in one file: what was spent and what came back, checked and made a model (METRICS.md M9, M10, C.9)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from careworth.errors import CareworthError, ConfigError
from careworth.roi.distributions import Fixed
from careworth.roi.ledger_checks import about, line_label, require_cost, require_possible, require_used, require_whole, with_flows
from careworth.roi.ledger_schema import BenefitLine, LedgerFile, LedgerInput, LedgerLine, amount_of, distribution_of, number_of
from careworth.roi.model import COST, GAIN, REST, Correlation, Input, Line, Model
from careworth.settings_files import SUFFIXES, read_settings, refusal, shown
from careworth.strict import advice, checked

#: The metric that a gain of each kind is.
METRIC_OF = {"avoided_contacts": "M3", "productivity": "M4", "incremental_margin": "M7", "retention": "M8", "stated": "M9"}

#: How well an amount is known whose line does not say.
ASSUMED = "C"


@dataclass(frozen=True)
class Ledger:
    """A ledger's file as a model.

    Parameters
    ----------
    periods : int
        Periods after time 0.
    parts : mapping
        By line of the file, the names of its lines in the model: one for each period that it has an amount in.
    shares : mapping
        By line of the model, the share of it that falls at time 0 and in each period.
    """

    file: LedgerFile
    periods: int
    model: Model
    parts: Mapping[str, tuple[str, ...]]
    shares: Mapping[str, np.ndarray]

    @property
    def lines(self) -> list[LedgerLine]:
        """The lines of the file, costs first."""
        return [*self.file.costs, *self.file.benefits]


def read_ledger(path: Path) -> Ledger:
    """The ledger that the file says, in TOML, YAML or JSON.

    Raises
    ------
    ConfigError
        Naming the file, the line and what to do.
    """
    file = checked(LedgerFile, read_settings(path, (*SUFFIXES, ".json")), path.name)
    with naming(path):
        return make_ledger(file)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Puts the file's name before what is refused inside."""
    try:
        yield
    except ConfigError:
        raise
    except CareworthError as error:
        raise refusal(path.name, f": {error}", error.code or "E_BAD_FIELD") from None


def make_ledger(file: LedgerFile) -> Ledger:
    """The ledger as a model, after every check.

    Raises
    ------
    CareworthError
        Naming the line and what to do.
    """
    file = with_flows(file)
    lines = {line_label(line): line for line in [*file.costs, *file.benefits]}
    for label, line in lines.items():
        with about(label):
            require_possible(file, line)
    require_whole(file)
    periods = _periods(lines)
    parts = [part for label, line in lines.items() for part in _parts(file, label, line, periods)]
    model = Model(_inputs(file, parts), tuple(part.line for part in parts), _correlations(file))
    require_used(file, model)
    require_cost(model)
    by_line = {line.name: tuple(part.line.name for part in parts if part.of == line.name) for line in lines.values()}
    return Ledger(file, periods, model, by_line, {part.line.name: part.shares for part in parts})


@dataclass(frozen=True)
class _Part:
    of: str
    line: Line
    inputs: tuple[Input, ...]
    shares: np.ndarray


def _periods(lines: Mapping[str, LedgerLine]) -> int:
    lengths = {label: len(line.amounts or line.spread or []) for label, line in lines.items()}
    known = {label: length for label, length in lengths.items() if length}
    if len(set(known.values())) > 1:
        (one, longest), *_, (other, shortest) = sorted(known.items(), key=lambda item: -item[1])
        raise CareworthError(
            f"{other} has {shortest} amounts by period and {one} has {longest}; give each one for every period, 0 where none is"
        )
    return max(known.values(), default=1) - 1


def _parts(file: LedgerFile, label: str, line: LedgerLine, periods: int) -> list[_Part]:
    with about(label):
        if line.product is not None:
            return [_product_part(file, line, line.product, periods)]
        return list(_amount_parts(file, line, line.amounts or []))


def _product_part(file: LedgerFile, line: LedgerLine, factors: list[str], periods: int) -> _Part:
    known = [*file.inputs, *(f"{REST}{name}" for name in file.inputs)]
    if unknown := [factor for factor in factors if factor not in known]:
        told = advice(unknown[0], known) if known else f"{shown(unknown[0])}; the ledger has none, add it under [inputs]"
        raise CareworthError(f"no input {told}")
    return _Part(line.name, _model_line(file, line, line.name, tuple(factors)), (), _spread(line, periods))


def _spread(line: LedgerLine, periods: int) -> np.ndarray:
    """The share of a product in each period: as its line says, else evenly after time 0."""
    if line.spread is None:
        return np.array([0.0] + [1 / periods] * periods) if periods else np.ones(1)
    shares = np.array([number_of(share) for share in line.spread])
    if (shares < 0).any() or abs(shares.sum() - 1) > 1e-6:
        raise CareworthError(f"spread: need shares of 0 or more that add up to 1, found {shown(line.spread)}")
    return shares


def _amount_parts(file: LedgerFile, line: LedgerLine, amounts: list) -> Iterator[_Part]:
    known = {}
    for period, raw in enumerate(amounts):
        with about(_period(file, period)):
            known[period] = amount_of(raw)
            if not isinstance(line, BenefitLine) and known[period].quantiles(np.zeros(1))[0] < 0:
                raise CareworthError(f"{shown(raw)} is below 0; write a cost as a number above 0, money received as a benefit")
    filled = {period: amount for period, amount in known.items() if amount != Fixed(0.0)}
    for period, amount in filled.items():
        name = line.name if len(filled) == 1 else f"{line.name}, {_period(file, period)}"
        what = Input(name, line.currency or file.currency, amount, line.grade or ASSUMED, line.source)
        yield _Part(line.name, _model_line(file, line, name, (name,)), (what,), np.eye(len(amounts))[period])


def _period(file: LedgerFile, number: int) -> str:
    return f"{file.period} {number}" if number else "start"


def _model_line(file: LedgerFile, line: LedgerLine, name: str, factors: tuple[str, ...]) -> Line:
    rate = () if line.currency in (None, file.currency) else (_rate_name(file, line.currency or ""),)
    method, time = line.source or "as the ledger states", (file.start or date.min, file.end or date.max)
    if isinstance(line, BenefitLine):
        return Line(name, GAIN, METRIC_OF[line.kind], line.kind, factors + rate, method, file.currency, *time, line.cashable)
    return Line(name, COST, "M1", COST, factors + rate, method, file.currency, *time)


def _rate_name(file: LedgerFile, currency: str) -> str:
    return f"{file.currency} for 1 {currency}"


def _inputs(file: LedgerFile, parts: list[_Part]) -> tuple[Input, ...]:
    used = {factor for part in parts for factor in part.line.factors}
    rates = [
        Input(_rate_name(file, name), file.currency, Fixed(rate.value), "A", f"{rate.date} {rate.source}".strip())
        for name, rate in file.rates.items()
        if _rate_name(file, name) in used
    ]
    declared = [_declared(name, given) for name, given in file.inputs.items()]
    return (*declared, *rates, *(each for part in parts for each in part.inputs))


def _declared(name: str, given: LedgerInput) -> Input:
    with about(f"input {shown(name)}"):
        asked = given.seen[1] if isinstance(given.seen, list) and len(given.seen) == 2 else None
        return Input(name, given.unit, distribution_of(given), given.grade, given.source, asked, "asked" if asked else None)


def _correlations(file: LedgerFile) -> tuple[Correlation, ...]:
    return tuple(Correlation(pair.first, pair.second, pair.value, pair.reason) for pair in file.correlations)
