"""Credits and roles against METRICS.md F.4."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from careworth.attribution import build_paths, count_roles, credit_rows, credit_touches, role_rows, to_conversions
from careworth.errors import ContractError
from careworth.schemas import ORDERS, TOUCHPOINTS

BUY = datetime(2024, 6, 30, tzinfo=UTC)

# METRICS.md F.4: path, and how often it converted.
PATH_TABLE = {"care": 10, "email": 5, "care>email": 12, "email>search": 6, "care>search": 8, "search": 20, "care>email>search": 6}


def paths_of(*journeys: list[tuple[str, float]], value: int = 100) -> pl.DataFrame:
    """Paths of persons who each bought for `value` after touches at so many days before."""
    orders = [
        {
            "order_id": f"o{k}",
            "person_key": f"p{k}",
            "ordered_at": BUY,
            "brand": "b",
            "net_minor": value * 100,
            "refund_minor": 0,
            "margin_minor": 0,
            "currency": "EUR",
        }
        for k in range(len(journeys))
    ]
    touches = [
        {"touch_id": f"t{k}-{n}", "person_key": f"p{k}", "touched_at": BUY - timedelta(days=days), "channel": channel}
        for k, journey in enumerate(journeys)
        for n, (channel, days) in enumerate(journey)
    ]
    conversions = to_conversions(pl.DataFrame(orders, schema=ORDERS.columns))
    return build_paths(pl.DataFrame(touches, schema=TOUCHPOINTS.columns), conversions, 30)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("first", {"care": 100}), ("last", {"care": 100}), ("linear", {"care": 50, "email": 25, "search": 25})],
)
def test_credits_of_the_worked_path(rule, expected):
    """METRICS.md F.4: care (14 d) > email (7 d) > search (1 d) > care (0.5 d), order of 100."""
    credited = credit_touches(paths_of([("care", 14), ("email", 7), ("search", 1), ("care", 0.5)]), rule)
    by_channel = credited.group_by("channel").agg((pl.col("credit") * 100).sum())
    assert {name: amount for name, amount in by_channel.iter_rows() if amount} == pytest.approx(expected)


def path_table() -> pl.DataFrame:
    """The 67 converting paths of METRICS.md F.4."""
    journeys = [
        [(channel, 9 - n) for n, channel in enumerate(path.split(">"))]
        for path, count in PATH_TABLE.items()
        for _ in range(count)
    ]
    return paths_of(*journeys)


def test_roles_of_the_path_table():
    """METRICS.md F.4: initiate care 36, email 11, search 20; assist email 6; complete care 10, email 17, search 40."""
    roles = {
        row["channel"]: (row["initiate"], row["assist"], row["complete"])
        for row in count_roles(path_table()).iter_rows(named=True)
    }
    assert roles == {"care": (36, 0, 10), "email": (11, 6, 17), "search": (20, 0, 40)}


def test_role_shares_are_of_the_paths_that_the_channel_is_part_of():
    """By hand: care is in 10 + 12 + 8 + 6 = 36 paths and completes 10 of them."""
    row = next(row for row in role_rows(path_table()) if (row["slice"], row["variant"]) == ("channel=care", "complete"))
    assert (row["n"], row["value"]) == (36, pytest.approx(10 / 36))


@pytest.mark.parametrize("rule", ["first", "last", "linear"])
def test_credit_is_conserved_over_all_channels(rule):
    """67 conversions of 100 each."""
    rows = credit_rows(path_table(), "EUR", resamples=20)
    assert sum(row["value"] for row in rows if row["variant"] == rule) == pytest.approx(6700, abs=1e-9)
    assert sum(row["value"] for row in rows if row["variant"] == f"{rule}_conversions") == pytest.approx(67, abs=1e-9)


def test_a_rule_that_loses_credit_is_refused(monkeypatch):
    monkeypatch.setitem(__import__("careworth.attribution").attribution.RULES, "leaky", pl.lit(0.4))
    with pytest.raises(ContractError, match="not credited in full"):
        credit_touches(path_table(), "leaky")


def test_touches_outside_the_lookback_or_after_the_order_do_not_count():
    paths = paths_of([("email", 31), ("care", 30), ("search", -1)])
    assert paths["channel"].to_list() == ["care"]


def test_orders_without_a_person_have_no_path():
    conversions = pl.DataFrame(
        {"person_key": [None], "conversion_id": ["1"], "converted_at": [BUY], "value_minor": [1]},
        schema_overrides={"person_key": pl.String},
    )
    assert build_paths(
        pl.DataFrame(schema=TOUCHPOINTS.columns), conversions.cast({"converted_at": pl.Datetime("us", "UTC")}), 30
    ).is_empty()


def test_no_path_gives_no_rows():
    assert credit_rows(path_table().clear(), "EUR") == []


def test_every_credit_says_that_it_is_not_cause():
    assert {row["reason"] for row in credit_rows(path_table(), "EUR", resamples=20)} == {"attributed, not incremental"}
