"""Leads that care touched before, and what served customers bought afterwards."""

import csv
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from careworth.marts.periods import Cut
from careworth.metrics.leads import lead_rows, list_leads, list_purchases, people_behind, repeat_purchase_rows
from careworth.results import pick, to_metric_values
from careworth.schemas import IDENTITY_LINKS, LEADS, ORDERS, TOUCHPOINTS

INSTANT = pl.Datetime("us", "UTC")
START = datetime(2025, 1, 1, tzinfo=UTC)
CUT = Cut(date(2025, 1, 1), date(2026, 1, 1), START + timedelta(days=364), ZoneInfo("UTC"))


def on(day: float) -> datetime:
    """That many days after New Year."""
    return START + timedelta(days=day)


def values(rows, cut: Cut = CUT) -> pl.DataFrame:
    return to_metric_values(rows, "test", cut.start, cut.end)


def stage(lead: str, day: float, person: str | None = "ann", **other) -> dict:
    return {"lead_id": lead, "stage": "new", "reached_at": on(day), "person_key": person} | other


def won(lead: str, day: float, minor: int | None = 100_00, currency: str | None = "EUR", **other) -> dict:
    return stage(lead, day, stage="won", is_won=True, value_minor=minor, currency=currency, **other)


def touch(number: int, day: float, channel: str = "care_social", person: str = "ann") -> dict:
    return {"touch_id": str(number), "person_key": person, "touched_at": on(day), "channel": channel}


def led(*stages: dict) -> pl.DataFrame:
    return pl.DataFrame(list(stages), schema=LEADS.columns)


def touched(*touches: dict) -> pl.DataFrame:
    return pl.DataFrame(list(touches), schema=TOUCHPOINTS.columns)


def counts(table: pl.DataFrame) -> dict:
    return {name: pick(table, "E6", name)["value"] for name in ("leads", "sourced", "won", "value")}


def test_a_lead_is_cares_with_a_touch_in_the_thirty_days_before():
    """By hand: on the 30th day before and at the very instant yes; a second earlier, afterwards and by e-mail no."""
    second = 1 / 86_400
    days = {"a": touch(1, 70, person="a"), "b": touch(2, 100, person="b"), "c": touch(3, 70 - second, person="c")}
    no = {"d": touch(4, 101, person="d"), "e": touch(5, 99, "email", "e")}
    leads = led(*(stage(name, 100, name) for name in days | no))
    row = pick(values(lead_rows(leads, touched(*days.values(), *no.values()), CUT, "EUR")), "E6", "leads")
    assert (row["value"], row["n"], row["denominator"], row["reason"]) == (
        2,
        5,
        "leads of known persons",
        "attributed, not incremental",
    )


def test_sourced_is_a_lead_that_care_touched_first():
    """By hand: bob's first touch within the lookback was an advertisement; what came before the lookback does not count."""
    leads = led(stage("1", 100), stage("2", 100, "bob"), stage("3", 100, "cem"))
    touches = touched(
        touch(1, 40, "seo"),
        touch(2, 90),
        touch(3, 95, "seo"),
        touch(4, 80, "seo", "bob"),
        touch(5, 90, person="bob"),
        touch(6, 90, person="cem"),
        touch(7, 95, "seo", "cem"),
    )
    row = pick(values(lead_rows(leads, touches, CUT, "EUR")), "E6", "sourced")
    assert (row["value"], row["n"]) == (2, 3)


def test_leads_of_one_person_within_the_lookback_count_once():
    """By hand: days 100 and 120 are one matter, day 160 is the next; the later stage of a lead is no lead of its own."""
    leads = led(stage("1", 100), won("1", 110), stage("2", 120), stage("3", 160))
    assert list_leads(leads, CUT)["lead_id"].to_list() == ["1", "3"]


