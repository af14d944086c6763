"""Handles to customers: only where a link holds at that time, leads to one customer, and consent says so."""

from datetime import datetime, timedelta
from itertools import product

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careworth.attribution import order_journeys
from careworth.contracts import require_key
from careworth.marts.identity import care_touches, list_reached, match_people
from careworth.schemas import IDENTITY_LINKS, TOUCHPOINTS
from tests.tables import at, message, turns_of

ASKED = {"alias_type": pl.String(), "alias_value": pl.String(), "seen_at": pl.Datetime("us", "UTC")}


def asked(*rows: tuple) -> pl.DataFrame:
    """Aliases, each with the minute at which it was seen."""
    return pl.DataFrame([(*alias, at(minute)) for *alias, minute in rows], schema=ASKED, orient="row")


def link(value: str = "ann", customer: str = "c1", **other) -> dict:
    """A link from a handle to a customer, with consent and without end."""
    return {"alias_type": "handle", "alias_value": value, "customer_id": customer, "consent": True} | other


def links_of(*links: dict) -> pl.DataFrame:
    """The table of these links."""
    return pl.DataFrame(list(links), schema=IDENTITY_LINKS.columns)


def counts(match) -> dict[str, int]:
    """The numbers of a match."""
    return {name: getattr(match, name) for name in ("aliases", "joined", "without_consent", "ambiguous", "unmatched")}


def fate_of_ann(*links: dict, minute: float = 0) -> str:
    """What becomes of the handle ann, seen at this minute."""
    found = counts(match_people(asked(("handle", "ann", minute)), links_of(*links)))
    assert found.pop("aliases") == 1
    return next(name for name, count in found.items() if count)


FATES = {
    "a link with consent": ([link()], "joined"),
    "no link": ([link("bob")], "unmatched"),
    "a link of another type": ([link(alias_type="psid")], "unmatched"),
    "another spelling": ([link("Ann")], "unmatched"),
    "a link to nobody": ([link(customer=None), link(customer="")], "unmatched"),
    "no consent": ([link(consent=False)], "without_consent"),
    "consent unknown": ([link(consent=None)], "without_consent"),
    "two links, one without consent": ([link(), link(consent=False, method="probabilistic")], "without_consent"),
    "a refusal under another name": (
        [link(), link("ann@example.org", consent=False, alias_type="email_hash")],
        "without_consent",
    ),
    "a refusal under no name": ([link(), link("", consent=False)], "without_consent"),
    "a refusal of another customer": ([link(), link("bob", "c2", consent=False)], "joined"),
    "a refusal that has ended": ([link(), link(consent=False, valid_to=at(0))], "joined"),
    "a refusal to come": ([link(), link(consent=False, valid_from=at(1))], "joined"),
    "a refusal that ended before it began": ([link(), link(consent=False, valid_from=at(9), valid_to=at(-9))], "joined"),
    "a refusal beside one that ended before it began": (
        [link(), link(consent=False), link(consent=False, valid_from=at(9), valid_to=at(-9))],
        "without_consent",
    ),
    "a refusal that has ended beside another's": (
        [link(), link(consent=False, valid_from=at(-2), valid_to=at(-1)), link("bob", "c2", consent=False, valid_from=at(-9))],
        "joined",
    ),
    "two customers": ([link(), link(customer="c2")], "ambiguous"),
    "two customers, one without consent": ([link(), link(customer="c2", consent=False)], "ambiguous"),
    "two customers, one after the other": ([link(valid_to=at(0)), link(customer="c2", valid_from=at(0))], "joined"),
    "the same link twice": ([link(), link()], "joined"),
    "a link that begins then": ([link(valid_from=at(0))], "joined"),
    "a link that ends then": ([link(valid_to=at(0))], "unmatched"),
    "a link to come": ([link(valid_from=at(1))], "unmatched"),
}


@pytest.mark.parametrize("name", FATES)
def test_an_alias_is_joined_only_by_a_clear_link_with_consent(name):
    links, expected = FATES[name]
    assert fate_of_ann(*links) == expected


def test_who_was_behind_a_handle_is_asked_for_each_instant():
    links = links_of(link(valid_to=at(10)), link(customer="c2", valid_from=at(10)))
    match = match_people(asked(("handle", "ann", 9), ("handle", "ann", 10), ("handle", "ann", 9)), links)
    assert match.people.rows() == [("handle", "ann", at(9), "c1"), ("handle", "ann", at(10), "c2")]
    assert (match.aliases, match.rate) == (1, 1.0)


