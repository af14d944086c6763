"""Why a block of the scorecard is there: the business goal that it serves, and the campaign's own goals in it (R181)."""

from collections.abc import Sequence

from careworth.report.sections import BLOCKS

#: The business goal that each block serves.
PURPOSES = {
    "following": "Reach customers where they are, so that help is found before the phone is.",
    "issues": "Know what goes wrong for customers, and put it right at its source.",
    "service": "Serve customers fast and for good, so that they are content and stay.",
    "loyalists": "Keep customers, and win others by their word.",
    "money": "Earn more than the service costs.",
}


def block_of(metric_id: str) -> str | None:
    """The block that lists a metric; None for one that stands in no block.

    Examples
    --------
    >>> block_of("Q3"), block_of("Q1"), block_of("S2"), block_of("P1")
    ('issues', 'service', 'service', None)
    """
    homes = {name: block for block, names in BLOCKS.items() for name in names}
    return homes.get(metric_id) or homes.get(metric_id[:1])


def purposes(goals: Sequence[dict[str, str]]) -> dict[str, dict]:
    """For each block its business goal, and the names of the campaign's goals whose metric it lists.

    Parameters
    ----------
    goals : sequence of dict
        `name` and `metric` of each goal of the campaign.
    """
    return {
        block: {"purpose": purpose, "goals": [each["name"] for each in goals if block_of(each["metric"]) == block]}
        for block, purpose in PURPOSES.items()
    }
