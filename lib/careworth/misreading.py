"""How often a reader of texts errs, measured beside labels of people, and shares corrected for those errors."""

from typing import NamedTuple

import numpy as np
import polars as pl

from careworth.errors import CareworthError
from careworth.stats import Z95, Estimate, wilson_interval

#: Below this, sensitivity + specificity - 1 is too small for a share to be corrected: its range would say nothing.
LEAST_YOUDEN = 0.25

RESAMPLES = 2_000

#: What is measured: the name of a label, and the keys under which its counts may stand, the nearest first.
MEASURED = {
    "opening_negative": ("opening_sentiment:negative", "sentiment:negative"),
    "opening_neutral": ("opening_sentiment:neutral", "sentiment:neutral"),
    "opening_positive": ("opening_sentiment:positive", "sentiment:positive"),
    "closing_negative": ("closing_sentiment:negative", "sentiment:negative"),
    "closing_neutral": ("closing_sentiment:neutral", "sentiment:neutral"),
    "closing_positive": ("closing_sentiment:positive", "sentiment:positive"),
    "complaint": ("opening_state:complaint",),
    **{f"opening_{state}": (f"opening_state:{state}",) for state in ("complaint", "question", "request", "praise", "other")},
    "needs_response": ("needs_response:yes",),
    "thanks": ("thanks:yes",),
    "thanked": ("thanked:yes",),
    "redirect": ("redirect:yes",),
}


class Counts(NamedTuple):
    """What a reader says of one label, beside what people say of the same texts."""

    true_positive: int
    false_positive: int
    false_negative: int
    true_negative: int

    @property
    def positives(self) -> int:
        """Texts that people give the label."""
        return self.true_positive + self.false_negative

    @property
    def negatives(self) -> int:
        """Texts that people do not give the label."""
        return self.false_positive + self.true_negative

    @property
    def precision(self) -> Estimate:
        """Share of what the reader says that is right."""
        return _share(self.true_positive, self.true_positive + self.false_positive)

    @property
    def recall(self) -> Estimate:
        """Share of what is there that the reader says; its sensitivity."""
        return _share(self.true_positive, self.positives)

    @property
    def specificity(self) -> Estimate:
        """Share of what is not there that the reader leaves alone."""
        return _share(self.true_negative, self.negatives)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall; None without anything to find or found."""
        found = 2 * self.true_positive + self.false_positive + self.false_negative
        return 2 * self.true_positive / found if found else None


class Errors(NamedTuple):
    """How often a reader errs, by `question:answer`, and whether that was measured on the workspace's own texts."""

    counts: dict[str, Counts]
    is_own: bool

    def of(self, label: str) -> Counts | None:
        """The counts of a label of `MEASURED`, if they are known."""
        return next((self.counts[key] for key in MEASURED[label] if key in self.counts), None)


def _share(count: int, of: int) -> Estimate:
    return Estimate(count / of, *wilson_interval(count, of)) if of else Estimate(None, None, None)


def counts_of(gold: pl.Series, said: pl.Series, label: str) -> Counts:
    """How often `said` is right and wrong about `label`, where `gold` is what people say; in the same order.

    Examples
    --------
    >>> counts_of(pl.Series(["a", "a", "b", "b"]), pl.Series(["a", "b", "b", "a"]), "a")
    Counts(true_positive=1, false_positive=1, false_negative=1, true_negative=1)
    """
    is_label, is_said = (gold == label).fill_null(False), (said == label).fill_null(False)
    pairs = (is_label & is_said, ~is_label & is_said, is_label & ~is_said, ~is_label & ~is_said)
    return Counts(*(int(pair.sum()) for pair in pairs))


def confusion(gold: pl.Series, said: pl.Series) -> pl.DataFrame:
    """One row per label of people, one column per label of the reader, and how many texts fall there.

    Examples
    --------
    >>> confusion(pl.Series(["yes", "no", "no"]), pl.Series(["yes", "yes", "no"])).rows()
    [('no', 1, 1), ('yes', 0, 1)]
    """
    labels = sorted({*gold.drop_nulls(), *said.drop_nulls()})
    pairs = pl.DataFrame({"people": gold, "reader": said}).group_by("people", "reader").len()
    counts = {(people, reader): count for people, reader, count in pairs.iter_rows()}
    rows = [(people, *(counts.get((people, reader), 0) for reader in labels)) for people in labels]
    return pl.DataFrame(rows, schema=["people", *labels], orient="row")


