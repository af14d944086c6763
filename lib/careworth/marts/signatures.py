"""Who of the brand's people wrote, by the signature under the message, where no case tool says it (METRICS.md S16)."""

import polars as pl

#: The number of a part, such as (1/2) or 2/2, and links stand after a signature.
_AFTER = r"(?:\s|https?://\S+|\(?\d{1,2}/\d{1,2}\)?)*$"

#: Initials behind a caret, a slash or a star, or a first name behind a dash.
SIGNATURE = rf"(?:^|[\s.!?,…])(?:[\^/*] ?([A-Za-z]{{2,10}})|[-–—~] ?([A-Z][A-Za-z]{{1,9}})){_AFTER}"


def signature(column: str = "text") -> pl.Expr:
    """The signature at a message's end in capitals; null where it bears none.

    Examples
    --------
    >>> signed = pl.DataFrame({"text": ["On its way! ^MV", "Sorry! -Jen https://t.co/x", "we are open 9-5", "Thanks /KB 1/2"]})
    >>> signed.select(signature()).to_series().to_list()
    ['MV', 'JEN', None, 'KB']
    """
    found = pl.col(column).str.extract_groups(SIGNATURE)
    return pl.coalesce(found.struct[0], found.struct[1]).str.to_uppercase().alias("signature")


def wording(column: str = "text") -> pl.Expr:
    """What a message says without whom it is for and who signed it, as a number: the same for two of one template (Q9).

    Examples
    --------
    >>> said = pl.DataFrame({"text": ["@ann Sorry, please DM us! ^MV", "@bob sorry please dm us ^KB", "@cy We open at nine."]})
    >>> said.select(wording()).to_series().n_unique()
    2
    """
    text = pl.col(column).fill_null("").str.replace_all(SIGNATURE, " ").str.to_lowercase()
    words = text.str.replace_all(r"https?://\S+|[@#]\w+|\d+", " ").str.replace_all(r"[^\p{Alphabetic}]+", " ")
    return words.str.strip_chars().hash(seed=0).alias("wording")
