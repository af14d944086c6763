"""Who served and how much: handle time (S11), ownership (S16), load (S20), and how alike the answers are (Q9)."""

import polars as pl

from careworth.metrics.shares import share_row
from careworth.metrics.volume import is_care
from careworth.results import Row, value_row
from careworth.stats import UNKNOWN, mean_estimate, quantile_estimate

ANSWERED = "answered care conversations"
ANSWERS = "answers of people"

#: Characters that a practised agent types in a minute. An assumption: it is printed with every number that rests on it.
TYPED_PER_MINUTE = 150

#: Answers with fewer agents than this say nothing of single ones (METRICS.md C.8).
FEWEST_AGENTS = 5


def typing_rows(conversations: pl.DataFrame) -> list[Row]:
    """S11 by proxy: minutes that agents typed per conversation, mean and median; grade C.

    The time between two messages is no handle time, since agents serve several customers at once.
    """
    answered = conversations.filter(is_care(), pl.col("agent_turn_count") > 0)
    typed = (answered["agent_character_count"] / TYPED_PER_MINUTE).to_numpy()
    reason = f"typed length at {TYPED_PER_MINUTE} characters a minute, an assumption; reading and looking up are not in it"
    labels = {"n": answered.height, "denominator": ANSWERED, "grade": "C", "reason": reason}
    if answered.is_empty():
        empty = {"n": 0, "denominator": ANSWERED, "reason": f"no {ANSWERED}"}
        return [value_row("S11", name, None, "minutes", **empty) for name in ("typed_minutes_mean", "typed_minutes_median")]
    return [
        value_row("S11", "typed_minutes_mean", mean_estimate(typed), "minutes", **labels),
        value_row("S11", "typed_minutes_median", quantile_estimate(typed, 0.5), "minutes", **labels),
    ]


def ownership_rows(conversations: pl.DataFrame) -> list[Row]:
    """S16: share of answered conversations without a named agent, and of the others participants and changes of hand.

    Names come from agent ids, else from signatures; grade B.
    """
    answered = conversations.filter(is_care(), pl.col("agent_turn_count") > 0).with_columns(unowned=pl.col("agent_count") == 0)
    owned = answered.filter(~pl.col("unowned"))
    means = {"participants_mean": "agent_count", "owner_changes_mean": "owner_change_count"}
    return [
        share_row(answered, "unowned", "S16", "unowned_share", ANSWERED, grade="B"),
        *(
            _mean_row("S16", name, owned[column], "count", "answered conversations with a named agent")
            for name, column in means.items()
        ),
    ]


def _mean_row(metric_id: str, variant: str, values: pl.Series, unit: str, denominator: str) -> Row:
    estimate = mean_estimate(values.to_numpy().astype(float)) if len(values) else UNKNOWN
    reason = None if len(values) else f"no {denominator}"
    return value_row(metric_id, variant, estimate, unit, n=len(values), denominator=denominator, grade="B", reason=reason)


def load_rows(turns: pl.DataFrame, conversations: pl.DataFrame, followers: int | None) -> list[Row]:
    """S20: conversations, customers and followers for each agent who answered; how busy they were needs staffing hours.

    Parameters
    ----------
    turns : DataFrame
        The campaign's turns.
    followers : int or None
        Of the campaign's accounts at its end; None where accounts are not connected.
    """
    agents = turns.filter(author_role="agent")["agent_id"].drop_nulls().n_unique()
    care = conversations.filter(is_care())
    counts = {
        "conversations_per_agent": care.height,
        "active_users_per_agent": care["customer_id"].n_unique(),
        "followers_per_agent": followers,
    }
    return [_per_agent(name, count, agents) for name, count in counts.items()]


def _per_agent(variant: str, count: int | None, agents: int) -> Row:
    known = agents >= FEWEST_AGENTS and count is not None
    reason = (
        f"{agents} agents are told apart; it takes {FEWEST_AGENTS}" if agents < FEWEST_AGENTS else "no accounts are connected"
    )
    value = count / agents if known else None
    return value_row(
        "S20",
        variant,
        value,
        "count/agent",
        n=agents,
        denominator="agents who answered",
        grade="B",
        reason=None if known else reason,
    )


def personal_rows(turns: pl.DataFrame) -> list[Row]:
    """Q9: share of answers whose wording no other answer of the campaign has, and share that bears an agent's name.

    Names, numbers, links and signatures are no wording. A template is no fault by itself.
    """
    answers = turns.filter(author_role="agent").with_columns(
        unique=pl.len().over("wording") == 1, signed=pl.col("agent_id").is_not_null()
    )
    return [
        share_row(answers, "unique", "Q9", "unique_share", ANSWERS, grade="B"),
        share_row(answers, "signed", "Q9", "signed_share", ANSWERS, grade="B"),
    ]
