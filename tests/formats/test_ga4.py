"""GA4 events; what a field means is said by Google's export schema (support.google.com/analytics/answer/7029846)."""

import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from careworth.formats.ga4 import channel
from careworth.schemas import ORDERS, TOUCHPOINTS
from careworth.sources import Source
from careworth.staging import Layout, stage

EVENTS = Path(__file__).parents[1] / "fixtures" / "ga4" / "events_20250301.jsonl"
BRAND = Layout(constants={"brand": "Merrow"})

FIRST_VISITOR, SECOND_VISITOR, THIRD_VISITOR = "1001.1740819600", "2002.1740820000", "3003.1740821000"
USER_ID = "90071992547409931"


def moment(hour: int, minute: int, second: int = 0, micro: int = 0, day: int = 1) -> datetime:
    return datetime(2025, 3, day, hour, minute, second, micro, UTC)


SAME_ORDER = dict.fromkeys(ORDERS.columns) | {"brand": "Merrow", "status": "purchase", "refund_minor": 0, "currency": "EUR"}
#: In the order of their keys.
ORDER_ROWS = [
    # Dinars have three decimal places; whoever is logged in is known by the site's own id.
    SAME_ORDER
    | {
        "order_id": "900719925474099312",
        "person_key": USER_ID,
        "ordered_at": moment(8, 0, day=2),
        "net_minor": 12_345,
        "currency": "KWD",
    },
    # Sent as 59.970000000000006 in "eur"; sent again half an hour later, when the page was loaded again.
    SAME_ORDER | {"order_id": "T-1001", "person_key": FIRST_VISITOR, "ordered_at": moment(9, 12), "net_minor": 5_997},
    SAME_ORDER
    | {
        "order_id": "T-1001/refund/1741176000000007",
        "person_key": FIRST_VISITOR,
        "ordered_at": moment(12, 0, micro=7, day=5),
        "status": "refund",
        "net_minor": 0,
        "refund_minor": 1_999,
    },
]

SAME_TOUCH = dict.fromkeys(TOUCHPOINTS.columns)
TOUCH_ROWS = [
    # Its own click, not the user's first (google / cpc) nor Google's last click of the session (google / organic).
    SAME_TOUCH
    | {
        "touch_id": f"{FIRST_VISITOR}.1740819600",
        "person_key": FIRST_VISITOR,
        "touched_at": moment(9, 0, micro=123_456),
        "channel": "social_organic",
        "campaign_id": "spring-care",
    },
    # No click of its own, and Google's says (direct).
    SAME_TOUCH
    | {
        "touch_id": f"{FIRST_VISITOR}.1740823800",
        "person_key": FIRST_VISITOR,
        "touched_at": moment(10, 10),
        "channel": "direct",
    },
    # An ad that Google tagged: the click has a gclid and nothing else.
    SAME_TOUCH
    | {
        "touch_id": f"{SECOND_VISITOR}.1740820000",
        "person_key": USER_ID,
        "touched_at": moment(9, 6, 40),
        "channel": "online_ads",
        "campaign_id": "Brand DE",
    },
    # utm_medium=care is nobody's proof of care.
    SAME_TOUCH
    | {
        "touch_id": f"{SECOND_VISITOR}.1740824100",
        "person_key": SECOND_VISITOR,
        "touched_at": moment(10, 15),
        "channel": "other",
        "campaign_id": "reply",
    },
    # An export from before collected_traffic_source.
    SAME_TOUCH
    | {
        "touch_id": f"{THIRD_VISITOR}.1740821000",
        "person_key": THIRD_VISITOR,
        "touched_at": moment(9, 23, 20),
        "channel": "email",
        "campaign_id": "März-Brief",
    },
]


def test_purchases_and_refunds_are_rows_of_their_own():
    assert stage("orders", "ga4", EVENTS, layout=BRAND).table.to_dicts() == ORDER_ROWS


def test_every_event_that_is_no_order_is_counted_or_rejected():
    found = stage("orders", "ga4", EVENTS, layout=BRAND)
    assert found.funnel == {
        "read": 18,
        "accepted": 3,
        "rejected:currency_missing": 1,
        "rejected:missing_field": 1,
        "rejected:order_id_missing": 1,
        "rejected:unexpected_shape": 1,
        "excluded:other_event": 10,
        "excluded:superseded": 1,
    }
    reasons = dict(found.rejected.select("record", "reasons").iter_rows())
    assert reasons == {13: ["order_id_missing"], 16: ["currency_missing"], 17: ["unexpected_shape"], 18: ["missing_field"]}


