"""What customers do for the brand and each other: behaviours (E2), advocates (E1), answers (E3), requests won over (E7)."""

from datetime import datetime, timedelta

import polars as pl

from careworth.marts.pairs import PAIR
from careworth.marts.periods import Cut
from careworth.marts.threads import BRAND_ROLES
from careworth.metrics.leads import people_behind, unknown_buyers
from careworth.metrics.shares import share_row
from careworth.metrics.volume import is_care
from careworth.metrics.windows import during, local_day, midnight, trailing_days
from careworth.results import Row, value_row

#: Each behaviour of METRICS.md E2 that is read of messages, by its label.
BEHAVIOURS = {"peer_answers": "peer_answer", "tips": "tip", "recommendations": "recommendation", "defences": "defence"}

#: What a behaviour adds to an advocate's score: most where a customer puts in a word for the brand before others.
WEIGHTS = {"peer_answer": 2, "tip": 1, "recommendation": 3, "defence": 3, "rating": 1}

#: Each behaviour counts on at most so many days, and from this score on a customer is an advocate.
CAP_DAYS, THRESHOLD = 3, 3

TRAILING_DAYS = 90

#: A rating is praise from this share of its scale on.
GOOD_RATING = 0.8

PEER_HOURS, CAPTURE_HOURS, CONVERSION_DAYS = 72, 24, 30

#: What is read of customers' messages here.
READ = [*BEHAVIOURS.values(), "recommendation_request"]

PERSON = ["network", "author_id"]
CUSTOMERS, PEERS = "messages of customers", "messages from customer to customer"
NOT_READ = "no message was read"
NO_PEERS = f"no {PEERS} are connected"
HELP_UNKNOWN = "whether the answer helped is not known"
WARM = "brands answer those who are about to buy: not what answering did"


def read_customers(messages: pl.DataFrame, labels: pl.DataFrame) -> pl.DataFrame:
    """The messages that customers wrote themselves, to the brand or each other, with what was read of each: a column a label.

    Whoever has written for the brand or been taken for spam is no customer, and a reshare is nobody's own word. Without any
    label nothing was read, and the columns are null.

    Parameters
    ----------
    messages, labels : DataFrame
        The tables `messages` and `message_labels`, of the campaign's accounts.
    """
    others = messages.filter(pl.col("author_role").is_in([*BRAND_ROLES, "brand_marketing", "spam"])).select(PERSON).unique()
    written = pl.col("author_role").is_in(["customer", "peer"]) & (pl.col("message_kind") != "reshare")
    shown = [(pl.col("label_name") == name).any().alias(name) for name in READ]
    said = labels.filter(pl.col("label_name").is_in(READ), value="yes").group_by("message_id").agg(shown)
    own = messages.filter(written).join(others, on=PERSON, how="anti").join(said, on="message_id", how="left", validate="1:1")
    return own if labels.is_empty() else own.with_columns(pl.col(READ).fill_null(False))


def list_acts(said: pl.DataFrame, reviews: pl.DataFrame) -> pl.DataFrame:
    """One row per message or review of a customer: who, when (started_at), and true for each behaviour that it shows.

    Parameters
    ----------
    said : DataFrame
        As from `read_customers`.
    reviews : DataFrame
        The table `reviews`.
    """
    written = said.select(*PERSON, "author_role", pl.col("created_at").alias("started_at"), *BEHAVIOURS.values())
    good = pl.col("rating").is_between(GOOD_RATING * pl.col("scale_max"), "scale_max")
    rated = reviews.select(*PERSON, author_role=pl.lit("reviewer"), started_at="reviewed_at", rating=good)
    return pl.concat([written, rated], how="diagonal").with_columns(pl.col("rating").fill_null(False))


def _is_unread(said: pl.DataFrame) -> bool:
    return said.height > 0 and said[READ[0]].null_count() == said.height


