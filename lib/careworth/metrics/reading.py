"""How often the reader of texts errs (P12), and shares corrected for that."""

from careworth.errors import CareworthError
from careworth.misreading import MEASURED, Errors, corrected_share
from careworth.results import Row, value_row
from careworth.stats import Estimate

#: Errors measured elsewhere under which the share that was read is impossible.
NO_FIT = "the errors measured on public conversations do not fit here; label a sample of your own"

UNVALIDATED = "unvalidated here: measured on public conversations"


def error_rows(errors: Errors) -> list[Row]:
    """P12: of each label the sensitivity (what is there and found) and the specificity (what is not there and left alone)."""
    rows = []
    for label in MEASURED:
        counts = errors.of(label)
        if counts is not None:
            rows += [_row(label, "sensitivity", counts.recall, counts.positives, errors)]
            rows += [_row(label, "specificity", counts.specificity, counts.negatives, errors)]
    return rows


def _row(label: str, measure: str, estimate: Estimate, n: int, errors: Errors) -> Row:
    denominator = f"labelled texts {'with' if measure == 'sensitivity' else 'without'} the label"
    reason = None if errors.is_own else UNVALIDATED
    if estimate.value is None:
        reason = f"no {denominator}"
    return value_row("P12", f"{label}:{measure}", estimate, "share", n=n, denominator=denominator, grade="A", reason=reason)


def corrected_row(said: int, of: int, errors: Errors, label: str, metric_id: str, variant: str, denominator: str) -> list[Row]:
    """The share `said` of `of`, corrected for the reader's errors, with the uncertainty of both samples.

    Grade B where the errors were measured on the workspace's own texts, else C: they are assumed to be the same here.
    """
    counts = errors.of(label)
    if counts is None:
        return []
    labels = {"n": of, "denominator": denominator, "grade": "B" if errors.is_own else "C"}
    try:
        estimate = corrected_share(said, of, counts)
    except CareworthError as error:
        return [value_row(metric_id, f"{variant}_corrected", None, "share", **labels, reason=str(error))]
    if errors.is_own:
        return [value_row(metric_id, f"{variant}_corrected", estimate, "share", **labels)]
    if not 1 - counts.specificity.value <= said / of <= counts.recall.value:
        return [value_row(metric_id, f"{variant}_corrected", None, "share", **labels, reason=NO_FIT)]
    return [value_row(metric_id, f"{variant}_corrected", estimate, "share", **labels, reason=UNVALIDATED)]
