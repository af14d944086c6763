"""The messages of each planned conversation: who speaks when, and what kind of thing is said."""

import numpy as np
import polars as pl

from careworth.demo import world
from careworth.demo.dice import pick_by_group, stream, waits
from careworth.demo.world import HOUR, MINUTE, SECOND

#: What the customer does after an answer that solves the matter, thanks aside; the rest says nothing more.
QUIET_REACTIONS = {"ack": 0.17, "other_person": 0.004}

#: What the customer says next, where the track asks for something said; "" is silence.
NEXT_WORDS = {
    "ask_answer": {"info": 0.973, "advance": 0.027},
    "push_answer": {"pushback": 0.90, "sarcastic": 0.08, "quoted": 0.02},
    "push_open": {"pushback": 0.75, "sarcastic": 0.22, "quoted": 0.03},
    "offer": {"declined": 0.17, "declined_left": 0.07, "thanks": 0.36, "ack": 0.12, "": 0.28},
    "soft": {"snark": 0.22, "thanks": 0.06, "": 0.72},
    "hard": {"snark": 0.20, "thanks": 0.09, "": 0.71},
    "delight": {"emoji": 0.14, "thanks": 0.07, "": 0.79},
    "ask_silence": {"": 1.0},
    "silent": {"": 1.0},
}

#: The longest that a customer waits before going on, in hours; longer silence would open a new conversation.
LONGEST_SILENCE_HOURS = {"private": 20.0, "public": 90.0}

#: Kinds that only the English phrases hold.
ENGLISH_ONLY = ("other_person", "quoted", "offer", "before_human")

#: Step, role, and the column of its kind; in the order in which they can occur.
STEPS = (
    ("opening", "customer"),
    ("opening_more", "customer"),
    ("machine", "machine"),
    ("nag", "customer"),
    ("first", "agent"),
    ("first_more", "agent"),
    ("second", "customer"),
    ("answer", "agent"),
    ("third", "customer"),
    ("welcome", "agent"),
    ("emoji", "customer"),
)


def play(plan: pl.DataFrame, seed: int, wave: str) -> pl.DataFrame:
    """`plan` with `<step>_at` and `<step>_kind` of each step that takes place, and with `ended`."""
    spoken = plan.pipe(_add_words, stream(seed, f"words {wave}")).pipe(_add_opening_times, stream(seed, f"opening times {wave}"))
    timed = spoken.pipe(_add_first, stream(seed, f"first answers {wave}")).pipe(_add_exchange, stream(seed, f"exchange {wave}"))
    closed = timed.pipe(_add_close, stream(seed, f"close {wave}"))
    left = pl.when(pl.col("second_kind") == "declined_left").then(pl.lit("withdrawn")).otherwise("outcome")
    return closed.with_columns(ended=pl.max_horizontal([f"{step}_at" for step, _ in STEPS]), outcome=left)


def to_steps(played: pl.DataFrame) -> pl.DataFrame:
    """One row per message: conversation, step, role, instant and kind, in order within each conversation."""
    parts = [
        played.filter(pl.col(f"{step}_at").is_not_null()).select(
            "conversation", step=pl.lit(number, pl.Int8), role=pl.lit(role), at=f"{step}_at", kind=f"{step}_kind"
        )
        for number, (step, role) in enumerate(STEPS)
    ]
    return pl.concat(parts).sort("conversation", "at", "step")


def _add_words(plan: pl.DataFrame, draw: np.random.Generator) -> pl.DataFrame:
    state, topic = pl.col("state"), pl.col("topic")
    opening = (
        pl.when(topic == "dm")
        .then(pl.lit("follow"))
        .when(topic == "again")
        .then(pl.concat_str(pl.lit("back."), state))
        .when(state == "praise")
        .then(pl.lit("praise"))
        .otherwise(pl.concat_str(state, pl.lit("."), topic))
    )
    reacted = pl.Series(_reactions(plan, draw), dtype=pl.String)
    next_words = pl.Series(pick_by_group(draw, NEXT_WORDS, plan["track"].to_numpy()), dtype=pl.String)
    is_two_step = pl.col("track").is_in(["ask_answer", "push_answer"])
    worded = plan.with_columns(opening_kind=opening, reaction=reacted, next_words=next_words).with_columns(
        second_kind=pl.when(pl.col("track") == "answer").then("reaction").otherwise("next_words"),
        third_kind=pl.when(is_two_step).then("reaction").otherwise(pl.lit("")),
    )
    return worded.drop("reaction", "next_words").with_columns(_in_own_language("second_kind"), _in_own_language("third_kind"))


