"""E4 and M3: contacts that care made unnecessary, each once, by the best way of knowing that there is."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from careworth.errors import CareworthError
from careworth.roi.avoided import avoided_cost, unit_cost
from careworth.roi.distributions import Fixed
from careworth.roi.gains import Change
from careworth.roi.model import Model, amount
from careworth.roi.rungs import REDIRECTED, Share, asked, by_experiment, by_series, by_shares, stated
from careworth.roi.served import AGENT, PEER, SELF_SERVICE, seen_again, sent_away, served_issues, survey_answers
from careworth.schemas import CONTACTS, SURVEYS, UNIT_COSTS
from careworth.targets import Assumption
from tests.roi.cases import AS_OF, START, TERMS, arms_of, day, row_of, unit_costs_of

NOBODY = pl.DataFrame(schema={"conversation_id": pl.String, "channel": pl.String})
CALL = unit_costs_of(phone=(8.5, 8.5, 8.5), email=(4, 4, 4))


def conversations(*rows: dict) -> pl.DataFrame:
    """Conversations, resolved two days after the start and never redirected unless a row says otherwise."""
    usual = {"outcome": "resolved", "is_redirected_away": False, "redirect": None, "outcome_at": day(2)}
    told = [
        {"conversation_id": f"v{k}", "thread_id": f"t{k}", "customer_id": f"g{k}"} | usual | row for k, row in enumerate(rows)
    ]
    return pl.DataFrame(told, schema_overrides={"redirect": pl.String})


def issues(count: int, destination: str = AGENT) -> pl.DataFrame:
    """So many settled issues, each of a customer of its own."""
    names = [f"{destination}{k}" for k in range(count)]
    return pl.DataFrame({"conversation_id": names, "thread_id": names, "customer_id": names}).with_columns(
        destination=pl.lit(destination), helped_at=pl.lit(day(2))
    )


def known(value: float, grade: str = "B") -> Share:
    """A share without doubt."""
    return Share(Fixed(value), grade, "known")


def chain(count: int, would: float, again: float, away: pl.DataFrame = NOBODY, arrived: tuple[int, int] = (0, 0)):
    """The rung of a survey whose shares are known."""
    return by_shares(TERMS, issues(count), away, {AGENT: (known(would), known(again))}, arrived, "phone")


def away(**channels: int) -> pl.DataFrame:
    """So many conversations sent to each channel."""
    rows = [(f"{channel}{k}", channel) for channel, count in channels.items() for k in range(count)]
    return pl.DataFrame(rows, schema=NOBODY.schema, orient="row")


def contacts_of(*calls: tuple[str, float], channel: str = "phone") -> pl.DataFrame:
    """Calls: who, and how many days after the start."""
    rows = [
        {"contact_id": f"k{k}", "channel": channel, "customer_id": who, "started_at": day(at)}
        for k, (who, at) in enumerate(calls)
    ]
    return pl.DataFrame(rows, schema=CONTACTS.columns)


#: So many arrived of so many that the share is as good as known.
ALL_ARRIVED = (10**9, 10**9)


def test_the_chain_of_the_published_example():
    """METRICS.md F.5: 8,000 x .40 x .85 = 2,720 avoided, x 8.50 = 23,120."""
    gain = avoided_cost(TERMS, [None, None, chain(8_000, 0.40, 0.15)], CALL, NOBODY)
    assert row_of(gain.rows, "avoided_contacts")["value"] == pytest.approx(2_720)
    assert row_of(gain.rows, "avoided_cost")["value"] == pytest.approx(23_120)
    assert len(gain.lines[0].contacts) == 8_000


def test_a_stated_rate_is_an_assumption():
    """METRICS.md F.5: 6,500 x .70 x .10 = 455 contacts, x 25 = 11,375; nobody is said to have called again."""
    said = {
        name: Assumption(name=name, low=rate, likely=rate, high=rate, source="a book")
        for name, rate in (("would_have_phoned", 0.1), ("phoned_anyway", 0.0))
    }
    shares = {AGENT: (stated(said, "would_have_phoned"), stated(said, "phoned_anyway"))}
    gain = avoided_cost(
        TERMS, [by_shares(TERMS, issues(4_550), NOBODY, shares, (0, 0), "phone")], unit_costs_of(phone=(25, 25, 25)), NOBODY
    )
    assert [(row["variant"], round(row["value"]), row["grade"]) for row in gain.rows if row["value"]] == [
        ("avoided_contacts", 455, "C"),
        ("avoided_customers", 455, "C"),
        ("avoided_by_assumption", 455, "C"),
        ("avoided_cost", 11_375, "C"),
    ]


def test_answers_leave_a_range():
    """Of 100 asked 40 would have phoned and of 100 asked 15 called again: the middle is near 8,000 x .40 x .85 = 2,720."""
    shares = {AGENT: (asked((40, 100), "survey"), asked((15, 100), "survey"))}
    gain = avoided_cost(TERMS, [by_shares(TERMS, issues(8_000), NOBODY, shares, (0, 0), "phone")], CALL, NOBODY)
    row = row_of(gain.rows, "avoided_contacts")
    assert row["low"] < row["value"] < row["high"]
    assert row["value"] == pytest.approx(2_720, rel=0.02)
    # By the delta method the relative error is (.6/.4/100 + .15/.85/100) ** .5 = 0.129; nine in ten lie within 1.645 of it.
    assert row["high"] - row["low"] == pytest.approx(2 * 1.645 * 0.129 * 2_720, rel=0.05)
    assert (row["grade"], row["n"]) == ("B", 8_000)


def test_contacts_that_redirects_cause_are_taken_off_at_what_their_channel_costs():
    """200 x .25 x .8 = 40 avoided at 8.50; of 10 sent to the phone and 20 to e-mail a quarter would have called anyway.

    All arrived, by hand: 40 - 7.5 - 15 = 17.5 contacts; 40 x 8.5 - 7.5 x 8.5 - 15 x 4 = 216.25.
    """
    sent = away(phone=10, email=20)
    gain = avoided_cost(TERMS, [chain(200, 0.25, 0.2, sent, ALL_ARRIVED)], CALL, sent)
    assert row_of(gain.rows, "avoided_contacts")["value"] == pytest.approx(17.5, abs=0.001)
    assert row_of(gain.rows, "induced_contacts")["value"] == pytest.approx(22.5, abs=0.001)
    assert row_of(gain.rows, "avoided_cost")["value"] == pytest.approx(216.25, abs=0.01)


def test_where_nobody_knows_who_arrived_none_to_all_may_have():
    """Half of 10 sent away would not have called by themselves: 5 x a share from 5 to 95 %, in the middle 2.5."""
    sent = away(phone=10)
    row = row_of(avoided_cost(TERMS, [chain(100, 0.5, 0.2, sent)], CALL, sent).rows, "induced_contacts")
    assert [row[name] for name in ("low", "value", "high")] == pytest.approx([0.25, 2.5, 4.75], abs=0.01)


def test_of_those_sent_away_only_who_arrived_caused_a_contact():
    """Of 40,000 known 10,000 arrived: a quarter of 10 x .5 is 1.25."""
    sent = away(phone=10)
    gain = avoided_cost(TERMS, [chain(100, 0.5, 0.2, sent, (10_000, 40_000))], CALL, sent)
    assert row_of(gain.rows, "induced_contacts")["value"] == pytest.approx(1.25, rel=0.01)


def test_where_a_channel_has_no_stated_cost_that_of_the_spared_one_stands_in():
    """40 - 10 = 30 contacts, all at 8.50: 255."""
    sent = away(email=20)
    gain = avoided_cost(TERMS, [chain(100, 0.5, 0.2, sent, ALL_ARRIVED)], unit_costs_of(phone=(8.5, 8.5, 8.5)), sent)
    assert row_of(gain.rows, "avoided_cost")["value"] == pytest.approx(255, abs=0.01)


def test_an_experiment_counts_contacts_per_person():
    """Control persons call twice and not at all, treated never: (1 - 0) x 2 treated = 2 contacts, at 8.50 17.

    The variance of 2 and 0 is 2, over 2 persons 1: the standard error per person is 1.
    """
    arms = arms_of(a="t", b="t", c="c", d="c")
    calls = contacts_of(("c", 1), ("c", 2), ("a", -1), ("a", 40), ("stranger", 3))
    rung = by_experiment(TERMS, arms, calls, day(31), "phone")
    gain = avoided_cost(TERMS, [rung], CALL, NOBODY)
    assert row_of(gain.rows, "avoided_by_experiment")["value"] == pytest.approx(2, abs=0.01)
    assert row_of(gain.rows, "avoided_cost")["value"] == pytest.approx(17, abs=0.1)
    spared = next(each for each in rung.inputs if each.unit == "contacts")
    assert (spared.distribution.error, spared.grade, rung.grade) == (1.0, "A", "A")
    assert gain.lines[0].persons == {"a", "b"}


@pytest.mark.parametrize(
    ("arms", "calls"),
    [
        (arms_of(a="t", b="t"), contacts_of(("a", 1))),
        (arms_of(a="t", b="t", c="c", d="c"), contacts_of()),
        (arms_of(), contacts_of(("a", 1))),
        (pl.concat([arms_of(a="t", b="t", c="c", d="c"), arms_of(a="c", experiment="f")]), contacts_of(("a", 1))),
        (arms_of(a="t", b="t", c="someone", d="c"), contacts_of(("a", 1))),
    ],
    ids=["one arm", "no contacts", "nobody", "in two experiments", "one control"],
)
def test_without_two_arms_and_contacts_there_is_no_experiment(arms, calls):
    assert by_experiment(TERMS, arms, calls, day(31), "phone") is None


def test_a_series_that_could_not_have_seen_the_effect_is_told_and_not_used():
    """With a standard error of 50 it sees 2.8 x 50 = 140 contacts and more: blind to what 100 conversations can do."""
    gain = avoided_cost(
        TERMS, [by_series(TERMS, Change(-300, 50, "time series"), 100, "phone"), chain(100, 0.5, 0.2)], CALL, NOBODY
    )
    told, used = row_of(gain.rows, "avoided_by_series"), row_of(gain.rows, "avoided_contacts")
    assert (round(told["value"]), used["value"]) == (300, pytest.approx(40))
    assert (
        told["reason"] == "not used: it would have seen a change of 140 contacts and more, and 100 can have been spared at most"
    )


@pytest.mark.parametrize("change", [-300, 0, 300])
def test_whether_a_series_is_used_does_not_depend_on_what_it_found(change):
    """2.8 x 30 = 84 is below 100, so it is used whatever it found, a loss too."""
    gain = avoided_cost(
        TERMS, [by_series(TERMS, Change(change, 30, "time series"), 100, "phone"), chain(100, 0.5, 0.2)], CALL, NOBODY
    )
    assert row_of(gain.rows, "avoided_contacts")["value"] == pytest.approx(-change, abs=0.5)


def test_the_best_rung_is_used_and_all_are_told():
    rungs = [
        by_experiment(TERMS, arms_of(a="t", b="t", c="c", d="c"), contacts_of(("c", 1), ("d", 1)), day(31), "phone"),
        by_series(TERMS, Change(-30, 10, "time series"), 100, "phone"),
        chain(100, 0.5, 0.2),
    ]
    rows = avoided_cost(TERMS, rungs, CALL, NOBODY).rows
    assert {row["variant"]: round(row["value"]) for row in rows if row["value"] is not None} == {
        "avoided_contacts": 2,
        "avoided_by_experiment": 2,
        "avoided_by_series": 30,
        "avoided_by_survey": 40,
        "avoided_cost": 17,
    }
    assert "contained in what was measured" in row_of(rows, "induced_contacts")["reason"]


def test_without_any_rung_there_is_no_line_and_it_says_why():
    gain = avoided_cost(TERMS, [None, None], CALL, NOBODY)
    assert (gain.inputs, gain.lines) == ((), ())
    assert {row["value"] for row in gain.rows} == {None}
    assert all("nothing says which contacts" in row["reason"] for row in gain.rows)


def test_without_a_stated_cost_contacts_are_told_and_not_valued():
    gain = avoided_cost(TERMS, [chain(100, 0.5, 0.2)], unit_costs_of(chat=(1, 1, 1)), NOBODY)
    assert (gain.lines, row_of(gain.rows, "avoided_contacts")["value"]) == ((), pytest.approx(40))
    assert (
        row_of(gain.rows, "avoided_cost")["reason"]
        == "no avoidable cost of one phone contact is stated for 2024-03-01 in EUR; add it to unit_costs"
    )


def test_a_chain_without_one_of_its_links_is_none():
    shares = {AGENT: (known(0.5), asked((0, 0), "survey"))}
    assert by_shares(TERMS, issues(10), NOBODY, shares, (0, 0), "phone") is None
    assert by_shares(TERMS, issues(0), NOBODY, {AGENT: (known(0.5), known(0.1))}, (0, 0), "phone") is None


def test_the_cost_of_a_call_is_the_one_in_force_on_the_first_day():
    rows = [
        ("phone", date(2024, month, 1), cost, cost, cost, "EUR", "finance") for month, cost in ((1, 700), (3, 900), (5, 1_100))
    ]
    costs = pl.DataFrame(rows, schema=UNIT_COSTS.columns, orient="row")
    assert unit_cost(costs, TERMS, "phone").distribution.mean == 9
    assert unit_cost(costs, TERMS._replace(start=date(2023, 12, 31)), "phone") is None
    assert unit_cost(costs, TERMS._replace(currency="USD"), "phone") is None


@pytest.mark.parametrize("stated_range", [(9, 8, 12), (-1, 8, 12), (6, 13, 12)])
def test_an_impossible_cost_of_a_call_is_refused_by_name(stated_range):
    with pytest.raises(CareworthError, match="unit_costs, phone from 2024-01-01: need 0 <= low"):
        unit_cost(unit_costs_of(phone=stated_range), TERMS, "phone")


def test_saving_is_cash_only_where_hours_were_cut():
    assert [
        avoided_cost(TERMS, [chain(9, 0.5, 0.2)], CALL, NOBODY, is_cash).lines[0].is_cashable for is_cash in (False, True)
    ] == [False, True]


def test_each_issue_counts_once_for_what_helped_last():
    """v0 was settled by an agent after a customer's answer, v1 the other way round, v2 by both at once: the order decides."""
    own = conversations({}, {}, {}, {"is_redirected_away": True}, {"outcome": "open"})
    told = [
        ("v0", PEER, day(1)),
        ("v1", PEER, day(3)),
        ("v2", PEER, day(2)),
        ("v9", SELF_SERVICE, None),
        ("v8", "oracle", day(1)),
    ]
    helped = pl.DataFrame(
        [(name, name, name, destination, at) for name, destination, at in told],
        schema=["conversation_id", "thread_id", "customer_id", "destination", "helped_at"],
        orient="row",
    )
    found = served_issues(own, helped).select("conversation_id", "destination").rows()
    assert found == [("v0", AGENT), ("v1", PEER), ("v2", PEER), ("v9", SELF_SERVICE)]
    turned = served_issues(own, helped, order=(AGENT, PEER)).select("conversation_id", "destination").rows()
    assert turned == [("v0", AGENT), ("v1", PEER), ("v2", AGENT)]


