"""METRICS.md C.9: whatever two lines both claim counts once, in whatever order they come, and what is no gain is refused."""

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careworth.errors import CareworthError
from careworth.roi.distributions import Beta, Fixed, Normal
from careworth.roi.exclusivity import check_ledger
from careworth.roi.gains import MECHANISMS
from careworth.roi.ledger_table import gain_rows, ledger_table
from careworth.roi.model import COST, GAIN, Input, Line, Model, return_on_cost, total
from careworth.roi.sampling import draw_inputs
from careworth.targets import NO_GAIN
from tests.roi.cases import TERMS

CONTACTS = [f"v{k}" for k in range(8)]
PEOPLE = [f"p{k}" for k in range(8)]
WINDOWS = [(0.0, 30.0), (30.0, 90.0), (15.0, 60.0), (0.0, 365.0)]


def gain(name: str, mechanism: str, factors: tuple[str, ...] = ("one",), **more) -> Line:
    """A gain of the ledger's currency and period."""
    return Line(name, GAIN, MECHANISMS.get(mechanism, "M9"), mechanism, factors, "", *TERMS, **more)


def known(name: str, value: float, grade: str = "A") -> Input:
    """An input without doubt."""
    return Input(name, "EUR", Fixed(value), grade, "")


COSTS = Line("staff", COST, "M1", "people", ("wages",), "", *TERMS)


def model_of(*gains: Line, inputs: tuple[Input, ...] = ()) -> Model:
    """These gains beside wages of 100; an input `one` of 1 is there too."""
    return Model((known("wages", 100), known("one", 1), *inputs), (COSTS, *gains))


def named(model: Model) -> dict[str, Line]:
    """The lines by name."""
    return {line.name: line for line in model.lines}


@st.composite
def ledgers(draw) -> Model:
    """A ledger of up to seven gains that claim the same few contacts and persons, each worth an uncertain amount."""
    lines, inputs = [], []
    for k in range(draw(st.integers(0, 7))):
        mechanism = draw(st.sampled_from([name for name in MECHANISMS]))
        of_contacts = mechanism in ("avoided_contacts", "productivity")
        ids = frozenset(draw(st.sets(st.sampled_from(CONTACTS if of_contacts else PEOPLE), min_size=1)))
        counted = {"contacts": ids} if of_contacts else {"persons": ids, "window_days": draw(st.sampled_from(WINDOWS))}
        low = draw(st.floats(-50, 500, allow_nan=False))
        inputs.append(Input(f"worth {k}", "EUR", Normal(low, draw(st.floats(0, 20))), draw(st.sampled_from("ABC")), ""))
        inputs.append(Input(f"share {k}", "share", Beta(2, draw(st.integers(1, 9))), "B", ""))
        lines.append(gain(f"line {k}", mechanism, (f"worth {k}", f"1 - share {k}"), **counted))
    return model_of(*lines, inputs=tuple(inputs))


def counted_twice(model: Model) -> list[str]:
    """The contacts that two gains count, and the persons whose same days two gains of sales count."""
    gains = [line for line in model.lines if line.side == GAIN]
    contacts = Counter(each for line in gains for each in line.contacts)
    twice = [each for each, count in contacts.items() if count > 1]
    for one, other in combinations(gains, 2):
        if max(one.window_days[0], other.window_days[0]) < min(one.window_days[1], other.window_days[1]):
            twice += sorted(one.persons & other.persons)
    return twice


@settings(max_examples=150, deadline=None)
@given(ledgers())
def test_whatever_two_lines_claim_counts_once_and_nothing_is_lost(model):
    checked = check_ledger(model)
    assert counted_twice(checked) == []
    for what in ("contacts", "persons"):
        claimed, left = ({each for line in ledger.lines for each in getattr(line, what)} for ledger in (model, checked))
        assert left == claimed


@settings(max_examples=100, deadline=None)
@given(ledgers(), st.randoms(use_true_random=False))
def test_the_order_of_lines_and_inputs_does_not_matter_to_the_last_bit(model, random):
    inputs, lines = list(model.inputs), list(model.lines)
    random.shuffle(inputs)
    random.shuffle(lines)
    one, other = check_ledger(model), check_ledger(Model(tuple(inputs), tuple(lines)))
    assert one == other
    assert return_on_cost(one, draw_inputs(one, 256)).tobytes() == return_on_cost(other, draw_inputs(other, 256)).tobytes()


