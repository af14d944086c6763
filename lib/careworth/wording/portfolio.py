"""Sentences on all campaigns together: the total, the verdicts, and what may be said of where more money would go."""

from collections.abc import Sequence

from careworth.readable import as_count, as_money, as_ratio
from careworth.stats import Estimate

#: The sum that the budget question is about.
NEXT = 10_000

#: Small numbers as words, as they stand at the beginning of a sentence.
COUNTS = ("None", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")

#: Said with every answer to the budget question.
AVERAGE = (
    "Whatever the answer: a return is an average over what was spent, and the next sum may bring less, since the customers who "
    "gain most were perhaps served first."
)

#: Why the evidence names no campaign, by the case that it is.
SILENT = {
    "few": "{count} of the campaigns {have} a return; with fewer than three nothing tells merit from luck.",
    "unclear": "No campaign's return, once luck is taken off, is clear of zero or of the others.",
    "weak": "{names} {stand} out, but a part of the gains was measured by no randomised or time-series design, and only such a "
    "design shows what the money caused.",
}

#: What the evidence says of the campaigns that it names.
NAMED = {
    "one": "To {names}: its return is clear of zero once luck is taken off, and a randomised or time-series design measured it.",
    "several": "To {names}: their returns are clear of zero once luck is taken off, and a randomised or time-series design "
    "measured them. Which of them is best the evidence does not tell.",
    "least bad": "{names} is ahead of all others once luck is taken off, and yet its range includes a loss, so that the best use "
    "may be none of them.",
}


def programme_word(roi: Estimate | None) -> str:
    """The first word of the portfolio page: what the range of the common return allows to say."""
    if roi is None:
        return "We cannot say."
    return "Yes." if roi.low > 0 else "No." if roi.high < 0 else "Not shown either way."


def programme_sentence(roi: Estimate, cost: Estimate, gains: Estimate, currency: str, counted: int) -> str:
    """What so many campaigns cost together, and what they are estimated to have brought.

    Examples
    --------
    >>> roi, cost, gains = Estimate(0.2, -0.1, 0.5), Estimate(30e3, 29e3, 31e3), Estimate(36e3, 27e3, 45e3)
    >>> programme_sentence(roi, cost, gains, "EUR", 1)[:60]
    'The campaign with a return cost EUR 30 k and is estimated to'
    """
    words = counted_in_words(counted).lower()
    who, verb = (
        ("campaign with a return cost", "is") if counted == 1 else (f"{words} campaigns with a return together cost", "are")
    )
    spent, brought = as_money(cost.value, currency), as_money(gains.value, currency)
    return (
        f"The {who} {spent} and {verb} estimated to have brought {brought}: {as_ratio(roi.value)} on the cost, "
        f"between {as_ratio(roi.low)} and {as_ratio(roi.high)} if all err the same way."
    )


def left_out_sentence(names: Sequence[str]) -> str:
    """Which campaigns the total leaves out; empty where it leaves out none."""
    return f"Not in it, since no return of theirs is known: {listed(names)}." if names else ""


def counted_in_words(count: int) -> str:
    """A count as a word where it has one, at the beginning of a sentence.

    Examples
    --------
    >>> counted_in_words(3), counted_in_words(40)
    ('Three', '40')
    """
    return COUNTS[count] if count < len(COUNTS) else as_count(count)


def listed(names: Sequence[str], last: str = "and") -> str:
    """Names in a row, as people write them.

    Examples
    --------
    >>> listed(["A", "B", "C"])
    'A, B and C'
    """
    return f" {last} ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def budget_question(currency: str) -> str:
    """The question of where more money would go."""
    return f"Where would the next {currency} {as_count(NEXT)} go?"


def budget_sentence(case: str, names: Sequence[str]) -> str:
    """An answer where the evidence supports one, else why it does not; and that an average is no forecast.

    Parameters
    ----------
    case : str
        few, unclear or weak; or one, several or least bad, which name campaigns.
    """
    if case in NAMED:
        return f"{NAMED[case].format(names=listed(names, 'or'))} {AVERAGE}"
    forms = {"have": "have", "stand": "stand"} if len(names) > 1 else {"have": "has", "stand": "stands"}
    why = SILENT[case].format(names=listed(names), count=counted_in_words(len(names)), **forms)
    return f"The evidence does not say. {why} {AVERAGE}"