def test_a_session_is_one_touch_by_the_channel_of_its_own_click():
    assert stage("touchpoints", "ga4", EVENTS).table.to_dicts() == TOUCH_ROWS


def test_sessions_without_consent_or_source_are_left_out_and_an_event_that_came_twice_counts_once():
    """The same event stands in events_intraday_ and in events_ for a day."""
    funnel = stage("touchpoints", "ga4", EVENTS).funnel
    assert (funnel["excluded:no_consent"], funnel["excluded:no_source"], funnel["excluded:superseded"]) == (1, 1, 1)
    assert (funnel["rejected:duplicate_exact"], funnel["accepted"], funnel["excluded:other_event"]) == (1, 5, 7)


def whole(value: object) -> object:
    """A value of BigQuery's JSON export as its Parquet export holds it: INT64 is no text there."""
    if isinstance(value, dict):
        numbers = {key: int(value[key]) for key in ("int_value", "event_timestamp", "quantity") if key in value}
        return {key: whole(each) for key, each in value.items()} | numbers
    return [whole(each) for each in value] if isinstance(value, list) else value


def unannotated(event: dict) -> dict:
    return event | {"event_params": {"list": [{"element": each} for each in event["event_params"]]}}


@pytest.mark.parametrize("shape", [whole, lambda event: unannotated(whole(event))], ids=["annotated", "unannotated"])
@pytest.mark.parametrize(("table", "rows"), [("orders", ORDER_ROWS), ("touchpoints", TOUCH_ROWS)])
def test_parquet_gives_the_same_rows_as_json_lines(tmp_path, table, rows, shape):
    events = [json.loads(line) for line in EVENTS.read_text(encoding="utf-8").splitlines()][:16]
    pl.DataFrame([shape(event) for event in events], infer_schema_length=None).write_parquet(tmp_path / "events.parquet")
    assert stage(table, "ga4", tmp_path / "events.parquet", layout=BRAND).table.to_dicts() == rows


@pytest.mark.parametrize(
    ("source", "medium", "ad_click", "word"),
    [
        ("google", "organic", "abc", "online_ads"),
        ("facebook", "cpc", None, "social_paid"),
        ("newsletter", "paid_social", None, "social_paid"),
        ("google", "cpc", None, "online_ads"),
        ("partner", "Display", None, "online_ads"),
        ("l.instagram.com", "referral", None, "social_organic"),
        ("t.co", None, None, "social_organic"),
        ("agency", "sm", None, "social_organic"),
        ("x.com", "referral", None, "social_organic"),
        ("netflix.com", "referral", None, "referral"),
        ("crm", "E-Mail", None, "email"),
        ("bing", "organic", None, "seo"),
        ("(direct)", "(none)", None, "direct"),
        ("(direct)", "referral", None, "referral"),
        ("partner", "affiliate", None, "other"),
        ("google", None, None, "other"),
    ],
)
def test_the_channel_of_a_click(source, medium, ad_click, word):
    """As Google's default channel groups have it, in the words of data/README.md."""
    click = pl.DataFrame(
        {"source": [source], "medium": [medium], "ad_click": [ad_click]}, schema_overrides={"ad_click": pl.String}
    )
    assert click.with_columns(pl.col("source", "medium").cast(pl.String)).select(channel()).item() == word


@pytest.mark.parametrize("revenue", ["1" * 400, '"free"', "true", "[1]", "1e999"])
def test_a_revenue_that_is_no_amount_rejects_its_event_alone(tmp_path, revenue):
    lines = EVENTS.read_text(encoding="utf-8").splitlines()
    path = tmp_path / "events.jsonl"
    path.write_text("\n".join([lines[10].replace("59.970000000000006", revenue), lines[14]]))
    found = stage("orders", "ga4", path, layout=BRAND)
    assert (found.table["status"].to_list(), found.rejected["record"].to_list()) == (["refund"], [1])


def test_a_workspace_names_the_brand_of_its_orders():
    Source.model_validate({"format": "ga4", "path": "ga4/events_*", "constants": {"brand": "Merrow"}}).require_mapping("orders")
    Source.model_validate({"format": "ga4", "path": "ga4/events_*"}).require_mapping("touchpoints")
    with pytest.raises(ValueError, match="does not say 'brand'"):
        Source.model_validate({"format": "ga4", "path": "ga4/events_*"}).require_mapping("orders")