@settings(max_examples=100, deadline=None)
@given(ledgers())
def test_a_ledger_that_was_checked_stays_as_it_is(model):
    once = check_ledger(model)
    assert check_ledger(once) == once


@settings(max_examples=100, deadline=None)
@given(ledgers())
def test_a_line_comes_to_its_share_of_what_is_left_to_it(model):
    """Each line's amount is what it was times contacts or persons left over those claimed; computed here from the sets."""
    checked, was = check_ledger(model), named(model)
    values = model.means()
    expected = 0.0
    for line in checked.lines:
        claimed = len(was[line.name].contacts | was[line.name].persons)
        share = len(line.contacts | line.persons) / claimed if claimed else 1
        alone = replace(model, lines=(was[line.name],))
        expected += share * float(total(alone, GAIN, values))
    assert float(total(checked, GAIN, checked.means())) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(ledgers().filter(lambda model: len(model.lines) > 1), st.data())
def test_another_currency_or_period_is_refused_by_name(model, data):
    changed = data.draw(st.sampled_from(model.lines))
    change = data.draw(st.sampled_from([{"currency": "USD"}, {"start": date(2023, 1, 1)}, {"end": date(2025, 1, 1)}]))
    lines = tuple(replace(line, **change) if line is changed else line for line in model.lines)
    with pytest.raises(CareworthError, match=f"line '.*{changed.name}'"):
        check_ledger(replace(model, lines=lines))


def test_avoided_contacts_go_before_shorter_ones():
    """Of four contacts handled for 100 in all, one was avoided: 75 are left."""
    checked = check_ledger(
        model_of(
            gain("shorter", "productivity", ("hundred",), contacts=frozenset("abcd")),
            gain("avoided", "avoided_contacts", contacts=frozenset("ax")),
            inputs=(known("hundred", 100),),
        )
    )
    assert named(checked)["shorter"].contacts == frozenset("bcd")
    assert float(total(checked, GAIN, checked.means())) == 1 + 75
    (share,) = [each for each in checked.inputs if each.name.startswith("shorter")]
    assert (share.name, share.source) == ("shorter: share of contacts counted here", "1 of 4 contacts are counted by avoided")


def test_destinations_keep_what_they_claim_in_their_order():
    inputs = (known("share who got in touch again", 0.1),)
    factors = ("one", "1 - share who got in touch again")
    lines = [
        gain(f"contacts avoided: {name}", "avoided_contacts", factors, contacts=frozenset(ids))
        for name, ids in (("social agent", "abc"), ("self-service", "bcd"), ("peer answer", "cde"))
    ]
    kept = {name: "".join(sorted(line.contacts)) for name, line in named(check_ledger(model_of(*lines, inputs=inputs))).items()}
    assert kept == {
        "staff": "",
        "contacts avoided: peer answer": "cde",
        "contacts avoided: self-service": "b",
        "contacts avoided: social agent": "a",
    }
    turned = check_ledger(model_of(*lines, inputs=inputs), order=("social agent", "self-service", "peer answer"))
    assert named(turned)["contacts avoided: social agent"].contacts == frozenset("abc")


def test_a_line_that_is_left_nothing_is_gone_with_its_inputs():
    lines = [
        gain("avoided", "avoided_contacts", contacts=frozenset("ab")),
        gain("shorter", "productivity", ("lost",), contacts=frozenset("ab")),
    ]
    checked = check_ledger(model_of(*lines, inputs=(known("lost", 5),)))
    assert list(named(checked)) == ["avoided", "staff"]
    assert "lost" not in {each.name for each in checked.inputs}


def test_days_within_the_window_are_not_days_after_it():
    """M7 counts to day 30, M8 from day 30: each person stays in both; from day 29 on M8 would count a day of M7 again."""
    sales = gain("sales", "incremental_margin", persons=frozenset("ab"), window_days=(0.0, 30.0))
    for first, left in ((30.0, frozenset("ab")), (29.0, None)):
        stayed = gain("stayed", "retention", persons=frozenset("ab"), window_days=(first, 90.0))
        line = named(check_ledger(model_of(stayed, sales))).get("stayed")
        assert (line.persons if line else None) == left


