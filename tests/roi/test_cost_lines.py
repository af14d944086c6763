"""The cost ledger: what each line comes to, when, how sure, and what is refused by its id."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from careworth.contracts import require_table
from careworth.demo import world
from careworth.demo.money import build_costs
from careworth.errors import CareworthError
from careworth.results import Row
from careworth.roi.allocation import cost_by_network, turn_shares
from careworth.roi.cost_checks import cost_faults
from careworth.roi.cost_lines import cost_draws, cost_model, cost_rows, read_cost_lines
from careworth.roi.model import COST, Model, return_on_cost, total
from careworth.roi.sampling import draw_inputs
from careworth.schemas import COSTS, EXCHANGE_RATES
from tests.studies import table

START, END = date(2025, 3, 1), date(2025, 6, 1)
MARCH, APRIL, MAY = ((date(2025, k, 1), date(2025, k + 1, 1)) for k in (3, 4, 5))

#: A dollar was 0.96 euros on 1 March, 0.92 on 1 April and nothing that could be used on 1 May.
RATES = pl.DataFrame(
    [
        (date(2025, 3, 1), "USD", "EUR", 0.96, "the central bank"),
        (date(2025, 4, 1), "USD", "EUR", 0.92, "the central bank"),
        (date(2025, 5, 1), "USD", "EUR", float("nan"), "nobody"),
        (date(2025, 3, 1), "EUR", "USD", 1.04, "the other way"),
    ],
    schema=EXCHANGE_RATES.columns,
    orient="row",
)


def line(cost_id: str, **other: object) -> dict:
    """A cost line of 100 euros for people over the whole campaign, but for what is given."""
    usual = {"campaign_id": "c", "period_start": START, "period_end": END, "category": "people", "currency": "EUR"}
    return usual | {"cost_id": cost_id, "line": cost_id, "amount_minor": 10_000} | other


def read(*rows: dict, start: date = START, end: date = END, rates: pl.DataFrame = RATES) -> pl.DataFrame:
    """These cost lines as the campaign bears them."""
    return read_cost_lines(table("costs", *rows), start, end, "EUR", rates)


def drawn(lines: pl.DataFrame) -> dict[str, np.ndarray]:
    """Outcomes of each line's input."""
    return draw_inputs(Model(*cost_model(lines, START, END, "EUR")), 1_024)


def rows_of(lines: pl.DataFrame) -> dict[str, Row]:
    """The rows of M1 by variant, slices behind a space."""
    found = cost_rows(lines, drawn(lines) if lines.height else {}, "EUR")
    return {row["variant"] if row["slice"] == "all" else f"{row['variant']} {row['slice']}": row for row in found}


def faults(*rows: dict) -> list[str]:
    """What is wrong with these cost lines."""
    return cost_faults(table("costs", *rows), START, END, "EUR", RATES)


# --- what a line comes to ---


def test_cost_lines_add_up_in_major_units():
    """By hand: 600.00 + 100.00 + 300.00 = 1,000."""
    lines = read(line("a", amount_minor=60_000), line("b", amount_minor=10_000), line("c", amount_minor=30_000))
    model = Model(*cost_model(lines, START, END, "EUR"))
    assert (total(model, COST, model.means()), {each.grade for each in model.inputs}) == (1_000.0, {"A"})
    assert {(each.side, each.metric_id, each.mechanism) for each in model.lines} == {(COST, "M1", "people")}


def test_hours_at_a_loaded_rate_stand_for_an_amount():
    """By hand: 12.5 hours at 32.00 are 400."""
    lines = read(line("a", amount_minor=None, hours=12.5, hourly_rate_minor=3_200))
    assert lines.select("likely", "hours").row(0) == (400.0, 12.5)
    assert [each.method for each in cost_model(lines, START, END, "EUR")[1]] == ["hours at a loaded rate"]


def test_hours_beside_an_amount_are_told_and_not_added():
    assert read(line("a", hours=4.0)).select("likely", "hours").row(0) == (100.0, 4.0)


def test_an_estimate_is_a_range_whose_likely_value_weighs_four_times():
    """PERT by hand: (500 + 4 x 600 + 800) / 6 = 616.67."""
    (known,) = cost_model(read(line("a", low_minor=50_000, amount_minor=60_000, high_minor=80_000)), START, END, "EUR")[0]
    assert (known.grade, known.distribution.mean) == ("B", pytest.approx(3_700 / 6))
    assert (known.distribution.least, known.distribution.most) == (500.0, 800.0)


def test_an_open_end_of_a_range_is_the_amount():
    (known,) = cost_model(read(line("a", high_minor=13_000)), START, END, "EUR")[0]
    assert (known.distribution.least, known.distribution.most) == (100.0, 130.0)


