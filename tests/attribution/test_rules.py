"""Credit by rule: conserved, by hand, by touch and by person."""

import numpy as np
import polars as pl
import pytest

from careworth.attribution.events import journeys_of_events
from careworth.attribution.journeys import Journeys
from careworth.attribution.rules import DAY, RULES, Settings, person_credits, rule_credits, touch_credit
from careworth.attribution.shapley import shapley_credits
from careworth.errors import ContractError, ParameterError

CHANNELS = ("direct", "email", "care")


def journeys_of(*paths: str, conversions=None, values=None, days=None) -> Journeys:
    """Journeys of paths spelled in letters, d for direct, e for email and c for care; one conversion worth 10 each."""
    touches = np.array(["dec".index(letter) for letter in "".join(paths)], np.int32)
    conversions = np.ones(len(paths)) if conversions is None else np.array(conversions, float)
    values = 10 * conversions if values is None else np.array(values, float)
    starts = np.cumsum([0, *map(len, paths)])
    seconds = None if days is None else (np.array(days) * DAY).astype(np.int64)
    return Journeys(CHANNELS, touches, starts, conversions, np.where(conversions, 0.0, 1.0), values, seconds)


def drawn(seed: int) -> Journeys:
    """Journeys of an event log of 500 people, with values of both signs."""
    draw, count = np.random.default_rng(seed), 3_000
    columns = {"person": draw.integers(0, 500, count), "time": draw.integers(0, 90 * DAY, count)}
    columns |= {
        "channel": draw.choice(CHANNELS, count),
        "conversion": draw.random(count) < 0.2,
        "value": draw.normal(9, 30, count),
    }
    return journeys_of_events(pl.DataFrame(columns))


@pytest.mark.parametrize(
    ("rule", "path", "expected"),
    [
        ("first", "dec", [1, 0, 0]),
        ("last", "ecd", [0, 0, 1]),
        ("last_non_direct", "ecdd", [0, 1, 0, 0]),
        ("last_non_direct", "dd", [0, 1]),
        ("last_non_direct", "d", [1]),
        ("linear", "deec", [0.25, 0.25, 0.25, 0.25]),
        ("position", "deecd", [0.4, 0.2 / 3, 0.2 / 3, 0.2 / 3, 0.4]),
        ("position", "de", [0.5, 0.5]),
        ("position", "c", [1]),
        ("shapley", "ddec", [1 / 6, 1 / 6, 1 / 3, 1 / 3]),
    ],
)
def test_a_rule_by_hand(rule, path, expected):
    assert touch_credit(journeys_of(path), rule).tolist() == pytest.approx(expected, abs=1e-15)


def test_time_decay_halves_with_each_half_life_before_the_last_touch():
    """14, 7 and 0 days before the last touch at a half-life of 7 days weigh 1/4, 1/2 and 1: of 7/4 that is 1/7, 2/7 and 4/7."""
    journeys = journeys_of("dec", days=[0, 7, 14])
    assert touch_credit(journeys, "time_decay").tolist() == pytest.approx([1 / 7, 2 / 7, 4 / 7], abs=1e-15)
    assert touch_credit(journeys, "time_decay", Settings(half_life_days=14)).tolist() == pytest.approx(
        np.array([0.5, 0.5**0.5, 1]) / (1.5 + 0.5**0.5)
    )


def test_time_decay_is_whole_where_all_touches_are_a_thousand_half_lives_before_the_outcome():
    journeys = journeys_of("de", days=[0, 1])._replace(ended=np.array([9_999 * DAY]))
    assert touch_credit(journeys, "time_decay", Settings(half_life_days=1)).sum() == pytest.approx(1, abs=1e-15)


def test_time_decay_gives_nothing_to_a_touch_two_thousand_half_lives_before_the_last():
    assert touch_credit(journeys_of("de", days=[0, 2_000]), "time_decay", Settings(half_life_days=1)).tolist() == [0, 1]


def test_position_takes_the_weights_given():
    journeys, settings = journeys_of("dec", "de"), Settings(position=(0.6, 0.3, 0.1))
    assert touch_credit(journeys, "position", settings).tolist() == pytest.approx([0.6, 0.3, 0.1, 6 / 7, 1 / 7])
    assert touch_credit(journeys_of("de"), "position", Settings(position=(0, 1, 0))).tolist() == [0.5, 0.5]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("seed", range(3))