def behaviour_rows(said: pl.DataFrame, reviews: pl.DataFrame, cut: Cut) -> list[Row]:
    """E2: answers, tips, recommendations, defences and ratings of the period and of each whole week, by the day of the act.

    Grade B where rules read them; ratings are counted as they stand. Parameters as of `list_acts`.
    """
    acts = list_acts(said, reviews).filter(during("started_at", cut))
    written, rated = acts.filter(pl.col("author_role") != "reviewer"), acts.filter(author_role="reviewer")
    unread = NOT_READ if _is_unread(said) else None
    rows = []
    for variant, label in BEHAVIOURS.items():
        among_peers = label in ("peer_answer", "defence")
        of, denominator = (written.filter(author_role="peer"), PEERS) if among_peers else (written, CUSTOMERS)
        rows += _count_rows(of, pl.col(label), variant, denominator, cut, unread or f"no {denominator}", "B")
    missing = "no reviews in the period" if reviews.height else "no reviews are connected"
    return rows + _count_rows(rated, pl.lit(True), "ratings", "reviews", cut, missing, "A")


def _count_rows(acts: pl.DataFrame, shown: pl.Expr, variant: str, of: str, cut: Cut, missing: str, grade: str) -> list[Row]:
    labels = {"denominator": of, "grade": grade}
    if acts.is_empty() or missing == NOT_READ:
        return [value_row("E2", variant, None, "count", n=acts.height, reason=missing, **labels)]
    parts = [({}, acts), *(({"slice": "week", "period": week}, part) for week, part in cut.weeks(acts).items())]
    counts = [(names, part.filter(shown).height, part.height) for names, part in parts]
    return [value_row("E2", variant, count, "count", n=n, **labels, **names) for names, count, n in counts]


def advocate_rows(said: pl.DataFrame, reviews: pl.DataFrame, cut: Cut) -> list[Row]:
    """E1: advocates over the last 90 days of the campaign; gained, lost, retained and growth against the 90 days before.

    Grade B. A customer is one per network; the slices `threshold=` say how much hangs on it. Parameters as of `list_acts`.
    """
    acts = list_acts(said, reviews)
    # What was said at the very cut-off is known then.
    end = min(midnight(cut.end, cut), cut.as_of + timedelta(microseconds=1))
    before, start = (end - timedelta(days=days) for days in (TRAILING_DAYS, 2 * TRAILING_DAYS))
    now, then = (score_customers(acts, until, cut) for until in (end, before))
    reason = NOT_READ if _is_unread(said) else None if now.height else "no customer wrote in the 90 days"
    stock = [_stock_row(now, level, reason, _cut_short(acts, before)) for level in (THRESHOLD, THRESHOLD / 2, THRESHOLD * 2)]
    advocates = [scored.filter(pl.col("score") >= THRESHOLD) for scored in (now, then)]
    first, last = trailing_days(cut, TRAILING_DAYS)
    rows = [*stock, *_change_rows(*advocates, reason or _cut_short(acts, start))]
    return [row | {"period_start": first, "period_end": last} for row in rows]


def _cut_short(acts: pl.DataFrame, start: datetime) -> str | None:
    first = acts["started_at"].min()
    late = first is not None and first > start + timedelta(days=1)
    return f"the messages reach back to {first:%Y-%m-%d} only" if late else None


def score_customers(acts: pl.DataFrame, until: datetime, cut: Cut) -> pl.DataFrame:
    """One row per customer with an act in the 90 days before `until`, and the score: the sum of weight x min(days, cap).

    A behaviour counts once a day, so that a burst on one day makes no advocate.
    """
    inside = acts.filter(pl.col("started_at").is_between(until - timedelta(days=TRAILING_DAYS), until, closed="left"))
    days = {name: local_day("started_at", cut).filter(pl.col(name)).n_unique().clip(upper_bound=CAP_DAYS) for name in WEIGHTS}
    score = pl.sum_horizontal(days[name] * weight for name, weight in WEIGHTS.items())
    return inside.drop_nulls(PERSON).group_by(PERSON).agg(score=score)


