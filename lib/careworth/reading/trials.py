"""How well networks agree with readers, with intervals; used while training and for the card."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from careworth.misreading import counts_of, f1_interval, macro_f1
from careworth.reading import labelled
from careworth.reading.engines import Engine, NetworkEngine
from careworth.reading.labels import label_turns
from careworth.reading.network import Network
from careworth.stats import wilson_interval


def said_by(network: Network, texts: pl.Series, question: str) -> pl.Series:
    """The class that the network gives each text."""
    head = network.heads[question]
    best = pl.Series(question, network.probabilities(texts, question).argmax(axis=1))
    return best.replace_strict(dict(enumerate(head.classes)), return_dtype=pl.String)


def lines_for(network: Network, data: Path) -> Iterator[str]:
    """A line for each question and part of the labelled conversations, and one each for complaints."""
    ends = labelled.conversations(data)
    for split, part in (("tune", "opening"), ("test", "opening"), ("tune", "closing"), ("test", "closing")):
        table = ends.filter(split=split, part=part)
        for question in ("tone", "state", "need") if part == "opening" else ("tone",):
            yield f"{network.name}, {part} ({split}): {score_line(table[question], said_by(network, table['text'], question))}"
    for name in ("airlines", "telecom"):
        table = labelled.complaints(data, name)
        said = (said_by(network, table["text"], "tone") == "negative") == table["complaint"]
        low, high = wilson_interval(int(said.sum()), table.height)
        found = f"n={table.height}, accuracy {said.mean():.3f} ({low:.2f}-{high:.2f})"
        yield f"{network.name}, complaint is negative ({name}): {found}"


def error_counts(data: Path, engines: dict[str, Engine]) -> dict[str, dict[str, list[int]]]:
    """Counts by `question:answer` of each engine, and of the rules, on the `test` half of the labelled conversations."""
    turns = labelled.labelled_turns(data).filter(split="test")
    read = {name: label_turns(turns, engine) for name, engine in engines.items()}
    # The rules read the same beside every engine.
    told = {"rules": _errors_of_rules(next(iter(read.values())))}
    return told | {name: _errors_of_engine(own, isinstance(engines[name], NetworkEngine)) for name, own in read.items()}


def _errors_of_rules(read: pl.DataFrame) -> dict[str, list[int]]:
    customer = read.filter(side="customer")
    whole = read.group_by("conversation_id").agg(
        pl.col("gold_thanks", "gold_redirect").any(), thanks=pl.col("thanks").any(), moved=pl.col("redirect").is_not_null().any()
    )
    thanks = _yes("thanks", customer["gold_thanks"], customer["thanks"])
    return (
        thanks | _yes("thanked", whole["gold_thanks"], whole["thanks"]) | _yes("redirect", whole["gold_redirect"], whole["moved"])
    )


def _errors_of_engine(read: pl.DataFrame, reads_openings: bool) -> dict[str, list[int]]:
    customer, first = read.filter(side="customer"), pl.col("conversation_id").is_first_distinct()
    opening, closing = customer.filter(first), customer.reverse().filter(first)
    own = _by_answer("opening_sentiment", opening["gold_opening"], opening["sentiment"])
    own |= _by_answer("closing_sentiment", closing["gold_closing"], closing["sentiment"])
    if reads_openings:
        own |= _by_answer("opening_state", opening["gold_state"], opening["opening_state"])
        own |= _yes("needs_response", opening["gold_need"], opening["needs_response"])
    return own


def _by_answer(question: str, gold: pl.Series, said: pl.Series) -> dict[str, list[int]]:
    return {f"{question}:{answer}": list(counts_of(gold, said, answer)) for answer in sorted(gold.unique())}


def _yes(question: str, gold: pl.Series, said: pl.Series) -> dict[str, list[int]]:
    return {f"{question}:yes": list(counts_of(gold.cast(pl.String), said.cast(pl.String), "true"))}


def score_line(gold: pl.Series, said: pl.Series) -> str:
    """n, accuracy and the scores that suit the question, with 95 % intervals."""
    hits = int((gold == said).sum())
    low, high = wilson_interval(hits, len(gold))
    line = f"{gold.name} n={len(gold)}, accuracy {hits / len(gold):.3f} ({low:.2f}-{high:.2f})"
    if gold.name == "tone":
        macro, points = macro_f1(gold, said), 100 * ((said == "negative").mean() - (gold == "negative").mean())
        return f"{line}, macro-F1 {macro.value:.3f} ({macro.low:.2f}-{macro.high:.2f}), negative share {points:+.1f} points"
    label = "complaint" if gold.name == "state" else "yes"
    counts = counts_of(gold, said, label)
    low, high = f1_interval(counts)
    return f"{line}, F1 of {label} {counts.f1:.3f} ({low:.2f}-{high:.2f})"