def _reactions(plan: pl.DataFrame, draw: np.random.Generator) -> np.ndarray:
    warmth = pl.col("state").replace_strict({"complaint": 0.85, "question": 1.1, "request": 1.15, "praise": 1.0})
    thanks = plan.select(world.handle_parameter("thanks", pl.col("handle")) * warmth).to_series().to_numpy()
    chance, late = draw.random(plan.height), draw.random(plan.height) < 0.14
    ack, other = (thanks + QUIET_REACTIONS["ack"], thanks + sum(QUIET_REACTIONS.values()))
    thanked = np.where(late, "late_thanks", "thanks")
    return np.select([chance < thanks, chance < ack, chance < other], [thanked, "ack", "other_person"], "")


def _in_own_language(column: str) -> pl.Expr:
    foreign = (pl.col("language") != "en") & pl.col(column).is_in(ENGLISH_ONLY)
    return (
        pl.when(foreign)
        .then(pl.col(column).replace({"quoted": "sarcastic", "other_person": "ack"}))
        .otherwise(column)
        .alias(column)
    )


def _add_opening_times(plan: pl.DataFrame, draw: np.random.Generator) -> pl.DataFrame:
    size = plan.height
    wait = plan["wait"].to_numpy()
    pause = (20 * SECOND + draw.random(size) * (np.minimum(wait / 2, 5 * MINUTE) - 20 * SECOND)).astype(np.int64)
    machine_pause = draw.integers(2, 20, size) * SECOND
    nag_pause = (draw.uniform(0.4, 0.9, size) * np.minimum(wait, 20 * HOUR)).astype(np.int64)
    nags = (draw.random(size) < 0.2) & (wait > 2 * HOUR) & plan["needs_response"].to_numpy()
    drawn = plan.with_columns(
        pause=pl.Series(pause),
        machine_pause=pl.Series(machine_pause),
        nag_pause=pl.Series(nag_pause),
        nags=pl.Series(nags),
        chance=pl.Series(draw.random(size)),
    )
    to_bot = (pl.col("machine") == "bot") & (pl.col("language") == "en") & (pl.col("chance") < 0.3)
    opened = drawn.with_columns(
        opening_at="opened", opening_more_at=pl.when(pl.col("part_count") == 2).then(pl.col("opened") + pl.col("pause"))
    )
    return opened.with_columns(
        machine_at=pl.when(pl.col("machine") != "").then(
            pl.max_horizontal("opening_at", "opening_more_at") + pl.col("machine_pause")
        ),
        nag_at=pl.when("nags").then(pl.col("opened") + pl.col("nag_pause")),
        opening_more_kind=pl.lit("more"),
        machine_kind="machine",
        nag_kind=pl.when(to_bot).then(pl.lit("before_human")).otherwise(pl.lit("nag")),
    ).drop("pause", "machine_pause", "nag_pause", "nags", "chance")