def test_an_alias_counts_by_the_best_of_its_instants():
    links = links_of(link(valid_to=at(10)), link(customer="c2", consent=False), link("bob", "c3", consent=False, valid_to=at(10)))
    seen = [("handle", name, minute) for name, minute in product(["ann", "bob"], [5, 20])]
    match = match_people(asked(*seen), links)
    assert counts(match) == {"aliases": 2, "joined": 0, "without_consent": 2, "ambiguous": 0, "unmatched": 0}


def test_without_aliases_the_rate_is_unknown():
    match = match_people(asked(), links_of(link()))
    assert (match.aliases, match.rate, match.people.height) == (0, None, 0)


def test_without_links_nobody_is_matched():
    match = match_people(asked(("handle", "ann", 0)), links_of())
    assert (match.unmatched, match.rate, match.people.columns) == (1, 0.0, [*ASKED, "customer_id"])


def test_what_has_no_name_is_no_alias():
    named = asked(("handle", "ann", 0), ("handle", "", 0), ("handle", None, 0), (None, "ann", 0))
    match = match_people(named, links_of(link(), link("", "c9"), link(None, "c9")))
    assert (match.aliases, match.people["customer_id"].to_list()) == (1, ["c1"])


def test_at_an_unknown_instant_no_link_counts():
    unknown = asked(("handle", "ann", 0)).with_columns(seen_at=pl.lit(None, ASKED["seen_at"]))
    assert match_people(unknown, links_of(link())).unmatched == 1


def test_a_customer_with_thousands_of_aliases_takes_no_more_room():
    """As pairs of links these would be 400 million rows."""
    names = [str(number) for number in range(20_000)]
    links = links_of(*(link(name, "guest", consent=name != "7") for name in names))
    match = match_people(asked(*(("handle", name, 0) for name in names)), links)
    assert (match.without_consent, match.joined) == (20_000, 0)


# --- against plain Python ---

MINUTES = st.none() | st.integers(0, 4).map(at)
SEEN = st.tuples(st.sampled_from(["handle", "psid"]), st.sampled_from([*"aabb", "", None]), MINUTES)
LINK = st.fixed_dictionaries(
    {
        "alias_type": st.sampled_from(["handle", "psid"]),
        "alias_value": st.sampled_from([*"aabb", ""]),
        "customer_id": st.sampled_from([*"uvwxyz", None]),
        "consent": st.sampled_from([True] * 20 + [False, None]),
        "valid_from": MINUTES,
        "valid_to": MINUTES,
    }
)


def plain_fate(alias: tuple, seen: datetime | None, links: list[dict]) -> tuple[str, str | None]:
    """What becomes of an alias at an instant, and the customer who may be joined."""
    valid = [
        each
        for each in links
        if seen and each["customer_id"] and (each["valid_from"] or seen) <= seen < (each["valid_to"] or seen + timedelta(1))
    ]
    customers = {each["customer_id"] for each in valid if (each["alias_type"], each["alias_value"]) == alias}
    if len(customers) != 1:
        return ("ambiguous" if customers else "unmatched"), None
    (customer,) = customers
    agreed = all(each["consent"] is True for each in valid if each["customer_id"] == customer)
    return ("joined", customer) if agreed else ("without_consent", None)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.lists(SEEN, min_size=5, max_size=12), st.lists(LINK, min_size=3, max_size=8), st.randoms(use_true_random=False))
def test_any_tables_are_matched_as_in_plain_python_in_any_order(seen, links, shuffled):
    fates = {(*alias, when): plain_fate(tuple(alias), when, links) for *alias, when in seen if alias[1]}
    order = ["joined", "without_consent", "ambiguous", "unmatched"]
    best = {}
    for (*alias, _), (fate, _) in fates.items():
        best[tuple(alias)] = min(best.get(tuple(alias), fate), fate, key=order.index)
    shuffled.shuffle(seen)
    shuffled.shuffle(links)
    match = match_people(pl.DataFrame(seen, schema=ASKED, orient="row"), links_of(*links))
    assert counts(match) == {"aliases": len(best)} | {fate: list(best.values()).count(fate) for fate in order}
    assert match.people.rows() == sorted((*key, customer) for key, (_, customer) in fates.items() if customer)
    assert match.linked == match.joined + match.without_consent
    assert match.people.select("alias_type", "alias_value").n_unique() == match.joined


