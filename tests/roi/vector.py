"""The return of METRICS.md F.7: ten inputs, a cost and three gains."""

from datetime import date

from careworth.roi.distributions import Beta, Distribution, Fixed, Normal, Triangular
from careworth.roi.model import Correlation, Input, Line, Model

#: F.5 takes 8,000 conversations for the chain that F.7 draws shares of.
INPUTS: dict[str, Distribution] = {
    "resolved": Fixed(8_000),
    "would-contact share": Beta(40, 60),
    "recontact": Beta(15, 85),
    "unit cost": Triangular(6, 8.5, 12),
    "incremental orders": Normal(600, 250),
    "margin": Normal(18, 2),
    "retained customers": Normal(120, 80),
    "retention value": Triangular(40, 60, 90),
    "overlap": Beta(2, 8),
    "programme cost": Triangular(30_000, 34_000, 42_000),
}

LINES = {
    "cost": ("cost", "programme cost"),
    "avoided contacts": ("gain", "resolved", "would-contact share", "1 - recontact", "unit cost"),
    "incremental margin": ("gain", "incremental orders", "margin"),
    "retention": ("gain", "retained customers", "retention value", "1 - overlap"),
}


PERIOD = (date(2025, 1, 1), date(2025, 4, 1))


def made(
    inputs: dict[str, Distribution],
    lines: dict[str, tuple[str, ...]],
    grades: dict[str, str] | None = None,
    not_cash: tuple[str, ...] = (),
    tied: tuple[tuple[str, str, float], ...] = (),
) -> Model:
    """A model of these inputs, of grade B unless said otherwise, and of these lines: each its side and its factors."""
    return Model(
        tuple(_input(name, each, (grades or {}).get(name, "B")) for name, each in inputs.items()),
        tuple(_line(name, parts[0], parts[1:], name not in not_cash) for name, parts in lines.items()),
        tuple(Correlation(first, second, value, "stated") for first, second, value in tied),
    )


def _input(name: str, distribution: Distribution, grade: str) -> Input:
    return Input(name, "share" if isinstance(distribution, Beta) else "count", distribution, grade, "stated", 10, "cases")


def _line(name: str, side: str, factors: tuple[str, ...], is_cashable: bool) -> Line:
    return Line(name, side, "M9", name, factors, "stated", "EUR", *PERIOD, is_cashable=is_cashable)


F7 = made(INPUTS, LINES)