def test_a_window_that_ends_where_another_begins_has_no_day_of_it():
    """Whichever of the two keeps what both claim: here the later window is first by its name."""
    late, early = (
        gain(name, "incremental_margin", persons=frozenset("a"), window_days=days)
        for name, days in (("after", (30.0, 60.0)), ("before", (0.0, 30.0)))
    )
    assert len(check_ledger(model_of(early, late)).lines) == 3


def test_persons_may_spare_a_call_and_buy():
    lines = [
        gain("calls", "avoided_contacts", persons=frozenset("a")),
        gain("sales", "incremental_margin", persons=frozenset("a")),
    ]
    assert len(check_ledger(model_of(*lines)).lines) == 3


@pytest.mark.parametrize(
    ("mechanism", "says"),
    [*NO_GAIN.items(), ("people", "people .M9. is no gain; choose from avoided_contacts .M3."), ("hope", "hope")],
)
def test_what_is_no_gain_is_refused(mechanism, says):
    with pytest.raises(CareworthError, match=f"gain 'it': {says}"):
        check_ledger(model_of(gain("it", mechanism)))


def test_attributed_revenue_is_refused_under_another_name_too():
    with pytest.raises(CareworthError, match="attributed revenue is not caused revenue"):
        check_ledger(model_of(replace(gain("it", "incremental_margin"), metric_id="M5")))


def test_the_cost_of_care_is_not_taken_off_twice():
    """Social's own cost is in M1: an avoided contact that is netted by the same input would take it off once more."""
    with pytest.raises(CareworthError, match="'wages' is the cost line 'staff' already"):
        check_ledger(model_of(gain("it", "avoided_contacts", ("one", "1 - wages"))))


def test_those_who_called_all_the_same_must_be_taken_out():
    with pytest.raises(CareworthError, match="those who called all the same are in it"):
        check_ledger(model_of(gain("contacts avoided: social agent", "avoided_contacts", contacts=frozenset("a"))))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (gain("a", "avoided_contacts"), gain("b", "avoided_contacts", contacts=frozenset("x"))),
        (gain("a", "avoided_contacts", persons=frozenset("p")), gain("b", "avoided_contacts", contacts=frozenset("x"))),
        (gain("a", "incremental_margin"), gain("b", "retention", persons=frozenset("p"), window_days=(30.0, 60.0))),
    ],
)
def test_lines_that_cannot_be_compared_are_refused(one, other):
    with pytest.raises(CareworthError, match="gains 'a' and 'b' may count the same twice"):
        check_ledger(model_of(other, one))


def test_a_ledger_of_costs_alone_is_a_ledger():
    assert check_ledger(model_of()).lines == (COSTS,)
    assert check_ledger(Model((), ())) == Model((), ())


SHOWN = model_of(
    gain("calls", "avoided_contacts", ("saved",), contacts=frozenset("abc"), is_cashable=False),
    gain("sales", "incremental_margin", ("earned",), persons=frozenset("p"), window_days=(0.0, 30.0)),
    gain("hope", "stated", ("hoped",), is_cashable=False),
    inputs=(known("saved", 30, "B"), known("earned", 50), known("hoped", 20, "C")),
)


def test_the_ledger_for_reading_has_costs_first_and_says_of_each_line_what_it_is():
    table = ledger_table(SHOWN, draw_inputs(SHOWN, 256))
    told = table.select("line", "kind", "cash", "middle", "contacts", "persons", "until_day", "grade").rows()
    assert told == [
        ("staff", "cost: people", "yes", 100, None, None, None, "A"),
        ("calls", "cost saved", "no", 30, 3, None, None, "B"),
        ("hope", "stated by the company", "no", 20, None, None, None, "C"),
        ("sales", "revenue, incremental", "yes", 50, None, 1, 30, "A"),
    ]


def test_assumed_gains_and_gains_that_are_no_cash_stand_apart():
    """30 measured and no cash, 50 measured and cash, 20 assumed and no cash."""
    rows = gain_rows(SHOWN, draw_inputs(SHOWN, 256), "EUR")
    assert {row["slice"]: (row["value"], row["grade"]) for row in rows} == {
        "all": (100, "C"),
        "basis=measured": (80, "B"),
        "basis=assumed": (20, "C"),
        "cash=yes": (50, "A"),
        "cash=no": (50, "C"),
    }
    nothing = gain_rows(model_of(), draw_inputs(model_of(), 256), "EUR")
    assert {(row["value"], row["reason"]) for row in nothing} == {(None, "no gain of this kind was measured or stated")}