# --- touchpoints of care ---

TURNS = [
    message(1, "customer", 0),
    message(2, "agent", 5, "1/2 We look into it."),
    message(3, "agent", 6, "2/2 Sorry!"),
    message(4, "customer", 60, "Still nothing."),
    message(5, "bot", 61, "We are closed."),
    message(6, "agent", 90, "Done."),
    message(7, "customer", 0, author_id="bob", in_reply_to_id=None),
    message(8, "agent", 7, in_reply_to_id="7"),
]


def touches(*links: dict, messages: list[dict] = TURNS) -> pl.DataFrame:
    """The touchpoints of care of these messages."""
    turns = turns_of(*messages)
    return care_touches(turns, match_people(list_reached(turns), links_of(*links)).people)


def test_each_turn_of_an_agent_touches_the_customer_it_answers():
    found = touches(link())
    assert found.schema == pl.Schema(TOUCHPOINTS.columns)
    assert found.select("touch_id", "person_key", "touched_at", "channel", "kind").rows() == [
        ("care:2", "c1", at(5), "care_social", "care_reply"),
        ("care:6", "c1", at(90), "care_social", "care_reply"),
    ]
    assert found.select("campaign_id", "conversation_id", "cost_minor").null_count().row(0) == (2, 2, 2)


def test_a_turn_touches_only_while_the_customer_may_be_joined():
    found = touches(link(valid_to=at(60)), link("bob", "c2", consent=False))
    assert found["touch_id"].to_list() == ["care:2"]


def test_the_conversation_of_a_turn_is_taken_over():
    turns = turns_of(*TURNS).with_columns(conversation_id=pl.lit("1"))
    people = match_people(list_reached(turns), links_of(link())).people
    assert care_touches(turns, people)["conversation_id"].to_list() == ["1", "1"]


def test_a_handle_and_an_id_of_one_name_with_two_customers_touch_neither():
    turns = turns_of(*TURNS)
    both = pl.concat([list_reached(turns), list_reached(turns, "psid")])
    one = match_people(both, links_of(link(), link(alias_type="psid"))).people
    two = match_people(both, links_of(link(), link(customer="c2", alias_type="psid"))).people
    other = match_people(both, links_of(link(), link(customer="c2", alias_type="crm_id"))).people
    assert [care_touches(turns, people).height for people in (one, two, other)] == [2, 0, 2]


def test_only_agents_touch():
    turns = turns_of(*TURNS)
    said = turns.select(alias_type=pl.lit("handle"), alias_value="customer_id", seen_at="start_at")
    people = match_people(said, links_of(link())).people
    assert (people.height, care_touches(turns, people)["touch_id"].to_list()) == (5, ["care:2", "care:6"])


def test_an_alias_that_is_no_author_touches_nobody():
    turns = turns_of(*TURNS)
    people = match_people(list_reached(turns, "email_hash"), links_of(link(alias_type="email_hash"))).people
    assert (people.height, care_touches(turns, people).height) == (2, 0)


def test_nobody_was_touched_where_nobody_answered():
    found = touches(link(), messages=TURNS[:1])
    assert (found.height, found.schema) == (0, pl.Schema(TOUCHPOINTS.columns))


def test_touches_of_care_make_paths_to_orders():
    conversions = pl.DataFrame({"person_key": ["c1"], "conversion_id": ["o1"], "converted_at": [at(100)], "value_minor": [500]})
    found = order_journeys(require_key(touches(link()), "touch_id", name="touchpoints"), conversions, "EUR", lookback_days=1)
    assert (found.channels, found.touches[: found.starts[1]].tolist(), found.values[0]) == (("care_social",), [0, 0], 5.0)


def test_the_order_of_turns_changes_nothing():
    turns = turns_of(*TURNS)
    people = match_people(list_reached(turns), links_of(link(), link("bob", "c2"))).people
    found = care_touches(turns, people)
    assert found.equals(care_touches(turns.reverse(), people.reverse()))
    assert found["touch_id"].to_list() == ["care:2", "care:8", "care:6"]
