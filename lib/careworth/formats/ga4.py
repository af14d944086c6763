"""Events of Google Analytics 4 as BigQuery exports them, JSON lines or Parquet: purchases, refunds and the sessions before them.

`purchase_revenue` is what the site sends as the value of a purchase. Google asks for it without shipping and tax; whether a
site obeys is not in the data, so reconcile it with `control_totals`. It is a binary float and is rounded to the currency's
minor unit. A purchase and its refund are rows of their own, since GA4 never changes an event.

A session's channel comes from the click that its first event carries (`collected_traffic_source`, before that field existed the
parameters `source` and `medium`), else from `session_traffic_source_last_click`, which is Google's last click that was not
direct. `traffic_source` is how the user once came first and is never read. A session that says nothing about its source
(`session_start` carried no parameters before November 2023) is left out rather than called direct.

Shape: support.google.com/analytics/answer/7029846 (export schema); BigQuery's JSON export writes INT64 as text.
"""

from collections.abc import Iterable
from typing import Any

import polars as pl

from careworth.formats.export import Export, at

FIELDS = tuple(
    "event_name event_timestamp user_id user_pseudo_id session source medium campaign ad_click "
    "transaction_id revenue refund currency".split()
)
NEEDED = frozenset({"event_name", "event_timestamp"})

#: What GA4 writes where it knows nothing, and where a name would be of no use.
UNKNOWN = ("", "(not set)", "(data deleted)")
NAMELESS = ["(none)", "(direct)", "(organic)", "(referral)"]

#: Currencies with three decimal places (ISO 4217).
THREE_PLACES = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}

#: Sources that are social networks, by name or by site; a medium that is paid for, as Google's default channels have it.
SOCIAL = (
    r"(?:^|\.)(?:facebook|fb|meta|instagram|ig|threads|messenger|whatsapp|twitter|x|linkedin|lnkd|xing|tiktok|youtube|pinterest"
    r"|reddit|snapchat|mastodon|bluesky|bsky|tumblr|vk|weibo)(?:\.[a-z.]+)?$|^t\.co$|^youtu\.be$"
)
PAID = r"cp|^ppc$|^retargeting$|^paid"
DISPLAY = ["display", "banner", "expandable", "interstitial"]
EMAIL = r"^e[-_ ]?mail$"


def flat(event: dict) -> dict:
    """The fields of one event, however deep they lie in it."""
    told = {each["key"]: _value(each["value"]) for each in _elements(event.get("event_params"))}
    return {
        **{name: event[name] for name in ("event_name", "event_timestamp") if name in event},
        **{name: _known(event.get(name)) for name in ("user_id", "user_pseudo_id")},
        **_click(event, told),
        "session": told.get("ga_session_id"),
        "transaction_id": _known(at(event, "ecommerce", "transaction_id")) or _known(told.get("transaction_id")),
        "revenue": _rounded(at(event, "ecommerce", "purchase_revenue"), told.get("currency")),
        "refund": _rounded(at(event, "ecommerce", "refund_value"), told.get("currency")),
        "currency": told.get("currency"),
    }


def _elements(given: Any) -> Iterable[dict]:
    # Parquet without list annotations keeps a repeated field as {"list": [{"element": ...}]}.
    return [each["element"] for each in given["list"]] if isinstance(given, dict) else given or []


def _value(value: dict | None) -> Any:
    kinds = ("string_value", "int_value", "double_value", "float_value")
    return next((value[kind] for kind in kinds if value and value.get(kind) is not None), None)


def _known(value: Any) -> Any:
    return None if value in UNKNOWN else value


