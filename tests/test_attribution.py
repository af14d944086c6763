"""Credits, roles and paths of orders as the notebook tells them, against METRICS.md F.4."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from careworth import attribution
from careworth.attribution.journeys import Journeys
from careworth.attribution.rows import MODELS
from careworth.results import Row
from careworth.schemas import ORDERS, TOUCHPOINTS

BUY = datetime(2024, 6, 30, tzinfo=UTC)

# METRICS.md F.4: path, and how often it converted.
PATH_TABLE = {"care": 10, "email": 5, "care>email": 12, "email>search": 6, "care>search": 8, "search": 20, "care>email>search": 6}


def order(number: int, value: int = 100, **other) -> dict:
    amounts = {"net_minor": value * 100, "refund_minor": 0, "margin_minor": 0, "currency": "EUR"}
    return {"order_id": f"o{number}", "person_key": f"p{number}", "ordered_at": BUY, "brand": "b"} | amounts | other


def journeys_of(*journeys: list[tuple[str, float]], value: int = 100, lookback_days: float = 30) -> Journeys:
    """Journeys of persons who each bought for `value` after touches at so many days before."""
    touches = [
        {"touch_id": f"t{k}-{n}", "person_key": f"p{k}", "touched_at": BUY - timedelta(days=days), "channel": channel}
        for k, journey in enumerate(journeys)
        for n, (channel, days) in enumerate(journey)
    ]
    orders = pl.DataFrame([order(k, value) for k in range(len(journeys))], schema=ORDERS.columns)
    return attribution.order_journeys(
        pl.DataFrame(touches, schema=TOUCHPOINTS.columns), attribution.to_conversions(orders), "EUR", lookback_days
    )


def path_table() -> Journeys:
    """The 67 converting paths of METRICS.md F.4."""
    journeys = [
        [(channel, 9 - n) for n, channel in enumerate(path.split(">"))]
        for path, count in PATH_TABLE.items()
        for _ in range(count)
    ]
    return journeys_of(*journeys)


def by_channel(rows: list[Row], variant: str) -> dict[str, float]:
    return {row["slice"].removeprefix("channel="): row["value"] for row in rows if row["variant"] == variant and row["value"]}


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("first", {"care": 100}),
        ("last", {"care": 100}),
        ("linear", {"care": 50, "email": 25, "search": 25}),
        ("position", {"care": 80, "email": 10, "search": 10}),
        ("time_decay", {"care": 46.0875, "email": 19.1761, "search": 34.7364}),
    ],
)
def test_credits_of_the_worked_path(model, expected):
    """METRICS.md F.4: care (14 d) > email (7 d) > search (1 d) > care (0.5 d), order of 100; half-life 7 days."""
    rows = attribution.credit_rows(journeys_of([("care", 14), ("email", 7), ("search", 1), ("care", 0.5)]), "EUR", 5)
    assert by_channel(rows, model) == pytest.approx(expected, abs=1e-4)


def test_models_of_the_path_table():
    """METRICS.md F.4: Shapley care 22, email 16, search 29."""
    rows = attribution.credit_rows(path_table(), "EUR", 5)
    assert by_channel(rows, "shapley_conversions") == pytest.approx({"care": 22, "email": 16, "search": 29})


def test_roles_of_the_path_table():
    """METRICS.md F.4: initiate care 36, email 11, search 20; assist email 6; complete care 10, email 17, search 40."""
    rows = attribution.role_rows(path_table())
    counts = {
        role: {row["slice"].removeprefix("channel="): round(row["value"] * row["n"]) for row in rows if row["variant"] == role}
        for role in ("initiate", "assist", "complete")
    }
    assert counts["initiate"] == {"care": 36, "email": 11, "search": 20}
    assert counts["assist"] == {"care": 0, "email": 6, "search": 0}
    assert counts["complete"] == {"care": 10, "email": 17, "search": 40}


def test_role_shares_are_of_the_paths_that_the_channel_is_part_of():
    """By hand: care is in 10 + 12 + 8 + 6 = 36 paths, completes 10 of them and is touched before the last in 26."""
    rows = {row["variant"]: row for row in attribution.role_rows(path_table()) if row["slice"] == "channel=care"}
    assert (rows["complete"]["n"], rows["complete"]["value"]) == (36, pytest.approx(10 / 36))
    assert rows["assist_but_last"]["value"] == pytest.approx(26 / 36)


@pytest.mark.parametrize("model", MODELS)
def test_credit_is_conserved_over_all_channels(model):
    """67 conversions of 100 each."""
    rows = attribution.credit_rows(path_table(), "EUR", 5)
    assert sum(by_channel(rows, model).values()) == pytest.approx(6700, abs=1e-6)
    assert sum(by_channel(rows, f"{model}_conversions").values()) == pytest.approx(67, abs=1e-8)


def test_touches_outside_the_lookback_or_after_the_order_do_not_count():
    found = journeys_of([("email", 31), ("care", 30), ("search", -1)])
    assert [found.channels[number] for number in found.touches[: found.starts[1]]] == ["care"]


def test_a_touch_before_an_earlier_order_belongs_to_that_order():
    """Two orders of one person: the second has no touch of its own."""
    touch = {"touch_id": "t", "person_key": "p0", "touched_at": BUY - timedelta(days=5), "channel": "care"}
    orders = pl.DataFrame([order(0), order(1, person_key="p0", ordered_at=BUY + timedelta(days=1))], schema=ORDERS.columns)
    found = attribution.order_journeys(
        pl.DataFrame([touch], schema=TOUCHPOINTS.columns), attribution.to_conversions(orders), "EUR", 30
    )
    assert attribution.match_share(found, attribution.to_conversions(orders)) == (1, 2)


def test_orders_without_a_person_have_no_path():
    orders = attribution.to_conversions(pl.DataFrame([order(0, person_key=None)], schema=ORDERS.columns))
    found = attribution.order_journeys(pl.DataFrame(schema=TOUCHPOINTS.columns), orders, "EUR", 30)
    assert attribution.match_share(found, orders) == (0, 1)


def test_without_an_order_there_are_no_rows():
    found = journeys_of()
    assert attribution.credit_rows(found, "EUR") + attribution.role_rows(found) + attribution.path_rows(found) == []
    assert attribution.window_rows(found, 30) == []


def test_every_credit_says_that_it_is_not_cause():
    assert {row["reason"] for row in attribution.credit_rows(path_table(), "EUR", 5)} == {"attributed, not incremental"}


def test_lengths_and_lags_of_paths():
    """By hand: of 67 paths 35 have one touch, 26 two, 6 three; each began nine days before the order."""
    rows = {row["slice"]: row["value"] * 67 for row in attribution.path_rows(path_table())}
    assert rows == pytest.approx({"touches=1": 35, "touches=2": 26, "touches=3": 6, "days=9": 67})


def test_a_shorter_window_forgets_what_began_long_ago():
    """By hand: care alone twenty days before, e-mail five: within seven days care has nothing, within thirty half."""
    found = journeys_of([("care_social", 20), ("email", 5)])
    shares = {row["slice"]: row["value"] for row in attribution.window_rows(found, 30, 5)}
    assert shares == {"lookback_days=7": 0, "lookback_days=14": 0, "lookback_days=30": 0.5}


def test_steps_from_each_channel_add_up():
    """By hand, of the 67 paths: e-mail is left 29 times, for search 12 times and for the order 17 times."""
    rows = {row["slice"]: row for row in attribution.transition_rows(path_table())}
    assert (rows["step=email > search"]["n"], rows["step=email > search"]["value"]) == (29, pytest.approx(12 / 29))
    assert rows["step=email > order"]["value"] == pytest.approx(17 / 29)
    assert rows["step=start > care"]["value"] == pytest.approx(36 / 67)
    assert not any("no order" in place for place in rows)
