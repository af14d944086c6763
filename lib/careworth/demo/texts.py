"""From a phrase with slots to a message as somebody types it."""

import re

from careworth.demo.dice import Dice
from careworth.demo.phrasebook import PHRASES, phrases

_SLOT = re.compile(r"\{(\w+)\}")
_SPACES = re.compile(r" {2,}| (?=[!?.,]$)")
_TOUCHING = re.compile(r" ([!.,])")
_VOWELS = "aeou"

#: Emoji that customers put behind a message, by how they feel.
_EMOJI = {
    "complaint": ["😡", "😤", "🤬", "😞", "🙃", "😩"],
    "pushback": ["😡", "🙃", "😤"],
    "thanks": ["😊", "🙏", "❤️", "🥰", "👏", "🎉"],
    "late_thanks": ["😊", "🙏", "☺️"],
    "praise": ["😍", "❤️", "🎉", "✨"],
    "question": ["🤔", "😊", "🙂"],
    "request": ["🙂", "🙏"],
}


def write_text(kind: str, language: str, dice: Dice, is_brand: bool) -> str:
    """One message of this kind: a phrase, its slots filled, roughened as customers write."""
    text = _tidy(_fill(dice.pick(phrases(language, kind)), language, dice))
    return text if is_brand else roughen(text, kind.split(".")[0], dice)


def _fill(phrase: str, language: str, dice: Dice) -> str:
    def _filled(slot: re.Match) -> str:
        block = PHRASES.get((language, slot[1])) or PHRASES["en", slot[1]]
        return _fill(dice.pick(block), language, dice)

    text = _SLOT.sub(_filled, phrase) if "{" in phrase else phrase
    return re.sub("#", lambda _: str(1 + dice.below(9)), text) if "#" in text else text


def _tidy(text: str) -> str:
    return _TOUCHING.sub(r"\1", _SPACES.sub(" ", text)).strip()


def roughen(text: str, kind: str, dice: Dice) -> str:
    """`text` with the slips, shouting, stretching and emoji of somebody typing on a phone."""
    if dice.happens(0.14):
        text = text.lower()
    elif dice.happens(0.02):
        text = text.upper()
    if dice.happens(0.07):
        text = _slip(text, dice)
    if dice.happens(0.06):
        text = _stretch(text, dice)
    if dice.happens(0.06):
        text = text.replace("'", "")
    if dice.happens(0.18):
        text = text.rstrip(".")
    if kind in _EMOJI and dice.happens(0.14):
        text = f"{text} {dice.pick(_EMOJI[kind])}"
    return text


def _slip(text: str, dice: Dice) -> str:
    words = text.split(" ")
    at = dice.below(len(words))
    word = words[at]
    if len(word) < 4 or not word.isalpha():
        return text
    place = 1 + dice.below(len(word) - 2)
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    words[at] = swapped if dice.happens(0.6) else word[:place] + word[place + 1 :]
    return " ".join(words)


def _stretch(text: str, dice: Dice) -> str:
    if text.endswith(("!", "?")):
        return text + text[-1] * (1 + dice.below(4))
    words = text.split(" ")
    at = dice.below(len(words))
    if words[at][-1:] in _VOWELS and words[at].isalpha():
        words[at] += words[at][-1] * (1 + dice.below(4))
    return " ".join(words)