def _click(event: dict, told: dict) -> dict:
    own, session = event.get("collected_traffic_source") or {}, event.get("session_traffic_source_last_click") or {}
    last = session.get("cross_channel_campaign") or session.get("manual_campaign") or {}
    # An ad that Google tagged by itself names its campaign only here.
    ad = at(session, "google_ads_campaign", "campaign_name") if own.get("gclid") else None
    clicks = [
        (
            own.get("manual_source"),
            own.get("manual_medium"),
            own.get("manual_campaign_name") or ad,
            own.get("gclid") or own.get("dclid"),
        ),
        (told.get("source"), told.get("medium"), told.get("campaign"), told.get("gclid")),
        (last.get("source"), last.get("medium"), last.get("campaign_name"), None),
    ]
    first = next((click for click in clicks if any(map(_known, click))), [])
    return dict(zip(("source", "medium", "campaign", "ad_click"), map(_known, first), strict=False))


def _rounded(amount: Any, currency: Any) -> str | None:
    # Through its text, since a whole number may be too large for a float.
    return None if amount is None else f"{float(str(amount)):.{3 if str(currency).upper() in THREE_PLACES else 2}f}"


def channel() -> pl.Expr:
    """Careworth's word for the channel of a click; care is never guessed, and what is unknown is other.

    An ad's click id is online_ads. A paid medium is social_paid on a social network, else online_ads, as is a display medium.
    A social network or medium is social_organic; then email, seo (organic), referral; direct is what GA4 calls (direct).
    """
    source, medium = (pl.col(name).str.to_lowercase().fill_null("") for name in ("source", "medium"))
    is_social = source.str.contains(SOCIAL) | medium.str.contains("social") | (medium == "sm")
    rules = [
        (pl.col("ad_click").is_not_null(), "online_ads"),
        (medium.str.contains(PAID) & is_social, "social_paid"),
        (medium.str.contains(PAID) | medium.is_in(DISPLAY), "online_ads"),
        (is_social, "social_organic"),
        (medium.str.contains(EMAIL) | source.str.contains(EMAIL), "email"),
        (medium == "organic", "seo"),
        (medium.is_in(["referral", "app", "link"]), "referral"),
        (source.is_in(["(direct)", "direct"]) & medium.is_in(["", "(none)"]), "direct"),
    ]
    return pl.coalesce(*(pl.when(rule).then(pl.lit(word)) for rule, word in rules), pl.lit("other"))


IS_REFUND = pl.col("event_name") == "refund"
PERSON = pl.coalesce("user_id", "user_pseudo_id")

#: The first event under an id counts; later ones repeat it.
FIRST = -pl.col("event_timestamp").cast(pl.Int64, strict=False)

ORDERS = Export(
    fields=FIELDS,
    needed=NEEDED,
    flat=flat,
    excluded={"other_event": ~pl.col("event_name").fill_null("").is_in(["purchase", "refund"])},
    columns={
        "order_id": pl.when(IS_REFUND)
        .then(pl.concat_str("transaction_id", pl.lit("/refund/"), "event_timestamp"))
        .otherwise("transaction_id"),
        "person_key": PERSON,
        "ordered_at": pl.col("event_timestamp"),
        "status": pl.col("event_name"),
        "net_minor": pl.when(IS_REFUND).then(pl.lit("0")).otherwise("revenue"),
        "refund_minor": pl.when(IS_REFUND).then("refund").otherwise(pl.lit("0")),
        "currency": pl.col("currency").str.to_uppercase(),
    },
    version=FIRST,
    time_format="epoch_microseconds",
)

TOUCHPOINTS = Export(
    fields=FIELDS,
    needed=NEEDED,
    flat=flat,
    excluded={
        "other_event": pl.col("event_name").fill_null("") != "session_start",
        "no_consent": pl.col("user_pseudo_id").is_null(),
        "no_source": pl.all_horizontal(pl.col("source", "medium", "ad_click").is_null()),
    },
    columns={
        "touch_id": pl.concat_str("user_pseudo_id", pl.lit("."), "session"),
        "person_key": PERSON,
        "touched_at": pl.col("event_timestamp"),
        "channel": channel(),
        "campaign_id": pl.when(~pl.col("campaign").is_in(NAMELESS)).then("campaign"),
    },
    version=FIRST,
    time_format="epoch_microseconds",
    amounts="minor",
)

FORMAT = {"orders": ORDERS, "touchpoints": TOUCHPOINTS}