def test_the_same_words_in_other_months_are_one_estimate():
    """By hand: 100 + 100 + 200, between 80 + 80 + 160 and 120 + 120 + 240; half of it falls into May."""
    months = [
        line(
            f"{k}",
            line="lead's time",
            period_start=first,
            period_end=last,
            low_minor=8_000 * weight,
            amount_minor=10_000 * weight,
            high_minor=12_000 * weight,
        )
        for k, ((first, last), weight) in enumerate(zip((MARCH, APRIL, MAY), (1, 1, 2), strict=True))
    ]
    told = read(*months)
    inputs, lines = cost_model(told, START, END, "EUR")
    assert [(each.name, each.n) for each in inputs] == [("people: lead's time", 3)]
    assert (inputs[0].distribution.least, inputs[0].distribution.most) == (320.0, 480.0)
    assert lines[0].months == pytest.approx((1 / 4, 1 / 4, 1 / 2))
    assert rows_of(told)["total"]["value"] == pytest.approx(400, abs=0.1)  # a median of 1,024 draws


def test_a_campaign_bears_its_part_of_a_shared_cost():
    """By hand: a quarter of 100.00 and of 8 hours."""
    lines = read(line("a", allocation_share=0.25, allocation_key="agents' hours", hours=8.0, source="ledger"))
    assert lines.select("likely", "hours").row(0) == (25.0, 2.0)
    assert cost_model(lines, START, END, "EUR")[0][0].source == "ledger; split by agents' hours"


def test_a_one_off_falls_at_the_start_and_a_useful_one_over_its_months():
    """By hand: bought on 1 April for a year of 365 days, of which 30 lie in April and 31 in May: 61 / 365 of 365.00."""
    once = line("a", line="training", is_one_off=True)
    useful = line("b", line="tool", is_one_off=True, useful_months=12, amount_minor=36_500)
    lines = read(once, useful | {"period_start": APRIL[0], "period_end": APRIL[1]})
    assert lines["likely"].to_list() == pytest.approx([100, 61])
    found = {each.name: each.months for each in cost_model(lines, START, END, "EUR")[1]}
    assert found == {"people: tool": pytest.approx((0, 30 / 61, 31 / 61)), "people: training, once": ()}


def test_what_was_bought_before_the_campaign_is_borne_as_far_as_it_still_serves():
    """By hand: six months from 1 January are 181 days; the campaign has 92 of them from 1 March on."""
    bought = line("a", period_start=date(2025, 1, 1), period_end=date(2025, 1, 2), is_one_off=True, useful_months=6)
    assert read(bought)["likely"].item() == pytest.approx(100 * 92 / 181)


def test_a_foreign_amount_counts_at_the_last_rate_before_its_end():
    """By hand: 100 dollars of March are 96 euros, of April and May 92; yen have no minor unit: 10,000 at 0.006."""
    months = [
        line(f"{k}", currency="USD", period_start=first, period_end=last) for k, (first, last) in enumerate((MARCH, APRIL, MAY))
    ]
    yen = pl.DataFrame([(START, "JPY", "EUR", 0.006, "a bank")], schema=EXCHANGE_RATES.columns, orient="row")
    lines = read(*months, line("y", currency="JPY"), rates=pl.concat([RATES, yen]))
    assert lines["likely"].to_list() == pytest.approx([96, 92, 92, 60])


def test_months_are_those_of_the_calendar():
    """By hand: 17 March to 20 April are 15 and 20 days."""
    lines = read(
        line("a", period_start=date(2025, 3, 17), period_end=date(2025, 4, 21)), start=date(2025, 3, 17), end=date(2025, 4, 21)
    )
    assert lines["months"].to_list() == [pytest.approx([15 / 35, 20 / 35])]


# --- rows ---


def test_rows_tell_the_whole_and_each_category():
    rows = rows_of(read(line("a"), line("b", category="technology", low_minor=5_000, high_minor=20_000)))
    assert (rows["total category=people"]["value"], rows["total category=people"]["grade"]) == (100.0, "A")
    assert rows["total category=technology"]["low"] < 100 < rows["total category=technology"]["high"]
    assert (rows["total"]["n"], rows["total"]["grade"], rows["total"]["unit"]) == (2, "B", "EUR")
    assert rows["total"]["low"] == pytest.approx(100 + rows["total category=technology"]["low"])


def test_rows_tell_hours_and_what_is_fixed_and_paid_once():
    """By hand: of 200.00 that say so 0.2 x 100 + 1.0 x 100 = 120 are fixed; 100 of 300 were paid once; 3 hours."""
    rows = rows_of(
        read(
            line("a", fixed_share=0.2, hours=3.0),
            line("b", fixed_share=1.0, category="technology", is_one_off=True),
            line("c"),
        )
    )
    values = {name: rows[name]["value"] for name in ("hours", "fixed_share", "variable_share", "one_off_share")}
    assert values == {"hours": 3.0, "fixed_share": 0.6, "variable_share": 0.4, "one_off_share": pytest.approx(1 / 3)}
    assert (rows["fixed_share"]["reason"], rows["fixed_share"]["n"]) == ("of lines that make 67 % of the cost", 200)
    assert rows["hours"]["reason"] == "1 of 2 lines of people state no hours"


