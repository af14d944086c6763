"""Which of many findings to believe: q-values over a family in which some tests could not be made."""

from careworth.stats import benjamini_hochberg

#: Of the findings called so, at most this share is expected to be false.
FALSE_DISCOVERIES = 0.05


def q_values(p_values: list[float | None]) -> list[float | None]:
    """Benjamini and Hochberg's adjusted p-values in the given order; None stays None and counts for nothing.

    Examples
    --------
    >>> q_values([0.01, None, 0.04])
    [0.02, None, 0.04]
    """
    adjusted = iter(benjamini_hochberg([each for each in p_values if each is not None]))
    return [None if each is None else next(adjusted) for each in p_values]


def is_found(q_value: float | None) -> bool:
    """True for a finding that stays one among all that were looked for."""
    return q_value is not None and q_value <= FALSE_DISCOVERIES