def macro_f1(gold: pl.Series, said: pl.Series, seed: int = 1) -> Estimate:
    """The mean F1 over the labels that people gave, with a bootstrap over the texts.

    Examples
    --------
    >>> labels = pl.Series(["negative", "neutral", "positive"] * 20)
    >>> macro_f1(labels, labels)
    Estimate(value=1.0, low=1.0, high=1.0)
    """
    labels = sorted(set(gold.drop_nulls()))
    codes = {label: number for number, label in enumerate(labels)}
    people, reader = (np.array([codes.get(each, len(labels)) for each in series]) for series in (gold, said))
    if not labels:
        return Estimate(None, None, None)
    generator = np.random.default_rng(seed)
    draws = [
        _macro(people[pick], reader[pick], len(labels)) for pick in generator.integers(0, len(people), (RESAMPLES, len(people)))
    ]
    return Estimate(_macro(people, reader, len(labels)), *(float(bound) for bound in np.quantile(draws, [0.025, 0.975])))


def f1_interval(counts: Counts, seed: int = 1) -> tuple[float | None, float | None]:
    """95 % interval of the F1, by resampling the texts; None without anything to find or found.

    Examples
    --------
    >>> f1_interval(Counts(50, 0, 0, 50))
    (1.0, 1.0)
    """
    if counts.f1 is None:
        return None, None
    draws = np.random.default_rng(seed).multinomial(sum(counts), np.array(counts) / sum(counts), RESAMPLES)
    hits, wrong, missed = draws[:, 0], draws[:, 1], draws[:, 2]
    low, high = np.quantile(hits / np.maximum(hits + (wrong + missed) / 2, 0.5), [0.025, 0.975])
    return float(low), float(high)


def _macro(people: np.ndarray, reader: np.ndarray, size: int) -> float:
    table = np.bincount(people * (size + 1) + reader, minlength=(size + 1) ** 2).reshape(size + 1, size + 1)
    right = np.diag(table)[:size]
    told = table.sum(0)[:size] + table.sum(1)[:size]
    return float(np.divide(2 * right, told, out=np.zeros(size), where=told > 0).mean())


def corrected_share(said: int, of: int, reader: Counts) -> Estimate:
    """The share of texts with a label, corrected for the reader's errors, with the uncertainty of both samples.

    Parameters
    ----------
    said, of : int
        Texts that the reader gives the label, and all texts that it read.
    reader : Counts
        How the reader did on texts that people labelled.

    Returns
    -------
    Estimate
        Rogan and Gladen's share with the interval of Lang and Reiczigel, all cut to 0-1.

    Raises
    ------
    CareworthError
        If nothing was read, people labelled no text with or none without the label, or the reader is hardly better than a coin.

    Examples
    --------
    Brucellosis in 150 cows, 23 of them positive by a test with sensitivity 0.96 and specificity 0.89: 5.1 in 100 have it.

    >>> corrected_share(23, 150, Counts(9600, 1100, 400, 8900)).value.__round__(3)
    0.051

    References
    ----------
    Rogan and Gladen (1978), American Journal of Epidemiology 107, 71-76; Lang and Reiczigel (2014), Preventive Veterinary
    Medicine 113, 13-22; the example is that of R's epiR, epi.prev.
    """
    if not of or not reader.positives or not reader.negatives:
        raise CareworthError(
            "a share is corrected by texts that were read, and labelled ones with and without the label; label more"
        )
    sensitivity, specificity = reader.recall.value, reader.specificity.value
    youden = sensitivity + specificity - 1
    if youden < LEAST_YOUDEN:
        found = f"sensitivity {sensitivity:.2f} and specificity {specificity:.2f} are hardly better than a coin"
        raise CareworthError(f"{found}; the share cannot be corrected, use another engine")
    value = (said / of + specificity - 1) / youden
    return Estimate(*(min(1.0, max(0.0, bound)) for bound in (value, *_lang_reiczigel(said, of, reader))))


def _lang_reiczigel(said: int, of: int, reader: Counts) -> tuple[float, float]:
    n, positives, negatives = of + Z95**2, reader.positives + 2, reader.negatives + 2
    share = (said + Z95**2 / 2) / n
    sensitivity, specificity = (reader.true_positive + 1) / positives, (reader.true_negative + 1) / negatives
    youden = sensitivity + specificity - 1
    centre = (share + specificity - 1) / youden
    spread_of_hits, spread_of_passes = (sensitivity * (1 - sensitivity) / positives, specificity * (1 - specificity) / negatives)
    variance = (share * (1 - share) / n + spread_of_hits * centre**2 + spread_of_passes * (1 - centre) ** 2) / youden**2
    shift = 2 * Z95**2 * (centre * spread_of_hits - (1 - centre) * spread_of_passes)
    half = Z95 * variance**0.5
    return centre + shift - half, centre + shift + half
