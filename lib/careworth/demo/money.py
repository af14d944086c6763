"""What each campaign cost and what one call less saves."""

from datetime import date

import polars as pl

from careworth.demo import world
from careworth.schemas import COSTS, UNIT_COSTS

#: Cost of a campaign month in euros: category, what for, amount, least and most where it is an estimate, source.
LINES = {
    world.SPRING.id: (
        ("people", "agents' hours, from time sheets", 3_150, None, None, "time sheets"),
        ("people", "team lead, share of her time", 430, 350, 520, "estimate of the head of guest care"),
        ("process", "training and answer library", 290, 230, 380, "estimate of the head of guest care"),
        ("technology", "inbox licences", 410, None, None, "invoices"),
        ("overhead", "rooms, IT, administration", 420, 330, 540, "finance: 10 % of people, rounded"),
    ),
    world.SUMMER.id: (
        ("people", "agents' hours, from time sheets", 1_150, None, None, "time sheets"),
        ("process", "offers desk, share of its time", 150, 110, 210, "estimate of the head of marketing"),
        ("technology", "inbox licences", 240, None, None, "invoices"),
        ("overhead", "rooms, IT, administration", 130, 100, 170, "finance: 10 % of people, rounded"),
    ),
    world.OUTAGE.id: (
        ("people", "agents' hours, overtime included", 3_900, None, None, "time sheets"),
        ("process", "incident reviews", 380, 300, 500, "estimate of the head of long stay"),
        ("technology", "inbox licences", 260, None, None, "invoices"),
        ("overhead", "rooms, IT, administration", 400, 320, 510, "finance: 10 % of people, rounded"),
    ),
    world.CONCIERGE.id: (
        ("people", "concierges' hours, from time sheets", 2_750, None, None, "time sheets"),
        ("process", "partner agreements", 300, 230, 390, "estimate of the head concierge"),
        ("technology", "messaging fees and licences", 520, None, None, "invoices"),
        ("overhead", "rooms, IT, administration", 300, 240, 390, "finance: 10 % of people, rounded"),
    ),
}

#: What one phone call less truly saves, in euros; the company knows it only as the range in `unit_costs`.
TRUE_CALL_COST = 9.6

_PHONE_SOURCE = "contact-centre cost study 2024: agents' minutes and telephony, no fixed cost"
UNIT_COST_ROWS = (
    ("phone", date(2025, 1, 1), 680, 950, 1_300, _PHONE_SOURCE),
    ("phone", date(2025, 7, 1), 690, 960, 1_310, "the study of 2024, wages of July 2025"),
    ("email", date(2025, 1, 1), 310, 420, 600, "contact-centre cost study 2024"),
    ("chat", date(2025, 1, 1), 260, 370, 520, "contact-centre cost study 2024"),
)


def build_costs(scale: float) -> pl.DataFrame:
    """One row per campaign, calendar month and cost line, as `schemas.COSTS`; a part of a month pays its share."""
    rows = [row for campaign in world.CAMPAIGNS for month in _months(campaign) for row in _month_lines(campaign, *month, scale)]
    return pl.DataFrame(rows, schema=COSTS.columns, orient="row").sort(COSTS.key)


def _months(campaign: world.Campaign) -> list[tuple[date, date, float]]:
    firsts = pl.date_range(campaign.start.replace(day=1), campaign.end, "1mo", closed="left", eager=True).to_list()
    ends = [*firsts[1:], pl.Series([firsts[-1]]).dt.offset_by("1mo")[0]]
    parts = [
        (max(first, campaign.start), min(end, campaign.end), (end - first).days) for first, end in zip(firsts, ends, strict=True)
    ]
    return [(start, end, (end - start).days / days) for start, end, days in parts]


def _month_lines(campaign: world.Campaign, start: date, end: date, share: float, scale: float) -> list[tuple]:
    rows = []
    for number, (category, line, *euros, source) in enumerate(LINES[campaign.id], 1):
        amounts = [None if each is None else round(each * 100 * share * scale) for each in euros]
        rows.append(
            (f"{campaign.id}-{start:%m}-{number}", campaign.id, start, end, category, line, *amounts, world.CURRENCY, source)
        )
    return rows


def build_unit_costs() -> pl.DataFrame:
    """One row per channel and first day of validity, as `schemas.UNIT_COSTS`."""
    rows = [(*row[:5], world.CURRENCY, row[5]) for row in UNIT_COST_ROWS]
    return pl.DataFrame(rows, schema=UNIT_COSTS.columns, orient="row").sort(UNIT_COSTS.key)
