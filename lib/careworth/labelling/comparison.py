"""Labels beside those that people gave: confusion matrices, scores with intervals, shares before and after correction."""

from typing import Any, NamedTuple

import polars as pl

from careworth.errors import CareworthError
from careworth.misreading import Counts, confusion, corrected_share, counts_of, f1_interval, macro_f1
from careworth.stats import Estimate, wilson_interval

#: Labels of a whole conversation, and those that are a plain yes or no.
OF_CONVERSATIONS = ("opening_state", "needs_response", "opening_sentiment", "closing_sentiment", "closing_thanks", "resolved")
TONES = ("opening_sentiment", "closing_sentiment", "sentiment")
#: How people write yes and no in a table.
AS_YES_OR_NO = {"1": "yes", "true": "yes", "0": "no", "false": "no"}


class Pair(NamedTuple):
    """What people and what the reader say of the same things, in the same order."""

    label: str
    of: str
    people: pl.Series
    reader: pl.Series


def conversation_pairs(conversations: list[dict[str, Any]], said: list[dict[str, Any]], gold: list[dict[str, Any]]) -> list[Pair]:
    """Each label that people gave beside the reader's, over the conversations that both have.

    Raises
    ------
    CareworthError
        If no conversation has labels of people, or one has labels of another kind than the guide's.
    """
    people = {each["conversation_id"]: each["labels"] for each in gold}
    both = [
        (each, own["labels"], people[own["conversation_id"]])
        for each, own in zip(conversations, said, strict=True)
        if own["conversation_id"] in people
    ]
    if not both:
        raise CareworthError("no conversation is labelled in both files; give the labels of the same conversation_ids")
    try:
        whole = [_whole(name, both) for name in OF_CONVERSATIONS if all(name in labels for _, _, labels in both)]
        return whole + _turns(both)
    except (TypeError, ValueError, KeyError, IndexError):
        raise CareworthError("a label is not as the guide has it (lists of turn ids, pairs of id and word); mend it") from None


def _whole(name: str, both: list) -> Pair:
    people = pl.Series(name, [_word(labels[name]) for _, _, labels in both], pl.String)
    return Pair(name, "conversations", people, pl.Series(name, [_word(own[name]) for _, own, _ in both], pl.String))


def _word(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _turns(both: list) -> list[Pair]:
    found = []
    if all("thanks" in labels for _, _, labels in both):
        customer = [
            (turn["id"] in own["thanks"], turn["id"] in labels["thanks"])
            for each, own, labels in both
            for turn in each["turns"]
            if turn["who"] == "customer"
        ]
        found.append(_pair("thanks", "customer turns", customer))
    if all("redirect" in labels for _, _, labels in both):
        moved = [(bool(own["redirect"]), bool(labels["redirect"])) for _, own, labels in both]
        found.append(_pair("redirect", "conversations", moved))
    return found


def _pair(label: str, of: str, rows: list[tuple[bool, bool]]) -> Pair:
    reader, people = (pl.Series(label, [_word(row[side]) for row in rows], pl.String) for side in (0, 1))
    return Pair(label, of, people, reader)


def column_pairs(gold: pl.DataFrame, column: str, read: list[dict[str, Any]], said: list[dict[str, Any]]) -> list[Pair]:
    """The columns `sentiment` and `thanks` of a table that people labelled beside the reader's, text by text.

    Raises
    ------
    CareworthError
        If the table has other texts or none of the two columns.
    """
    if gold[column].to_list() != [row[column] for row in read]:
        raise CareworthError("the two files hold other texts; compare with labels of the same rows in the same order")
    found = [_column(gold, said, label) for label in ("sentiment", "thanks") if label in gold.columns]
    if not found:
        raise CareworthError("no column sentiment or thanks to compare with; name the columns so")
    return found


def _column(gold: pl.DataFrame, said: list[dict[str, Any]], label: str) -> Pair:
    people = gold[label].str.strip_chars().str.to_lowercase().replace(AS_YES_OR_NO if label == "thanks" else {})
    reader = pl.Series(label, [_word(row[label]) for row in said], pl.String)
    told = (people != "").fill_null(False)
    return Pair(label, "texts", people.filter(told), reader.filter(told))


def comparison_lines(pairs: list[Pair]) -> list[str]:
    """Every confusion matrix with its scores and 95 % intervals, as lines of text."""
    told = [pair for pair in pairs if len(pair.people)]
    silent = [f"{pair.label}: people labelled no {pair.of}" for pair in pairs if not len(pair.people)]
    return [line for pair in told for line in (*_matrix(pair), *_scores(pair), "")] + silent


def _matrix(pair: Pair) -> list[str]:
    table = confusion(pair.people, pair.reader)
    names = table.columns[1:]
    width = max(map(len, names)) + 2
    head = f"{pair.label} (n={len(pair.people)} {pair.of}); people in rows, the reader in columns"
    columns = " " * (width + 2) + "".join(f"{name:>{width}}" for name in names)
    return [
        head,
        columns,
        *(f"  {row[0]:<{width}}" + "".join(f"{count:>{width}}" for count in row[1:]) for row in table.iter_rows()),
    ]


def _scores(pair: Pair) -> list[str]:
    if set(pair.people) | set(pair.reader) <= {"yes", "no"}:
        return [_binary_line("yes", counts_of(pair.people, pair.reader, "yes"))]
    hits = int((pair.people == pair.reader).sum())
    agreed = Estimate(hits / len(pair.people), *wilson_interval(hits, len(pair.people)))
    lines = [f"  accuracy {_shown(agreed)}, macro-F1 {_shown(macro_f1(pair.people, pair.reader))}"]
    lines += [_binary_line(label, counts_of(pair.people, pair.reader, label)) for label in sorted(set(pair.people))]
    return lines + (_share_lines(pair, "negative") if pair.label in TONES else [])


def _binary_line(label: str, counts: Counts) -> str:
    found = f"precision {_shown(counts.precision)}, recall {_shown(counts.recall)}"
    return f"  {label}: {found}, F1 {_shown(Estimate(counts.f1, *f1_interval(counts)))}"


def _shown(estimate: Estimate) -> str:
    return "-" if estimate.value is None else f"{estimate.value:.3f} ({estimate.low:.2f}-{estimate.high:.2f})"


def _share_lines(pair: Pair, label: str) -> list[str]:
    truth, said = ((side == label).mean() for side in (pair.people, pair.reader))
    shares = f"  share {label}: people {truth:.1%}, reader {said:.1%} ({100 * (said - truth):+.1f} points)"
    try:
        corrected = cross_corrected_share(pair, label)
    except CareworthError as error:
        return [f"{shares}; not corrected: {error}"]
    return [
        f"{shares}, corrected {corrected:.1%} ({100 * (corrected - truth):+.1f} points; each half by the errors in the other)"
    ]


def cross_corrected_share(pair: Pair, label: str) -> float:
    """The share with `label`, each half of the texts corrected for the errors that were measured on the other half."""
    halves = [(pair.people.gather_every(2, start), pair.reader.gather_every(2, start)) for start in (0, 1)]
    counts = [counts_of(people, reader, label) for people, reader in halves]
    shares = [
        (corrected_share(int((reader == label).sum()), len(reader), counts[1 - number]).value, len(reader))
        for number, (_, reader) in enumerate(halves)
    ]
    return sum(share * n for share, n in shares) / sum(n for _, n in shares)