def test_each_destination_has_its_own_line_and_shares():
    """10 x .5 x 1 of the agent and 20 x .1 x .5 of peers: 5 + 1 = 6 contacts."""
    both = pl.concat([issues(10), issues(20, PEER)])
    shares = {AGENT: (known(0.5), known(0.0)), PEER: (known(0.1), known(0.5)), SELF_SERVICE: (None, known(0.5))}
    gain = avoided_cost(TERMS, [by_shares(TERMS, both, NOBODY, shares, (0, 0), "phone")], CALL, NOBODY)
    assert row_of(gain.rows, "avoided_contacts")["value"] == pytest.approx(6)
    assert [line.name for line in gain.lines] == ["contacts avoided: social agent", "contacts avoided: peer answer"]
    values = Model(gain.inputs, gain.lines).means()
    assert [float(np.round(amount(line, values), 6)) for line in gain.lines] == [42.5, 8.5]


def test_customers_count_once():
    """Four issues of two customers; 4 x .5 = 2 contacts, so 1 customer."""
    told = issues(4).with_columns(customer_id=pl.Series(["a", "a", "b", "b"]))
    rung = by_shares(TERMS, told, NOBODY, {AGENT: (known(0.5), known(0.0))}, (0, 0), "phone")
    row = row_of(avoided_cost(TERMS, [rung], CALL, NOBODY).rows, "avoided_customers")
    assert (row["value"], row["n"]) == (1.0, 2)


