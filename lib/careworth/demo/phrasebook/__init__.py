"""What guests and hotel people of the demo say: phrases only, one per line, with slots in braces.

A slot such as `{city}` is filled from the block of that name; `#` becomes a digit. A block is looked up by
language and kind, first with its topic (`complaint.wifi`), then without (`complaint`).
"""

from careworth.demo.phrasebook import (
    dutch_german,
    english_brand,
    english_openings,
    english_replies,
    french_italian,
    passers_by,
    slots,
    small_talk,
    spanish_portuguese,
    thanks,
)

_MODULES = (
    slots,
    small_talk,
    english_openings,
    english_replies,
    english_brand,
    thanks,
    passers_by,
    dutch_german,
    french_italian,
    spanish_portuguese,
)


def _lines(block: str) -> list[str]:
    return block.removeprefix("\n").removesuffix("\n").split("\n")


#: Phrases by language and kind.
PHRASES = {
    (language, kind): _lines(block)
    for module in _MODULES
    for language, blocks in module.BLOCKS.items()
    for kind, block in blocks.items()
}


#: What serves where a language has no block of its own.
_STAND_INS = {
    "late_thanks": "thanks",
    "more": "info",
    "follow": "info",
    "snark": "pushback",
    "declined_left": "declined",
    "answer_check": "answer",
    "ask_kindly": "ask",
}


def phrases(language: str, kind: str) -> list[str]:
    """The phrases of a kind in a language: with its topic, without it, of a related kind, at last in English.

    Examples
    --------
    >>> phrases("nl", "complaint.wifi") == phrases("nl", "back.complaint") == phrases("nl", "complaint")
    True
    """
    general, *topic = kind.split(".")
    stand_ins = [_STAND_INS.get(general, general), *topic]
    tried = [(language, kind), (language, general), *((language, each) for each in stand_ins), ("en", kind), ("en", general)]
    return next(PHRASES[key] for key in tried if key in PHRASES)