def _add_first(plan: pl.DataFrame, draw: np.random.Generator) -> pl.DataFrame:
    size = plan.height
    drawn = plan.with_columns(
        chance=pl.Series(draw.random(size)),
        parts=pl.Series(draw.random(size) < 0.12),
        pause=pl.Series(draw.integers(8, 90, size) * SECOND),
    )
    track = pl.col("track")
    ask = pl.when(pl.col("state") == "complaint").then(pl.lit("ask")).otherwise(pl.lit("ask_kindly"))
    general = (
        pl.when(track.is_in(["ask_answer", "ask_silence"])).then(ask).when(track.is_in(["soft", "hard", "delight"])).then(track)
    )
    checks = (track == "answer") & (pl.col("chance") < 0.06)
    offers = (track == "offer") & (pl.col("language") == "en")
    kind = general.when(offers).then(pl.lit("offer")).when(checks).then(pl.lit("answer_check")).otherwise(_answer_kind())
    more = (
        pl.when(track.is_in(["soft", "hard"]))
        .then(pl.lit("redirect_more"))
        .when(track.str.starts_with("ask"))
        .then(pl.lit("ask_more"))
    )
    answered = drawn.with_columns(first_at=pl.when(track != "silent").then(pl.col("opened") + pl.col("wait")), first_kind=kind)
    in_parts = pl.col("parts") & (pl.col("language") == "en") & ~track.is_in(["delight", "offer"])
    return answered.with_columns(
        first_more_at=pl.when(in_parts).then(pl.col("first_at") + pl.col("pause")),
        first_more_kind=more.otherwise(pl.lit("answer_more")),
    ).drop("chance", "parts", "pause")


def _answer_kind() -> pl.Expr:
    return pl.concat_str(pl.lit("answer."), "topic")


def _add_exchange(plan: pl.DataFrame, draw: np.random.Generator) -> pl.DataFrame:
    size = plan.height
    is_private = plan["is_private"].to_numpy()
    longest = np.where(is_private, *LONGEST_SILENCE_HOURS.values()) * 60
    pauses = {name: (waits(draw, np.full(size, 22.0), 1.3, np.inf), draw.random(size)) for name in ("second", "third")}
    again = np.minimum(waits(draw, np.full(size, 30.0), 1.1, np.inf), longest)
    late = {name: pl.Series(longest * (0.35 + 0.65 * share) * MINUTE).cast(pl.Int64) for name, (_, share) in pauses.items()}
    usual = {name: pl.Series(np.clip(wait, 1, longest) * MINUTE).cast(pl.Int64) for name, (wait, _) in pauses.items()}
    again_column = pl.Series(np.maximum(again, 1) * MINUTE).cast(pl.Int64)
    timed = plan.with_columns(
        second_at=_reply_time(pl.max_horizontal("first_at", "first_more_at"), "second_kind", usual["second"], late["second"])
    )
    has_second_answer = pl.col("track").is_in(["ask_answer", "push_answer"])
    answered = timed.with_columns(
        answer_at=pl.when(has_second_answer).then(pl.col("second_at") + again_column), answer_kind=_answer_kind()
    )
    return answered.with_columns(third_at=_reply_time(pl.col("answer_at"), "third_kind", usual["third"], late["third"]))


def _reply_time(after: pl.Expr, kind: str, usual: pl.Series, late: pl.Series) -> pl.Expr:
    pause = pl.when(pl.col(kind) == "late_thanks").then(late).otherwise(usual)
    return pl.when(pl.col(kind) != "").then(after + pause)


def _add_close(plan: pl.DataFrame, draw: np.random.Generator) -> pl.DataFrame:
    size = plan.height
    last_kind = pl.when(pl.col("third_at").is_not_null()).then("third_kind").otherwise("second_kind")
    last_at = pl.max_horizontal("second_at", "third_at")
    # A welcome after a redirect would hide that the brand's last word sent the customer elsewhere.
    is_thanked = last_kind.is_in(["thanks", "late_thanks"]) & ~pl.col("track").is_in(["soft", "hard"])
    pause = pl.Series(np.clip(waits(draw, np.full(size, 18.0), 1.0, 20 * 60), 1, None) * MINUTE).cast(pl.Int64)
    emoji_pause = pl.Series(draw.integers(1, 60, size) * MINUTE)
    welcomes, answers = pl.Series(draw.random(size) < 0.35), pl.Series(draw.random(size) < 0.08)
    closed = plan.with_columns(welcome_at=pl.when(is_thanked & welcomes).then(last_at + pause), welcome_kind=pl.lit("welcome"))
    return closed.with_columns(emoji_at=pl.when(answers).then(pl.col("welcome_at") + emoji_pause), emoji_kind=pl.lit("emoji"))