def test_won_leads_and_their_value_in_major_units():
    """By hand: 100.00 and 50.00 euros won with a touch; one lead is open, one was won without care."""
    leads = led(
        won("1", 100),
        won("2", 100, 50_00, person_key="bob"),
        stage("3", 100, "cem"),
        won("4", 100, 900_00, person_key="dee"),
    )
    touches = [touch(n, 99, person=name) for n, name in enumerate(("ann", "bob", "cem"))]
    table = values(lead_rows(leads, touched(*touches, touch(9, 99, "seo", "dee")), CUT, "EUR"))
    assert counts(table) == {"leads": 3, "sourced": 3, "won": 2, "value": 150.0}
    assert (pick(table, "E6", "value")["unit"], pick(table, "E6", "value")["n"]) == ("EUR", 2)


def test_another_currency_and_an_unknown_value_are_left_out_and_said():
    leads = led(won("1", 100), won("2", 100, 70_00, "USD", person_key="bob"), won("3", 100, None, None, person_key="cem"))
    touches = touched(*(touch(n, 99, person=name) for n, name in enumerate(("ann", "bob", "cem"))))
    row = pick(values(lead_rows(leads, touches, CUT, "EUR")), "E6", "value")
    assert (row["value"], row["n"], row["reason"]) == (
        100.0,
        1,
        "attributed, not incremental; 2 without a value in EUR left out",
    )
    yen = led(won("1", 100, 500, "JPY"))
    assert pick(values(lead_rows(yen, touches, CUT, "JPY")), "E6", "value")["value"] == 500  # ISO 4217: no minor unit


def test_what_happened_after_the_cut_off_is_not_known():
    early = Cut(CUT.start, CUT.end, on(105), CUT.zone)
    leads = led(stage("1", 100), won("1", 110), stage("2", 106, "bob"))
    table = values(lead_rows(leads, touched(touch(1, 99), touch(2, 99, person="bob")), early, "EUR"))
    assert (counts(table), pick(table, "E6", "value")["grade"]) == ({"leads": 1, "sourced": 1, "won": 0, "value": None}, "X")


def test_leads_of_unknown_persons_are_counted_beside():
    leads = led(stage("1", 100), stage("2", 100, None), stage("3", 400, None))
    row = pick(values(lead_rows(leads, touched(touch(1, 99)), CUT, "EUR")), "E6", "leads")
    assert (row["value"], row["n"]) == (1, 1)
    assert row["reason"] == "attributed, not incremental; 1 leads of unknown persons left out"


@pytest.mark.parametrize(
    ("leads", "touches", "reason"),
    [
        (led(), touched(touch(1, 1)), "no leads are connected"),
        (led(stage("1", 100)), touched(), "no touchpoints are connected"),
        (led(stage("1", 100, None)), touched(touch(1, 1)), "no lead says whose it is"),
        (led(stage("1", -10)), touched(touch(1, -11)), "no leads of known persons in the period"),
    ],
)
def test_leads_that_cannot_be_joined_give_reasons(leads, touches, reason):
    table = values(lead_rows(leads, touches, CUT, "EUR"))
    assert (table.height, table["value"].null_count(), table["reason"].null_count()) == (4, 4, 0)
    assert pick(table, "E6", "leads")["reason"] == reason


