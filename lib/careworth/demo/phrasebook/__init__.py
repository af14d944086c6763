"""What guests and hotel people of the demo say: phrases only, one per line, with slots in braces.

A slot such as `{city}` is filled from the block of that name; `#` becomes a digit. A block is looked up by
language and kind, first with its topic (`complaint.wifi`), then without (`complaint`).
"""

from careworth.demo.phrasebook import dutch_german, english_brand, english_openings, english_replies, french_italian, passers_by, slots, spanish_portuguese, thanks

_MODULES = (slots, english_openings, english_replies, english_brand, thanks, passers_by, dutch_german, french_italian, spanish_portuguese)


def _lines(block: str) -> list[str]:
    return [line.strip() for line in block.strip().splitlines()]


#: Phrases by language and kind.
PHRASES = {
    (language, kind): _lines(block)
    for module in _MODULES
    for language, blocks in module.BLOCKS.items()
    for kind, block in blocks.items()
}


def phrases(language: str, kind: str) -> list[str]:
    """The phrases of a kind in a language; without its own block the topic's general block serves.

    Examples
    --------
    >>> phrases("nl", "complaint.wifi") == phrases("nl", "complaint")
    True
    """
    return PHRASES.get((language, kind)) or PHRASES[language, kind.split(".")[0]]