def test_what_no_line_says_is_unknown_with_the_reason():
    rows = rows_of(read(line("a")))
    assert (rows["hours"]["value"], rows["hours"]["reason"][:31]) == (None, "no cost line states its hours; ")
    assert (rows["fixed_share"]["value"], rows["variable_share"]["value"]) == (None, None)
    assert rows["fixed_share"]["reason"] == "no cost line states a fixed_share"


def test_without_cost_lines_there_is_no_cost_and_no_fault():
    lines = read()
    assert (lines.height, cost_model(lines, START, END, "EUR")) == (0, ((), ()))
    assert {(row["value"], row["reason"]) for row in rows_of(lines).values()} == {
        (None, "no cost line of this campaign is connected")
    }


def test_the_order_of_lines_does_not_matter():
    rows = [line(f"{k}", low_minor=5_000 + k, high_minor=20_000, hours=k / 7) for k in range(6)]
    assert cost_rows(read(*rows), drawn(read(*rows)), "EUR") == cost_rows(read(*rows[::-1]), drawn(read(*rows[::-1])), "EUR")


# --- what is refused ---


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"amount_minor": -1}, "an amount below zero"),
        ({"low_minor": -1}, "an amount below zero"),
        ({"low_minor": 20_000}, "need low <= amount <= high, found 20000, 10000, 10000"),
        ({"high_minor": 5_000}, "need low <= amount <= high, found 10000, 10000, 5000"),
        ({"amount_minor": None}, "no amount; add amount_minor, or hours"),
        ({"amount_minor": None, "hours": 3.0}, "hours without a rate; add hourly_rate_minor"),
        ({"amount_minor": None, "hourly_rate_minor": 3}, "no amount"),
        ({"hours": float("nan")}, "hours NaN is no number of hours"),
        ({"hours": float("inf")}, "hours inf is no number of hours"),
        ({"hours": -1.0}, "hours -1.0 is no number of hours"),
        ({"hours": 1.0, "hourly_rate_minor": -1}, "hourly_rate_minor -1 is below zero"),
        ({"hours": 3.0, "hourly_rate_minor": 3_000}, "amount_minor 10000 is not hours x hourly_rate_minor, 9000"),
        ({"fixed_share": 1.5}, "fixed_share 1.5 is no share; write 80 % as 0.8"),
        ({"fixed_share": float("nan")}, "fixed_share NaN is no share"),
        ({"allocation_share": -0.1, "allocation_key": "heads"}, "allocation_share -0.1 is no share"),
        ({"allocation_share": 0.5}, "allocation_share without allocation_key"),
        ({"allocation_share": 0.5, "allocation_key": " "}, "allocation_share without allocation_key"),
        ({"useful_months": 12}, "useful_months are of a one-off line"),
        ({"useful_months": 0, "is_one_off": True}, "useful_months 0 is no number from 1 to 600"),
        ({"useful_months": 2**40, "is_one_off": True}, "is no number from 1 to 600"),
        ({"category": "peple"}, "no category 'peple'; did you mean 'people'?"),
        ({"period_end": START}, "it ends on 2025-03-01, before it began on 2025-03-01"),
        ({"period_end": date(2025, 6, 2)}, "2025-03-01 to 2025-06-01 is not within the campaign, 2025-03-01 to 2025-05-31"),
        ({"period_start": END, "period_end": date(2025, 7, 1)}, "is not within the campaign"),
        ({"period_start": date(2025, 2, 28)}, "is not within the campaign"),
        ({"period_start": date(2025, 1, 1), "is_one_off": True, "useful_months": 2}, "is not within the campaign"),
        (
            {"currency": "CHF"},
            "it is in CHF and the campaign counts in EUR; add a rate above zero to exchange_rates, dated 2025-05-31",
        ),
    ],
)
def test_a_line_that_cannot_be_counted_is_refused_by_its_id(other, says):
    """Each fault of issue 8, item 'bad input', alone; the sound line beside it is not named."""
    (found,) = faults(line("sound"), line("wrong", **other))
    assert found.startswith("cost line wrong: ")
    assert says in found
    with pytest.raises(CareworthError, match="^cost line wrong: "):
        read(line("sound"), line("wrong", **other))


def test_a_currency_whose_rate_comes_too_late_is_refused():
    late = RATES.filter(pl.col("date") > date(2025, 3, 31))
    (found,) = cost_faults(table("costs", line("a", currency="USD", period_end=MARCH[1]), line("b")), START, END, "EUR", late)
    assert found.endswith("dated 2025-03-31 or before")


