"""What is said of whole conversations, from what is read of their turns."""

from typing import Any

import polars as pl

from careworth.reading.engines import Engine
from careworth.reading.labels import AGENT, CUSTOMER, label_turns
from careworth.reading.plain import any_of, lines

#: A customer says that it is done, or that it is not.
SOLVED = any_of(
    *lines(r"""
        (?:is|are|it'?s|its|all|now|got it|problem) (?:fixed|sorted|solved|resolved|working)
        works? (?:now|again|fine|perfectly)|worked|solved|sorted|ya funciona|ca marche|klappt jetzt
    """)
)


def label_conversations(conversations: list[dict[str, Any]], turns: pl.DataFrame, engine: Engine) -> list[dict[str, Any]]:
    """One object per conversation: its `conversation_id` and `labels`, with the keys and values of the labelling guide."""
    read = label_turns(turns, engine).with_columns(solved=pl.col("text").str.to_lowercase().str.contains(SOLVED))
    parts = read.partition_by("conversation_id", as_dict=True, maintain_order=True)
    none = read.clear()
    return [
        {
            "conversation_id": each["conversation_id"],
            "labels": _labels([turn["id"] for turn in each["turns"]], parts.get((place,), none).to_dicts(), engine),
        }
        for place, each in enumerate(conversations)
    ]


def _labels(ids: list, turns: list[dict[str, Any]], engine: Engine) -> dict[str, Any]:
    customer = [turn for turn in turns if turn["side"] == CUSTOMER]
    opening, closing = (customer[0], customer[-1]) if customer else ({}, {})
    return {
        "opening_state": opening.get("opening_state") or "other",
        "needs_response": "yes" if opening.get("needs_response") else "no",
        "thanks": [ids[turn["turn"]] for turn in customer if turn["thanks"]],
        "thanks_rejected": [[ids[turn["turn"]], turn["thanks_rejected"]] for turn in customer if turn["thanks_rejected"]],
        "closing_thanks": bool(closing.get("thanks")),
        "redirect": [[ids[turn["turn"]], turn["redirect"]] for turn in turns if turn["redirect"]],
        "resolved": _resolved(turns, closing),
        "opening_sentiment": opening.get("sentiment") or "unscored",
        "closing_sentiment": closing.get("sentiment") or "unscored",
        "engine": engine.name,
        "version": engine.version,
    }


def _resolved(turns: list[dict[str, Any]], closing: dict[str, Any]) -> str:
    after = [turn for turn in turns if turn["side"] == AGENT and turn["turn"] < closing.get("turn", -1)]
    if not after:
        return "unknown"
    if closing["sentiment"] == "negative":
        return "no"
    moved = any(turn["redirect"] for turn in turns)
    return "yes" if closing["solved"] or (closing["thanks"] and not moved) else "unknown"
