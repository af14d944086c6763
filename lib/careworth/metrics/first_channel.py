"""Where customers turn first, counted in people: each network, or the phone and what else the contact centre takes (E5)."""

import polars as pl

from careworth.marts.periods import Cut
from careworth.metrics.baseline_length import too_short, without_value
from careworth.metrics.contact_days import customer_contacts
from careworth.metrics.leads import people_behind
from careworth.metrics.shares import FEWEST
from careworth.metrics.volume import is_care
from careworth.metrics.windows import BASELINE_DAYS, before, during, midnight
from careworth.results import Row, share_estimate, value_row
from careworth.stats import Estimate, newcombe_interval

ENQUIRERS = "customers who got in touch"
COMPARED = "before and after compared; what else changed then counts too, so this is no effect"
NOT_NAMED = "no contact of the contact centre names its customer, so people are not told"
VARIANTS = ("first_channel", "social_share_people")


def first_channel_rows(conversations: pl.DataFrame, contacts: pl.DataFrame, links: pl.DataFrame, cut: Cut) -> list[Row]:
    """E5 in people: share whose first contact in the campaign was on each channel, and on social at all, and their changes.

    A customer whom `identity_links` join is one person on the networks and on the phone; another one may count on both. Only
    the days from which on both sides are connected count, of the campaign and of the 8 weeks before it. Grade B.

    Parameters
    ----------
    conversations : DataFrame
        Conversations with the campaign's accounts, those of the 8 weeks before it too.
    contacts : DataFrame
        The table `contacts`; volumes by interval name nobody.
    """
    calls = customer_contacts(contacts, cut).drop_nulls("customer_id")
    if calls.is_empty() or conversations.is_empty():
        why = NOT_NAMED if calls.is_empty() else "no conversations"
        names = [*VARIANTS, *(f"{name}_change" for name in VARIANTS)]
        return [
            value_row("E5", name, None, "ratio" if name.endswith("change") else "share", n=0, denominator=ENQUIRERS, reason=why)
            for name in names
        ]
    enquiries = _enquiries(conversations, calls, links, cut)
    spans = [_first_channels(enquiries.filter(span)) for span in (during("at", cut), before("at", cut, BASELINE_DAYS))]
    unjoined = spans[0].filter(~pl.col("is_joined")).height
    note = f"{unjoined:,} customers of the networks are not joined to the contact centre and may count twice"
    channels = spans[0].group_by("channel").len().filter(pl.col("len") >= FEWEST)["channel"].sort().to_list()
    named = [("first_channel", f"channel={name}", pl.col("channel") == name) for name in channels]
    named.append(("social_share_people", "all", pl.col("is_social")))
    short = too_short(spans[1]["at"].min(), cut)
    return [row for variant, place, is_it in named for row in _rows(*spans, variant, place, is_it, note, short)]


def _enquiries(conversations: pl.DataFrame, calls: pl.DataFrame, links: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    """One row per enquiry from the first day that both sides know on: person, at, channel, is_social, is_joined."""
    spans = during("started_at", cut) | before("started_at", cut, BASELINE_DAYS)
    care = conversations.filter(is_care(), spans).select("network", author_id="customer_id", seen_at="started_at")
    known = care.join(people_behind(care, links), on=["author_id", "seen_at"], how="left", validate="m:1")
    joined, alone = pl.format("joined {}", "person_key"), pl.format("{} {}", "network", "author_id")
    social = known.select(
        person=pl.coalesce(joined, alone),
        at="seen_at",
        channel="network",
        is_social=True,
        is_joined=pl.col("person_key").is_not_null(),
    )
    phone = calls.select(
        person=pl.format("joined {}", "customer_id"), at="started_at", channel="channel", is_social=False, is_joined=True
    )
    first = [conversations["started_at"].min(), phone["at"].min()]
    since = midnight(max(first).astimezone(cut.zone).date(), cut)
    return pl.concat([social, phone]).filter(pl.col("at") >= since)


def _first_channels(enquiries: pl.DataFrame) -> pl.DataFrame:
    # Two at the same instant: the contact centre's comes first, in every order of the rows.
    return enquiries.sort("at", "is_social", "channel").unique("person", keep="first", maintain_order=True)


def _rows(
    now: pl.DataFrame, earlier: pl.DataFrame, variant: str, place: str, is_it: pl.Expr, note: str, short: str | None
) -> list[Row]:
    (yes, of), (yes_before, of_before) = ((int(part.select(is_it.sum()).item()), part.height) for part in (now, earlier))
    labels = {"n": of, "denominator": ENQUIRERS, "slice": place, "grade": "B"}
    share = value_row("E5", variant, share_estimate(yes, of), "share", reason=note if of else f"no {ENQUIRERS}", **labels)
    both = labels | {"n": of + of_before, "denominator": f"{ENQUIRERS}, two periods"}
    if not of or not of_before:
        why = "contacts and conversations are not both connected for the campaign and the 8 weeks before it"
        return [share, value_row("E5", f"{variant}_change", None, "ratio", reason=why, **both)]
    change = Estimate(yes / of - yes_before / of_before, *newcombe_interval(yes, of, yes_before, of_before))
    return [share, without_value(value_row("E5", f"{variant}_change", change, "ratio", reason=COMPARED, **both), short)]