def test_credit_is_conserved_by_touch_channel_and_person(rule, seed):
    journeys = drawn(seed)
    credits, shares = rule_credits(journeys, rule), touch_credit(journeys, rule)
    people = person_credits(journeys, rule)
    assert np.add.reduceat(shares, journeys.starts[:-1]) == pytest.approx(np.ones(len(journeys.conversions)), abs=1e-12)
    assert credits.conversions.sum() == pytest.approx(journeys.conversions.sum(), rel=1e-12)
    assert credits.values.sum() == pytest.approx(journeys.values.sum(), rel=1e-9)
    by_channel = people.group_by("channel").agg(pl.col("conversions", "value").sum())
    for name, conversions, value in by_channel.rows():
        channel = journeys.channels.index(name)
        assert (conversions, value) == pytest.approx((credits.conversions[channel], credits.values[channel]), rel=1e-9)
    assert people.select("person", "channel").is_unique().all()


def test_the_credit_by_touch_of_the_sum_game_is_that_of_the_closed_form():
    journeys = drawn(5)
    credits, closed = rule_credits(journeys, "shapley"), shapley_credits(journeys)
    assert credits.conversions == pytest.approx(closed.conversions, rel=1e-12)
    assert credits.values == pytest.approx(closed.values, rel=1e-9)


def test_persons_are_named_as_in_the_log():
    rows = {"person": ["ann", "ann", "bob"], "time": [1, 2, 1], "channel": ["e", "c", "c"], "conversion": [0, 1, 0]}
    credited = person_credits(journeys_of_events(pl.DataFrame(rows)), "linear")
    assert credited.rows() == [("ann", "e", 0.5, 0.5), ("ann", "c", 0.5, 0.5)]


def test_nothing_converted_credits_nothing_and_says_why():
    credits = rule_credits(journeys_of("de", "c", conversions=[0, 0]), "linear")
    assert (credits.conversions.tolist(), credits.reason[:20]) == ([0, 0, 0], "no journey converted")
    nothing = Journeys((), np.empty(0, np.int32), np.array([0]), np.empty(0), np.empty(0), np.empty(0), np.empty(0, np.int64))
    assert all(len(rule_credits(nothing, rule).conversions) == 0 for rule in RULES)


def test_refunds_and_ten_thousand_touches_are_credited_in_full():
    credits = rule_credits(journeys_of("dec" * 3_334, "e", values=[-90.0, 30.0]), "linear")
    assert credits.values == pytest.approx([-30, 0, -30], abs=1e-9)
    assert credits.conversions.sum() == pytest.approx(2, abs=1e-12)


def test_reruns_are_the_same_to_the_bit():
    first, second = (rule_credits(drawn(7), "time_decay") for _ in range(2))
    assert first.values.tobytes() == second.values.tobytes()


def test_direct_is_what_it_is_called():
    shares = touch_credit(journeys_of("dce"), "last_non_direct", Settings(direct=("email",)))
    assert shares.tolist() == [0, 1, 0]
    with pytest.raises(
        ParameterError, match="no channel is called 'Direct visit'; name direct visits as one of 'direct', 'email'"
    ):
        touch_credit(journeys_of("d"), "last_non_direct", Settings(direct=("Direct visit",)))


@pytest.mark.parametrize(
    ("rule", "settings", "said"),
    [
        ("linaer", Settings(), "no rule 'linaer'; the rules are first, last, last_non_direct, linear, position, time_decay"),
        ("position", Settings(position=(0.4, 0.4, 0.4)), "three that add up to 1"),
        ("position", Settings(position=(1.2, -0.4, 0.2)), "three that add up to 1"),
        ("time_decay", Settings(half_life_days=0), "half-life of time_decay is 0 days"),
        ("time_decay", Settings(half_life_days=float("nan")), "half-life of time_decay is nan days"),
    ],
)
def test_what_no_rule_can_mean_is_refused(rule, settings, said):
    with pytest.raises(ParameterError, match=said):
        touch_credit(journeys_of("de", days=[0, 1]), rule, settings)


def test_times_people_and_sound_counts_are_asked_for():
    with pytest.raises(ParameterError, match="time_decay needs the time of each touch"):
        rule_credits(journeys_of("de"), "time_decay")
    with pytest.raises(ParameterError, match="do not say whose they are"):
        person_credits(journeys_of("de"), "linear")
    with pytest.raises(ContractError, match="is below zero"):
        rule_credits(journeys_of("de", conversions=[-1]), "linear")