def test_the_marketing_funnel_of_olist(shared):
    """8,000 real leads with their origin, taken for a touch on that day; counted again here from the CSV, row by row."""
    folder = shared / "data" / "leads"
    with (folder / "olist_marketing_qualified_leads_dataset.csv").open(encoding="utf-8", newline="") as file:
        asked = {row["mql_id"]: (date.fromisoformat(row["first_contact_date"]), row["origin"]) for row in csv.DictReader(file)}
    with (folder / "olist_closed_deals_dataset.csv").open(encoding="utf-8", newline="") as file:
        closed = {row["mql_id"]: (row["won_date"], row["declared_monthly_revenue"]) for row in csv.DictReader(file)}
    at = {name: datetime(day.year, day.month, day.day, tzinfo=UTC) for name, (day, _) in asked.items()}
    signed = {name: datetime.fromisoformat(day).replace(tzinfo=UTC) for name, (day, _) in closed.items()}
    stages = [{"lead_id": name, "stage": "qualified", "reached_at": when, "person_key": name} for name, when in at.items()]
    stages += [
        {"lead_id": name, "stage": "won", "reached_at": signed[name], "person_key": name, "is_won": True}
        | {"value_minor": round(100 * float(revenue)), "currency": "BRL"}
        for name, (_, revenue) in closed.items()
    ]
    touches = [
        {"touch_id": name, "person_key": name, "touched_at": at[name]}
        | {"channel": "care_social" if origin == "social" else "other"}
        for name, (_, origin) in asked.items()
    ]
    cut = Cut(date(2017, 6, 1), date(2018, 6, 1), datetime(2019, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))
    table = values(lead_rows(led(*stages), touched(*touches), cut, "BRL"), cut)
    # A deal dated before its own first contact began before the touch.
    social = {name for name, (_, origin) in asked.items() if origin == "social" and signed.get(name, at[name]) >= at[name]}
    sales = social & closed.keys()
    revenue = sum(float(closed[name][1]) for name in sales)
    assert counts(table) == {"leads": len(social), "sourced": len(social), "won": len(sales), "value": pytest.approx(revenue)}
    assert (pick(table, "E6", "leads")["n"], len(social) > 1000, len(sales) > 50) == (8000, True, True)


# --- E8 ---


def wrote(customer: str, day: float, answers: int = 1, **other) -> dict:
    """A conversation that needed a response and ended on the day it began."""
    return {
        "customer_id": customer,
        "started_at": on(day),
        "last_at": on(day),
        "clock_at": on(day),
        "agent_turn_count": answers,
    } | other


def conversations(*rows: dict) -> pl.DataFrame:
    schema = {"customer_id": pl.String(), "started_at": INSTANT, "last_at": INSTANT, "clock_at": INSTANT}
    return pl.DataFrame(list(rows), schema=schema | {"agent_turn_count": pl.Int64()})


def link(alias: str, customer: str | None = None, kind: str = "handle", consent: bool = True) -> dict:
    return {"alias_type": kind, "alias_value": alias, "customer_id": customer or f"person {alias}", "consent": consent}


def linked(*rows: dict) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=IDENTITY_LINKS.columns)


def bought(*persons_and_days: tuple[str, float]) -> pl.DataFrame:
    rows = [{"person_key": f"person {name}", "bought_at": on(day)} for name, day in persons_and_days]
    return pl.DataFrame(rows, schema={"person_key": pl.String(), "bought_at": INSTANT})


def test_who_bought_within_ninety_days_after_the_conversation():
    """By hand: a on day 190 and b a second later of three served, none of one never answered.

    Day 100 itself is not after the conversation; 90 days after it is the last day. METRICS.md C.1 gives [0, 0.793] for 0 of 1.
    """
    second = 1 / 86_400
    own = conversations(wrote("a", 100), wrote("b", 100), wrote("c", 100), wrote("d", 100, 0))
    links = linked(*(link(name) for name in "abcd"))
    table = values(repeat_purchase_rows(own, links, bought(("a", 190), ("b", 190 + second), ("c", 100), ("d", 99)), CUT))
    served, rest, gap = (pick(table, "E8", name) for name in ("served", "comparison", "difference"))
    assert [(row["value"], row["n"], row["grade"]) for row in (served, rest)] == [(pytest.approx(1 / 3), 3, "C"), (0, 1, "C")]
    # Newcombe's method 10 by hand from the Wilson intervals [0.0615, 0.7923] of 1 in 3 and [0, 0.7935] of 0 in 1.
    assert (gap["value"], gap["n"]) == (pytest.approx(1 / 3), 4)
    assert gap["low"] == pytest.approx(1 / 3 - ((1 / 3 - 0.0615) ** 2 + 0.7935**2) ** 0.5, abs=1e-3)
    assert gap["high"] == pytest.approx(1 / 3 + 0.7923 - 1 / 3, abs=1e-3)
    assert {row["reason"] for row in (served, rest, gap)} == {
        "who is answered is not random: a comparison, not what answering did"
    }