def _stock_row(scored: pl.DataFrame, level: float, reason: str | None, note: str | None) -> Row:
    count = None if reason else scored.filter(pl.col("score") >= level).height
    labels = {"n": scored.height, "denominator": "customers who wrote in the 90 days", "grade": "B", "reason": reason or note}
    slice = "all" if level == THRESHOLD else f"threshold={level:g}"
    return value_row("E1", "advocates", count, "count", slice=slice, **labels)


def _change_rows(now: pl.DataFrame, then: pl.DataFrame, reason: str | None) -> list[Row]:
    retained = now.join(then, on=PERSON, how="semi").height
    before = {"n": then.height, "denominator": "advocates 90 days before", "grade": "B"}
    counts = [
        ("gained", now.height - retained, {"n": now.height, "denominator": "advocates", "grade": "B"}),
        ("lost", then.height - retained, before),
        ("retained", retained, before),
    ]
    rows = [value_row("E1", name, None if reason else count, "count", reason=reason, **of) for name, count, of in counts]
    why = reason or (None if then.height else "no advocates 90 days before")
    growth = None if why else (now.height - then.height) / then.height
    return [*rows, value_row("E1", "growth", growth, "ratio", reason=why, **before)]


def peer_answer_rows(conversations: pl.DataFrame, said: pl.DataFrame, cut: Cut, hours: float = PEER_HOURS) -> list[Row]:
    """E3: share of customers' questions that another answered within `hours`, also in public and before an agent; grade B."""
    asked = (pl.col("opening_state") == "question") & is_care()
    questions = cut.mature(conversations.filter(asked), hours).pipe(_with_peer_answer, said, hours)
    public, of = questions.filter(visibility="public"), "mature questions of customers"
    rows = [
        share_row(questions, "answered", "E3", "share", of, grade="B"),
        share_row(public, "answered", "E3", "share", f"{of} in public", slice="visibility=public", grade="B"),
        share_row(questions, "answered_first", "E3", "share", of, slice="before_agent", grade="B"),
    ]
    if not (said["author_role"] == "peer").any():
        return [row | {"value": None, "low": None, "high": None, "grade": "X", "reason": NO_PEERS} for row in rows]
    return [row | {"reason": row["reason"] or HELP_UNKNOWN} for row in rows]


def _with_peer_answer(questions: pl.DataFrame, said: pl.DataFrame, hours: float) -> pl.DataFrame:
    answers = said.filter("peer_answer").select(conversation_id="in_reply_to_id", answerer="author_id", answered_at="created_at")
    asked = questions.select("conversation_id", "customer_id", "started_at").join(answers, on="conversation_id")
    waited = pl.col("answered_at") - pl.col("started_at")
    in_time = asked.filter(waited <= pl.duration(seconds=round(hours * 3600)), pl.col("answerer") != pl.col("customer_id"))
    first = in_time.group_by("conversation_id").agg(pl.col("answered_at").min())
    joined = questions.join(first, on="conversation_id", how="left", validate="m:1")
    answered, ahead = pl.col("answered_at").is_not_null(), pl.col("answered_at") < pl.col("first_reply_at")
    return joined.with_columns(answered=answered, answered_first=answered & ahead.fill_null(True))


def find_requests(said: pl.DataFrame, messages: pl.DataFrame, turns: pl.DataFrame) -> pl.DataFrame:
    """One row per message of a customer that asks what to buy or book: message_id, network, author_id, asked_at, answered_at.

    An agent answers it by a reply to it or by the next turn with that customer, whichever comes first.
    """
    asked = said.filter("recommendation_request").select("message_id", *PERSON, asked_at="created_at")
    agents = messages.filter(pl.col("author_role") == "agent")
    replies = agents.select(message_id="in_reply_to_id", answered_at="created_at").join(asked, on="message_id", how="semi")
    answers = pl.concat([replies, _next_turns(asked, turns)]).join(asked, on="message_id")
    first = answers.filter(pl.col("answered_at") >= pl.col("asked_at")).group_by("message_id").agg(pl.col("answered_at").min())
    return asked.join(first, on="message_id", how="left", validate="1:1")


