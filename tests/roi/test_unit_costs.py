"""What a contact, a resolution and a thank-you cost, in all and by network, and what a redirect adds."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from careworth.errors import CareworthError
from careworth.marts.periods import Cut
from careworth.results import Row
from careworth.roi.cost_lines import read_cost_lines
from careworth.roi.unit_costs import unit_cost_rows
from careworth.roi.unit_ranges import require_ranges, stated_range
from careworth.schemas import EXCHANGE_RATES
from careworth.stats import wilson_interval
from tests.studies import table

START, END = date(2025, 3, 1), date(2025, 4, 1)
CUT = Cut(START, END, datetime(2025, 5, 1, tzinfo=UTC), ZoneInfo("UTC"))
WITH = "cost_per_resolution_with_redirects"


def conversation(**other: object) -> dict:
    """A conversation on X that an agent answered and resolved with one turn, but for what is given."""
    return {
        "network": "x",
        "started_at": datetime(2025, 3, 10, tzinfo=UTC),
        "clock_at": datetime(2025, 3, 10, tzinfo=UTC),
        "agent_turn_count": 1,
        "outcome": "resolved",
        "thanks_count": 0,
        "is_redirected_away": False,
        "redirect": None,
    } | other


def lines(*rows: dict) -> pl.DataFrame:
    """Cost lines of March, 1,000 euros for people unless they say otherwise."""
    usual = {"campaign_id": "c", "period_start": START, "period_end": END, "category": "people", "currency": "EUR"}
    told = [usual | {"cost_id": f"{k}", "line": f"line {k}", "amount_minor": 100_000} | row for k, row in enumerate(rows)]
    return read_cost_lines(table("costs", *told), START, END, "EUR")


def stated(channel: str = "phone", low: int = 600, likely: int = 800, high: int = 1_200, **other: object) -> dict:
    """What a contact of the channel costs, in cents."""
    usual = {"valid_from": date(2025, 1, 1), "currency": "EUR", "source": "a study of ours"}
    return usual | {"channel": channel, "low_minor": low, "likely_minor": likely, "high_minor": high} | other


def rows_of(
    *talks: dict, costs: pl.DataFrame | None = None, draws: dict | None = None, units: tuple = (), cut: Cut = CUT
) -> dict[str, Row]:
    """The rows by variant, slices behind a space."""
    costs = lines({}) if costs is None else costs
    values = draws or {name: np.full(100, amount) for name, amount in costs.select("name", "likely").iter_rows()}
    types = {"redirect": pl.String, "thanks_count": pl.Int64, "is_redirected_away": pl.Boolean}
    told = pl.DataFrame(talks or [conversation()], schema_overrides=types)
    told = told if talks else told.clear()
    rows = unit_cost_rows(told, costs, values, table("unit_costs", *units), cut, 72, "EUR")
    return {row["variant"] if row["slice"] == "all" else f"{row['variant']} {row['slice']}": row for row in rows}


RESOLVED, OPEN = conversation(), conversation(outcome="open")


def test_unit_costs_by_hand():
    """1,000 for 250 resolved of 400 answered is 4.00 and 2.50 each; 100 were thanked for: 10.00.

    The count is read by a rule, so its Wilson interval is the range of a cost that is known; the number of answers is counted.
    """
    rows = rows_of(*[RESOLVED] * 150, *[conversation(thanks_count=2)] * 100, *[OPEN] * 150)
    fewest, most = (400 * share for share in wilson_interval(250, 400))
    each = rows["cost_per_resolution"]
    assert (each["value"], each["low"], each["high"]) == (4.0, pytest.approx(1_000 / most), pytest.approx(1_000 / fewest))
    assert (each["n"], each["denominator"], each["unit"], each["grade"]) == (250, "resolved conversations", "EUR", "B")
    contact = rows["cost_per_contact"]
    assert (contact["value"], contact["low"], contact["high"], contact["grade"]) == (2.5, None, None, "A")
    assert rows["cost_per_thanked"]["value"] == 10.0
    assert rows[WITH]["value"] == 4.0


def test_the_range_joins_what_cost_and_count_leave_open():
    """By hand: nine in ten of 0, 1, ... 1,000 lie between 50 and 950, the middle is 500; 10 answered, all resolved."""
    costs = lines({"low_minor": 1, "high_minor": 200_000})
    rows = rows_of(*[RESOLVED] * 10, costs=costs, draws={"people: line 0": np.arange(1_001.0)})
    contact, resolution = rows["cost_per_contact"], rows["cost_per_resolution"]
    assert (contact["value"], contact["low"], contact["high"], contact["grade"]) == (50.0, 5.0, 95.0, "B")
    assert (resolution["low"], resolution["high"]) == (5.0, pytest.approx(950 / (10 * wilson_interval(10, 10)[0])))


def test_what_nobody_wrote_to_is_no_care_and_what_nobody_answered_no_contact():
    """Of three resolved two were answered, and one called for no answer and got none."""
    silent = conversation(clock_at=None, agent_turn_count=0, outcome="open")
    rows = rows_of(RESOLVED, RESOLVED, conversation(agent_turn_count=0, outcome="open", thanks_count=1), silent)
    fewest = 3 * wilson_interval(2, 3)[0]
    assert rows["cost_per_contact"]["n"] == 2
    assert rows["cost_per_resolution"]["high"] == pytest.approx(1_000 / fewest)
    assert (rows["cost_per_thanked"]["value"], rows["cost_per_thanked"]["reason"]) == (None, "no thanked conversations")


def test_networks_bear_their_own_lines_and_share_the_rest_by_turns():
    """By hand: X has 3 of 4 turns of 1,000 and 100 of its own: 850 over 3; WhatsApp 250 over 1."""
    costs = lines({}, {"channel": "x", "amount_minor": 10_000})
    rows = rows_of(*[RESOLVED] * 3, conversation(network="whatsapp"), costs=costs)
    assert rows["cost_per_contact network=x"]["value"] == pytest.approx(850 / 3)
    assert rows["cost_per_resolution network=whatsapp"]["value"] == 250.0
    assert rows["cost_per_contact network=x"]["reason"].startswith("its own cost lines, and of the others its share")
    assert rows["cost_per_contact"]["value"] == 1_100 / 4


def test_one_network_alone_has_no_slice():
    assert [name for name in rows_of(RESOLVED) if "=" in name] == []


def test_a_redirected_conversation_costs_a_contact_elsewhere_too():
    """By hand: 3 of 4 resolved, two sent to a phone whose PERT range has this middle; (1,000 + 2 x middle) / 3."""
    moved = conversation(is_redirected_away=True, redirect="phone", outcome="redirected")
    rows = rows_of(*[RESOLVED] * 3, moved, moved, units=(stated(),))
    middle = stated_range(table("unit_costs", stated()), "phone", START, "EUR").quantiles(np.array([0.5]))[0]
    assert 8.0 < middle < 8.7
    assert rows[WITH]["value"] == pytest.approx((1_000 + 2 * middle) / 3)
    assert (rows[WITH]["grade"], rows["cost_per_resolution"]["grade"]) == ("C", "B")
    assert rows[WITH]["reason"] == "as if all who were sent (2 to phone) had arrived and none was settled there"


def test_where_one_destination_has_no_unit_cost_the_row_says_so():
    to_phone, to_web = (conversation(is_redirected_away=True, redirect=name) for name in ("phone", "web"))
    with_phone = rows_of(RESOLVED, to_phone, units=(stated(),))[WITH]["value"]
    both = rows_of(RESOLVED, to_phone, to_web, conversation(is_redirected_away=True, redirect="dm"), units=(stated(),))[WITH]
    assert both["value"] == pytest.approx((2 * with_phone) / 4)
    assert both["reason"].endswith("no unit cost is stated for elsewhere (1 sent there), web (1 sent there), which adds nothing")


def test_where_no_destination_has_a_unit_cost_nothing_is_said():
    moved = conversation(is_redirected_away=True, redirect="email")
    row = rows_of(RESOLVED, moved, units=(stated(),))[WITH]
    assert (row["value"], row["grade"], row["reason"]) == (None, "X", "no unit cost is stated for email (1 sent there)")


def test_a_private_message_on_the_network_is_no_other_channel():
    soft = conversation(redirect="dm")
    assert rows_of(RESOLVED, soft, units=(stated("dm"),))[WITH]["value"] == 500.0


def test_an_open_conversation_whose_window_has_not_passed_is_told():
    """72 hours before the cut-off is old enough, a second later is not; one that is resolved already needs no window."""
    edge = datetime(2025, 3, 20, tzinfo=UTC)
    cut = Cut(START, END, edge + timedelta(hours=72), ZoneInfo("UTC"))
    late = {"started_at": edge + timedelta(seconds=1), "network": "whatsapp"}
    rows = rows_of(RESOLVED, OPEN | {"started_at": edge}, OPEN | late, RESOLVED | late, cut=cut)
    told = "1 open conversations whose window has not passed may still be resolved"
    assert (rows["cost_per_resolution"]["reason"], rows[WITH]["reason"]) == (told, told)
    assert rows["cost_per_resolution network=whatsapp"]["reason"].endswith(told)
    assert told not in rows["cost_per_resolution network=x"]["reason"]


def test_thanks_of_an_hour_by_hand():
    """3 thanked of 10 answered over 2 x 3 hours: 0.5 an hour."""
    costs = lines({"hours": 4.0}, {"hours": 2.0}, {})
    row = rows_of(*[conversation(thanks_count=4)] * 3, *[RESOLVED] * 7, costs=costs)["thanked_per_hour"]
    low, high = (10 * share / 6 for share in wilson_interval(3, 10))
    assert (row["value"], row["low"], row["high"], row["unit"]) == (0.5, pytest.approx(low), pytest.approx(high), "count/hour")


def test_without_hours_costs_or_conversations_nothing_is_said():
    """Without a cost line that is what is missing, whatever else is."""
    assert rows_of(RESOLVED)["thanked_per_hour"]["reason"].startswith("no cost line states its hours")
    talk = conversation(thanks_count=1, is_redirected_away=True, redirect="email")
    young = OPEN | {"started_at": CUT.as_of}
    free = rows_of(talk, young, costs=lines())
    assert {(row["value"], row["reason"]) for name, row in free.items() if name != "thanked_per_hour"} == {
        (None, "no cost line of this campaign is connected")
    }
    reasons = {name: row["reason"] for name, row in rows_of(costs=lines({"hours": 1.0})).items() if row["value"] is None}
    assert reasons["cost_per_contact"] == "no answered conversations"
    assert reasons["cost_per_resolution"] == reasons[WITH] == "no resolved conversations"


# --- unit costs are ranges with a source ---


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"low_minor": 800, "high_minor": 800}, "it is one number; state a range, the lowest below the highest"),
        ({"low_minor": 900}, "need 0 <= low <= likely <= high; put them in order"),
        ({"high_minor": 700}, "need 0 <= low <= likely <= high; put them in order"),
        ({"low_minor": -1}, "need 0 <= low <= likely <= high; put them in order"),
        ({"source": ""}, "no source; say where the figures come from"),
        ({"source": "  "}, "no source; say where the figures come from"),
    ],
)
def test_a_unit_cost_that_is_no_range_or_has_no_source_is_refused(other, says):
    with pytest.raises(CareworthError, match=f"^unit cost of phone from 2025-01-01: {says}$"):
        require_ranges(table("unit_costs", stated("chat"), stated() | other))
    with pytest.raises(CareworthError, match="^unit cost of phone"):
        rows_of(RESOLVED, units=(stated() | other,))


def test_ranges_pass_unchanged():
    units = table("unit_costs", stated(likely=600), stated("chat"))
    assert require_ranges(units) is units
    assert require_ranges(table("unit_costs")).is_empty()


def test_the_range_is_the_one_in_force_that_day():
    """By hand: PERT means (6 + 4 x 8 + 12) / 6 and (7 + 4 x 9 + 13) / 6."""
    units = table("unit_costs", stated(), stated(low=700, likely=900, high=1_300, valid_from=date(2025, 3, 2)))
    assert stated_range(units, "phone", date(2025, 3, 1), "EUR").mean == pytest.approx(50 / 6)
    assert stated_range(units, "phone", date(2025, 3, 2), "EUR").mean == pytest.approx(56 / 6)
    assert stated_range(units, "phone", date(2024, 12, 31), "EUR") is None
    assert stated_range(units, "email", date(2025, 3, 2), "EUR") is None


def test_a_unit_cost_in_another_currency_needs_a_rate():
    """By hand: dollars at 0.9."""
    units = table("unit_costs", stated(currency="USD"))
    rates = pl.DataFrame([(START, "USD", "EUR", 0.9, "a bank")], schema=EXCHANGE_RATES.columns, orient="row")
    assert stated_range(units, "phone", START, "EUR", rates).mean == pytest.approx(45 / 6)
    with pytest.raises(CareworthError, match="^unit cost of phone is in USD and the campaign counts in EUR; add a rate"):
        stated_range(units, "phone", START - timedelta(days=1), "EUR", rates)