def test_two_lines_of_one_id_are_refused():
    assert [found[:32] for found in faults(line("a"), line("a"))] == ["cost line a: there are two lines"] * 2


def test_all_faults_are_told_and_the_first_is_raised_with_their_number():
    rows = (line("b", amount_minor=-1), line("a", category="tools"))
    assert [found[:12] for found in faults(*rows)] == ["cost line a:", "cost line b:"]
    with pytest.raises(CareworthError, match=r"^cost line a: .* \(and 1 more\)$"):
        read(*rows)


def test_a_month_without_a_line_is_refused():
    """Issue 8: people in March and May and nothing for April; what was paid once says nothing of a month."""
    march, may = ({"period_start": first, "period_end": last} for first, last in (MARCH, MAY))
    once = line("c", category="process", is_one_off=True) | march
    assert faults(line("a") | march, line("b") | may, once) == ["people: no line for April 2025; add it, or a line of zero"]


def test_a_line_of_zero_fills_a_month():
    parts = [line(f"{k}", period_start=first, period_end=last) for k, (first, last) in enumerate((MARCH, APRIL, MAY))]
    assert faults(parts[0], parts[1] | {"amount_minor": 0}, parts[2]) == []


@pytest.mark.parametrize("other", [{"amount_minor": 0}, {"allocation_share": 0.0, "allocation_key": "heads"}])
def test_a_programme_that_costs_nothing_is_refused(other):
    assert faults(line("a", **other)) == [
        "all cost lines come to zero; a return needs what the programme cost, so add what it did"
    ]


def test_a_line_of_zero_beside_others_is_no_fault():
    lines = read(line("a"), line("b", amount_minor=0, category="process"))
    assert rows_of(lines)["total category=process"]["value"] == 0.0
    model = Model(*cost_model(lines, START, END, "EUR"))
    assert return_on_cost(model, model.means()) == -1.0


# --- the demo ---


@pytest.mark.parametrize("campaign", world.CAMPAIGNS, ids=lambda each: each.id)
def test_the_demo_pays_what_its_books_say(campaign):
    """Its one-offs serve within the campaign, so that the lines come to the amounts as booked, which its truth adds up."""
    booked = build_costs(1.0).filter(campaign_id=campaign.id)
    lines = read_cost_lines(booked, campaign.start, campaign.end, "EUR")
    assert lines["likely"].sum() == pytest.approx(booked["amount_minor"].sum() / 100)


def test_the_demo_shows_what_a_cost_line_can_say():
    booked = build_costs(1.0)
    shown = ("hours", "hourly_rate_minor", "useful_months", "fixed_share", "allocation_key", "channel", "low_minor")
    assert [name for name in shown if booked[name].null_count() == booked.height] == []
    assert booked["is_one_off"].sum() == 2


# --- by network ---


def conversations(**turns: int) -> pl.DataFrame:
    """A conversation of each network with so many turns of agents."""
    return pl.DataFrame({"network": turns.keys(), "agent_turn_count": turns.values()}, schema=["network", "agent_turn_count"])


def test_a_network_bears_its_own_lines_and_its_share_of_the_rest():
    """By hand: 100 of its own and a quarter of the 100 and 60 that are shared; phone is no network here."""
    lines = read(line("a"), line("b", channel="whatsapp"), line("c", channel="phone", amount_minor=6_000))
    shares = turn_shares(conversations(x=3, whatsapp=1))
    draws = cost_by_network(lines, drawn(lines), shares)
    assert {name: cost[0] for name, cost in draws.items()} == {"whatsapp": 140.0, "x": 120.0}


def test_networks_are_the_whole_cost_draw_by_draw():
    lines = read(line("a", low_minor=5_000, high_minor=20_000), line("b", channel="x", high_minor=30_000))
    parts = cost_by_network(lines, drawn(lines), turn_shares(conversations(x=2, facebook=1, whatsapp=0)))
    assert np.allclose(sum(parts.values()), cost_draws(lines, drawn(lines)))


def test_without_an_agents_turn_nothing_can_be_split():
    assert (turn_shares(conversations(x=0)), turn_shares(conversations().cast({"agent_turn_count": pl.Int64}))) == ({}, {})


def test_old_files_without_the_newer_columns_are_read():
    """What the table had before: `require_table` gives the rest as empty."""
    newer = ["channel", "hours", "hourly_rate_minor", "is_one_off", "useful_months", "fixed_share"]
    old = table("costs", line("a")).drop(*newer, "allocation_key", "allocation_share")
    whole = require_table(old, COSTS, "costs")
    assert read_cost_lines(whole, START, END, "EUR")["likely"].to_list() == [100.0]
