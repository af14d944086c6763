"""What each campaign cost and what one call less saves."""

from datetime import date

import polars as pl

from careworth.demo import world
from careworth.schemas import COSTS, UNIT_COSTS

#: What an hour of these people costs with everything that comes on top of wages, in cents.
HOURLY_RATES = {"agents' hours": 2_600, "concierges' hours": 3_100}

#: Lines that are paid once, and the months that they serve; they stand in the campaign's first month with the whole amount.
USEFUL_MONTHS = {"training and answer library": 2, "partner agreements": None}

#: Lines that are for one network alone.
CHANNELS = {"messaging fees and licences": "whatsapp"}

#: What a shared cost was split by, where each amount already is the campaign's part.
KEYS = {"rooms, IT, administration": "agents' hours", "inbox licences": "agents with a licence"}

#: The part of each category that would be the same with more or fewer contacts.
FIXED_SHARES = {"people": 0.5, "process": 1.0, "technology": 1.0, "overhead": 1.0}

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


#: What a line of one month says of itself.
_MONTHLY = {
    name: COSTS.columns[name]
    for name in ("cost_id", "campaign_id", "period_start", "period_end", "category", "line", "amount_minor", "low_minor")
    + ("high_minor", "source")
}


def build_costs(scale: float) -> pl.DataFrame:
    """One row per campaign, calendar month and cost line, as `schemas.COSTS`; a part of a month pays its share.

    What is paid once is one line, of all that its months would have come to.
    """
    rows = [row for campaign in world.CAMPAIGNS for month in _months(campaign) for row in _month_lines(campaign, *month, scale)]
    monthly = pl.DataFrame(rows, schema=_MONTHLY, orient="row")
    return monthly.group_by(_paid_as(), maintain_order=True).agg(_joined()).pipe(_explain).sort(COSTS.key)


def _paid_as() -> pl.Expr:
    """What of the monthly lines is one line in the books: a month of it, or all months of what is paid once."""
    is_once = pl.col("line").is_in(list(USEFUL_MONTHS))
    return pl.when(is_once).then(pl.col("campaign_id") + pl.col("line")).otherwise("cost_id").alias("paid_as")


def _joined() -> list[pl.Expr]:
    amounts = pl.col("amount_minor", "low_minor", "high_minor")
    first = pl.col("cost_id", "campaign_id", "period_start", "period_end", "category", "line", "source").first()
    return [first, pl.when(amounts.is_not_null().any()).then(amounts.sum())]


def _explain(lines: pl.DataFrame) -> pl.DataFrame:
    """The lines with their hours, their key, what of them is fixed and what is paid once."""
    line = pl.col("line")
    worker = line.str.extract(f"({'|'.join(HOURLY_RATES)})", 1)
    told = lines.with_columns(
        hourly_rate_minor=worker.replace_strict(HOURLY_RATES, default=None, return_dtype=pl.Int64),
        is_one_off=line.is_in(list(USEFUL_MONTHS)),
        useful_months=line.replace_strict(USEFUL_MONTHS, default=None, return_dtype=pl.Int64),
        channel=line.replace_strict(CHANNELS, default=None, return_dtype=pl.String),
        allocation_key=line.replace_strict(KEYS, default=None, return_dtype=pl.String),
        fixed_share=pl.col("category").replace_strict(FIXED_SHARES, return_dtype=pl.Float64),
        allocation_share=pl.lit(None, pl.Float64),
        currency=pl.lit(world.CURRENCY),
    )
    return told.with_columns(hours=(pl.col("amount_minor") / pl.col("hourly_rate_minor")).round(2)).select(*COSTS.columns)


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
        rows.append((f"{campaign.id}-{start:%m}-{number}", campaign.id, start, end, category, line, *amounts, source))
    return rows


def build_unit_costs() -> pl.DataFrame:
    """One row per channel and first day of validity, as `schemas.UNIT_COSTS`."""
    rows = [(*row[:5], world.CURRENCY, row[5]) for row in UNIT_COST_ROWS]
    return pl.DataFrame(rows, schema=UNIT_COSTS.columns, orient="row").sort(UNIT_COSTS.key)