def test_a_customer_counts_once_and_as_served_when_answered_at_all():
    """By hand: ann wrote three times and was answered on day 50: served, from then on.

    Day 45 was before that and day 145 is five days too late, though not for the conversation of day 60.
    """
    own = conversations(wrote("ann", 40, 0), wrote("ann", 50), wrote("ann", 60))
    table = values(repeat_purchase_rows(own, linked(link("ann")), bought(("ann", 45), ("ann", 145)), CUT))
    row = pick(table, "E8", "served")
    assert (row["value"], row["n"], pick(table, "E8", "comparison")["n"]) == (0, 1, 0)
    assert pick(table, "E8", "difference")["reason"] == "no customers never answered, joined and mature"


def test_only_those_count_who_needed_a_response_can_be_joined_and_had_their_ninety_days():
    """By hand: the cut-off is day 364, so day 274 is the last; b praised, c is unknown, d refused, e wrote a second too late."""
    own = conversations(
        wrote("a", 274),
        wrote("b", 100, clock_at=None),
        wrote("c", 100),
        wrote("d", 100),
        wrote("e", 274 + 1 / 86_400),
    )
    links = linked(link("a"), link("b"), link("d", consent=False), link("e"))
    assert pick(values(repeat_purchase_rows(own, links, bought(("a", 280)), CUT)), "E8", "served")["n"] == 1


def test_nothing_connected_gives_a_reason():
    own, links = conversations(wrote("ann", 10)), linked(link("ann"))
    for rows, reason in (
        (repeat_purchase_rows(own, linked(), bought(("ann", 20)), CUT), "no identity links are connected"),
        (repeat_purchase_rows(own, links, bought(), CUT), "no orders or won leads are connected"),
    ):
        table = values(rows)
        assert (table["value"].null_count(), set(table["reason"]), set(table["grade"])) == (3, {reason}, {"X"})


def test_nobody_to_compare_gives_a_reason():
    table = values(repeat_purchase_rows(conversations(), linked(link("ann")), bought(("ann", 20)), CUT))
    assert (table["value"].null_count(), table["reason"].null_count()) == (3, 0)


def test_a_name_that_is_a_handle_and_an_id_of_two_customers_joins_neither():
    asked = pl.DataFrame(
        {"author_id": ["ann", "bob"], "seen_at": [on(1), on(1)]}, schema={"author_id": pl.String(), "seen_at": INSTANT}
    )
    links = linked(link("ann", "c1"), link("ann", "c2", "psid"), link("bob", "c3"), link("bob", "c3", "psid"))
    assert people_behind(asked, links)["person_key"].to_list() == ["c3"]


def test_purchases_are_orders_kept_in_part_and_leads_won_once():
    """By hand: full, part refunded, all refunded, a refund on its own, nobody's; and a lead won in two stages."""
    order = {"ordered_at": on(1), "brand": "b", "currency": "EUR", "person_key": "ann", "refund_minor": 0, "net_minor": 10}
    amounts = [{}, {"refund_minor": 4}, {"refund_minor": 10}, {"net_minor": 0, "refund_minor": 3}, {"person_key": None}]
    orders = [order | {"order_id": str(n)} | other for n, other in enumerate(amounts)]
    leads = led(won("1", 5), won("1", 7) | {"stage": "paid"}, stage("2", 6))
    table = list_purchases(pl.DataFrame(orders, schema=ORDERS.columns), leads)
    assert table.sort("bought_at").rows() == [("ann", on(1)), ("ann", on(1)), ("ann", on(5))]