def test_who_was_sent_to_the_contact_centre():
    told = conversations(
        {"is_redirected_away": True, "redirect": "phone"}, {"is_redirected_away": True, "redirect": "web"}, {"redirect": "email"}
    )
    assert sent_away(told).rows() == [("v0", "phone")]


def test_only_answers_about_these_issues_count():
    """Of three answers about served issues two are at the top of their scale; one was not answered."""
    told = [("would", "v0", 1.0, 1.0), ("would", "v1", 1.0, 5.0), ("would", "v2", 5.0, 5.0), ("would", "v3", None, 1.0)]
    told += [("again", "v0", 1.0, 1.0), ("would", "elsewhere", 1.0, 1.0)]
    rows = [
        {
            "survey_id": str(k),
            "kind": kind,
            "thread_id": who,
            "customer_id": who,
            "offered_at": START,
            "score": score,
            "scale_max": top,
        }
        for k, (kind, who, score, top) in enumerate(told)
    ]
    names = pl.DataFrame({"thread_id": ["v0", "v1", "v2", "v3"]}).with_columns(customer_id="thread_id")
    surveys = pl.DataFrame(rows, schema=SURVEYS.columns)
    assert survey_answers(surveys, names, "would") == (2, 3)
    assert survey_answers(surveys.clear(), names, "would") == (0, 0)


def test_who_was_seen_again_at_the_contact_centre_within_a_week():
    """Helped on day 2: a called on day 9, b on day 10, c before; d is not joined, e is two customers. One of three."""
    told = issues(5).with_columns(customer_id=pl.Series(["a", "b", "c", "d", "e"]))
    people = pl.DataFrame({"alias_value": ["a", "b", "c", "e", "e"], "customer_id": ["pa", "pb", "pc", "pe", "pf"]})
    calls = contacts_of(("pa", 9), ("pb", 10), ("pc", 1.9), ("pe", 3))
    assert seen_again(told, calls, people, AS_OF) == (1, 3)
    assert seen_again(told, calls, people, day(8)) == (0, 0)
    assert seen_again(told, calls.clear(), people, AS_OF) == (0, 0)


def test_redirects_alone_are_no_gain():
    assert (
        row_of(avoided_cost(TERMS, [chain(5, 0.5, 0.2)], CALL, NOBODY).rows, "induced_contacts")["reason"] == f"no {REDIRECTED}"
    )
