"""Sentences for readers; every one follows the interval, never the point alone."""

from careworth.wording.care import (
    care_sentence,
    goal_sentence,
    headline_response,
    hours_of,
    role_sentence,
    trend_sentence,
    trend_tone,
)
from careworth.wording.caveats import ending_caveat, need_caveat, thanks_caveat, tone_caveat
from careworth.wording.returns import (
    answer_tone,
    answer_word,
    assumptions_sentence,
    chance_sentence,
    return_asides,
    return_sentence,
)

#: What the letter of a grade means.
GRADES = {"A": "measured", "B": "measured by a proxy or a rule", "C": "assumed", "X": "not computable"}

__all__ = [
    "GRADES",
    "answer_tone",
    "answer_word",
    "assumptions_sentence",
    "care_sentence",
    "chance_sentence",
    "ending_caveat",
    "goal_sentence",
    "headline_response",
    "hours_of",
    "need_caveat",
    "return_asides",
    "return_sentence",
    "role_sentence",
    "thanks_caveat",
    "tone_caveat",
    "trend_sentence",
    "trend_tone",
]