def _next_turns(asked: pl.DataFrame, turns: pl.DataFrame) -> pl.DataFrame:
    own = turns.select(*PAIR, "start_at", message_id="first_message_id").join(asked, on="message_id", how="semi")
    by_agents = turns.filter(pl.col("author_role") == "agent").select(*PAIR, "start_at", answered_at="start_at")
    agents = by_agents.join(own, on=PAIR, how="semi")
    near = own.sort("start_at").join_asof(
        agents.sort("start_at"), on="start_at", by=PAIR, strategy="forward", check_sortedness=False
    )
    return near.select("message_id", "answered_at").drop_nulls()


def capture_row(requests: pl.DataFrame, cut: Cut, hours: float = CAPTURE_HOURS) -> Row:
    """E7: share of customers' requests for a recommendation that an agent answered within `hours`; mature ones only."""
    mature = requests.filter(during("asked_at", cut), pl.col("asked_at") <= cut.as_of - timedelta(hours=hours))
    judged = mature.with_columns(captured=_is_captured(hours))
    return share_row(judged, "captured", "E7", "captured", "mature requests for a recommendation", grade="B")


def _is_captured(hours: float) -> pl.Expr:
    waited = pl.col("answered_at") - pl.col("asked_at")
    return (waited <= pl.duration(seconds=round(hours * 3600))).fill_null(False)


def conversion_rows(requests: pl.DataFrame, links: pl.DataFrame, purchases: pl.DataFrame, cut: Cut) -> list[Row]:
    """E7: of prospects who asked for a recommendation, the shares who bought within 30 days, answered in time or not.

    Grade C (METRICS.md C.5). A prospect may be joined and has no earlier purchase on record; each counts once, from the first
    request, and only if the 30 days have passed.
    `requests` are as from `find_requests`, `purchases` as from `list_purchases`, `links` is the table `identity_links`.
    """
    unknown = unknown_buyers(links, purchases)
    prospects = None if unknown else _prospects(requests, links, purchases, cut)
    rows = []
    for slice, is_captured, who in (("all", True, "answered"), ("not_answered", False, "not answered in time")):
        of = f"prospects {who}, joined and mature"
        if prospects is None:
            rows.append(value_row("E7", "converted", None, "share", n=0, denominator=of, slice=slice, reason=unknown))
        else:
            group = prospects.filter(captured=is_captured)
            row = share_row(group, "converted", "E7", "converted", of, slice=slice, grade="C")
            rows.append(row | {"reason": row["reason"] or WARM})
    return rows


def _prospects(requests: pl.DataFrame, links: pl.DataFrame, purchases: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    lookahead = timedelta(days=CONVERSION_DAYS)
    mature = requests.filter(during("asked_at", cut), pl.col("asked_at") <= cut.as_of - lookahead)
    asked = mature.with_columns(_is_captured(CAPTURE_HOURS).alias("captured"), seen_at="asked_at")
    joined = asked.join(people_behind(asked, links), on=["author_id", "seen_at"], validate="m:1")
    once = joined.sort("asked_at", "message_id").unique("person_key", keep="first", maintain_order=True)
    first = purchases.group_by("person_key").agg(pl.col("bought_at").min())
    known = once.join(first, on="person_key", how="left", validate="1:1")
    new = known.filter((pl.col("bought_at") > pl.col("asked_at")).fill_null(True))
    return new.with_columns(converted=(pl.col("bought_at") <= pl.col("asked_at") + lookahead).fill_null(False))
