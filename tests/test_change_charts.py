"""Pictures of what changed: a series and its expectation, alarms, hands needed, and events on the weeks."""

from datetime import date, timedelta

import polars as pl

from careworth import charts
from careworth.results import Row, to_metric_values, value_row
from careworth.stats import Estimate

START = date(2024, 3, 4)


def values(*rows: Row) -> pl.DataFrame:
    return to_metric_values(list(rows), "spring", START, START + timedelta(weeks=4))


def week(number: int) -> tuple[date, date]:
    return START + timedelta(weeks=number), START + timedelta(weeks=number + 1)


def layers(chart) -> list[dict]:
    return chart.to_dict()["layer"]


def drawn(chart) -> list[list[dict]]:
    """The rows of each data set of the chart."""
    return list(chart.to_dict()["datasets"].values())


def effect(series: str) -> list[Row]:
    lift = value_row(
        "E4", "contacts_lift", Estimate(0.1, 0.0, 0.2), "ratio", n=28, denominator="days", slice=series, period=week(0)
    )
    lines = [
        value_row("E4", f"contacts_{name}", 10.0 + k, "count/day", n=7, denominator="days", slice=series, period=week(k))
        for k in range(-2, 2)
        for name in ("observed", "expected")
    ]
    return [lift, *lines]


def test_the_effect_is_drawn_of_the_first_outcome_with_where_it_began():
    table = values(*effect("series=calls:guest_care"), *effect("series=orders"))
    assert charts.effect_series(table) == "calls:guest_care"
    chart = charts.effect_chart(table)
    lines, start = sorted(drawn(chart), key=len, reverse=True)
    assert {row["line"] for row in lines} == {"observed", "expected"}
    assert len(lines) == 8
    assert start[0]["start"].startswith("2024-03-04")
    assert chart.to_dict()["description"] == "calls of guest care a day, observed and expected"


def test_an_alarm_is_a_dot_on_its_day_and_other_topics_have_none():
    def on(variant: str, day: int, topic: str, *numbers: float) -> Row:
        at = START + timedelta(days=day)
        return value_row(
            "V8", variant, Estimate(*numbers), "count", n=1, denominator="days", slice=topic, period=(at, at + timedelta(days=1))
        )

    complaints, questions = "topic=complaint by the day", "topic=question by the day"
    seen = [on("seen", day, complaints, 5.0 + day, 1.0, 9.0) for day in range(10)]
    table = values(*seen, on("alarm", 7, complaints, 12.0, None, None), on("alarm", 3, questions, 12.0, None, None))
    days, dots = sorted(drawn(charts.warnings_chart(table)), key=len, reverse=True)
    assert len(days) == 10
    assert [row["period_start"][:10] for row in dots] == ["2024-03-11"]


def test_each_hour_has_its_place():
    hours = [
        value_row(
            "S20", "needed_per_hour", Estimate(1.5, 1.0, 2.0), "hours", n=4, denominator="weeks ahead", slice=f"hour={name}"
        )
        for name in ("Mon 08", "Sun 23")
    ]
    (rows,) = drawn(charts.capacity_chart(values(*hours)))
    assert [(row["day"], row["hour"], row["value"]) for row in rows] == [("Mon", "08", 1.5), ("Sun", "23", 1.5)]


def test_only_events_that_something_coincided_with_are_marked():
    """The outage began on a Tuesday of the second week: the mark stands on its Monday; the quiet event has none."""
    weeks = [
        value_row("V1", "care_conversations", 100, "count", n=100, denominator="care conversations", slice="week", period=week(k))
        for k in range(4)
    ]

    def event(name: str, day: date, words: str) -> Row:
        reason = f"{words} {name} (q = 0.010); that it is the cause is not shown"
        labels = {"n": 2, "denominator": "days of the event", "slice": f"event={name}", "period": (day, day + timedelta(days=2))}
        return value_row("V7", "V1.care_conversations", Estimate(2.0, 1.5, 2.5), "ratio", reason=reason, **labels)

    outage = event("Outage (again)", START + timedelta(days=8), "coincided with")
    quiet = event("Prize", START, "no clear difference coincided with")
    later = event("Later", START + timedelta(weeks=9), "coincided with")
    marks = [rows for rows in drawn(charts.volume_chart(values(*weeks, outage, quiet, later))) if "event" in rows[0]]
    assert [(row["event"], row["period_start"][:10]) for (row,) in marks] == [("Outage (again)", "2024-03-11")]


def test_steps_are_drawn_from_a_channel_to_its_ends():
    def step(place: str, share: float) -> Row:
        labels = {"n": 10, "denominator": "steps from there", "slice": f"step={place}", "grade": "B"}
        return value_row("M6", "step", Estimate(share, share, share), "share", **labels)

    rows = [
        step("start > seo", 1.0),
        step("seo > care_social", 0.4),
        step("seo > no order", 0.6),
        step("care_social > order", 1.0),
    ]
    (cells,) = drawn(charts.steps_chart(values(*rows)))
    assert {(row["origin"], row["end"]) for row in cells} == {
        ("start", "search"),
        ("search", "social care"),
        ("search", "no order"),
        ("social care", "order"),
    }


def test_lags_stand_in_the_order_of_their_days():
    def lag(days: str, share: float) -> Row:
        labels = {"n": 10, "denominator": "converting paths", "slice": f"days={days}", "grade": "B"}
        return value_row("M6", "path_days", Estimate(share, 0.0, 1.0), "share", **labels)

    chart = charts.lags_chart(values(lag("14+", 0.5), lag("2", 0.3), lag("10", 0.2))).to_dict()
    assert chart["layer"][0]["encoding"]["x"]["sort"] == ["2", "10", "14+"]
