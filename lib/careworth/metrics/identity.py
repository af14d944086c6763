"""How many of the people who wrote may be joined to what they bought (P7)."""

from careworth.marts.identity import Match
from careworth.results import Row, share_estimate, value_row

PEOPLE = "people whom care answered"


def identity_rows(match: Match | None) -> list[Row]:
    """P7: the share who are joined, and the shares left out for want of consent, of a clear link, of any link.

    Nothing where no links are connected.
    """
    if match is None:
        return []
    names = ("joined", "without_consent", "ambiguous", "unmatched")
    reason = None if match.aliases else f"no {PEOPLE}"
    return [
        value_row(
            "P7",
            name,
            share_estimate(getattr(match, name), match.aliases),
            "share",
            n=match.aliases,
            denominator=PEOPLE,
            reason=reason,
        )
        for name in names
    ]
