"""Personal data in public: what kinds a text gives away, and whether the brand asked for them in public (METRICS.md Q8)."""

# Patterns read best unbroken.
# ruff: noqa: E501

import polars as pl

from careworth.reading.plain import EDGE, ROW, any_of, beside, lines, numbered

_E = EDGE

#: Thirteen to nineteen digits in a row or in groups, as on a payment card.
CARD = rf"(?:^|[^0-9a-z-])[3-6][0-9]{{3}}(?:[ -]?[0-9]{{2,6}}){{2,5}}{_E}|__credit_card__"
EMAIL = rf"[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{{2,}}{_E}|__email__"
#: Ten digits or so in one of the world's ways to write a telephone number, or after a word that announces one.
PHONE = "|".join(
    [
        r"(?:^|[^0-9a-z.,/#-])(?:\+|00)[1-9](?:[ .()/-]{0,2}[0-9]){7,13}",
        r"(?:^|[^0-9a-z.,/#-])(?:1[ .-])?\(?[2-9][0-9]{2}\)?[ .-]{1,2}[2-9][0-9]{2}[ .-][0-9]{4}(?:$|[^0-9-])",
        r"(?:^|[^0-9a-z.,/#-])\(?0[1-9](?:[ ()-]{0,2}[0-9]){7,11}(?:$|[^0-9-])|(?:^|[^0-9])0[1-9](?:\.[0-9]{2}){4}",
        rf"{_E}(?:call me|text me|ring me|phone|mobile|cell|tel|whatsapp|my number|contact number|reach me)[a-z :.#]{{0,20}}\+?[0-9](?:[ .()-]?[0-9]){{6,14}}{_E}|__phone__",
    ]
)
#: A word that names a number, and the number; or a code of an airline, a shop, a parcel service.
REFERENCE = "|".join(
    [
        rf"{_E}(?:order|booking|reservation|confirmation|conf|reference|ref|tracking|track|ticket|case|claim|account|acct|invoice|pnr|record locator|locator|member|membership|customer"
        rf"|policy|pedido|orden|reserva|commande|dossier|bestellung|bestellnummer|kundennummer|auftrag|encomenda|protocolo|ordine|prenotazione|bestelling|ordernummer|awb|rma|imei|id)"
        rf"(?:[ ']?(?:number|no|num|nr|nummer|numero|code|id|ref|reference|is|was|de|del|n|#|:|\.|°|-)){{0,4}} ?[a-z]{{0,4}}-?[0-9][a-z0-9-]{{3,}}{_E}",
        rf"{_E}[0-9]{{3}}-[0-9]{{7}}-[0-9]{{7}}{_E}|{_E}1z[0-9a-z]{{16}}{_E}|{_E}[a-z]{{2}}[0-9]{{9}}[a-z]{{2}}{_E}",
        rf"{_E}(?:pnr|record locator|locator|confirmation|booking|conf|reservation|reference)(?: (?:number|no|code|ref|reference|is|#|:))*[ :#]{{1,3}}(?:[a-z]{{0,5}}[0-9][a-z0-9]{{2,7}}|[b-df-hj-np-tv-z]{{5,6}}){_E}",
    ]
)
ADDRESS = "|".join(
    [
        rf"{_E}[0-9]{{1,5}}[a-z]?,? (?:[nsew]\.? )?(?:[a-z'.]{{3,}} ){{1,2}}(?:street|str|road|rd|avenue|ave|lane|ln|blvd|boulevard|terrace|crescent|parkway|pkwy|highway|gardens){_E}",
        rf"{_E}[0-9]{{2,5}} (?:[nsew]\.? )?[a-z']{{4,}} (?:drive|dr|close|court|ct|place|square|way)(?:[.,]|$)",
        rf"{_E}(?:calle|avenida|avda|rua|travessa|boulevard) (?:[a-z'.]+ ){{1,4}},? ?(?:n[°º.]? ?)?[0-9]{{1,4}}{_E}|{_E}(?:via|viale|piazza|corso) [a-z']+(?: [a-z']+)?, ?[0-9]{{1,3}}{_E}",
        rf"{_E}[0-9]{{1,4}},? (?:bis |ter )?(?:rue|avenue|boulevard|chemin|impasse|allee) [a-z]+|{_E}[a-z]{{3,}}(?:strasse|str\.|platz|allee|gasse|straat|laan|plein|gracht) [0-9]{{1,4}}[a-z]?{_E}",
        rf"{_E}(?:my|our|home|postal|delivery|shipping|full) (?:post ?code|zip(?: code)?|address)(?: is|:| -)+ ?[a-z]*[0-9]",
        rf"{_E}[a-z]{{1,2}}[0-9][0-9a-z]? [0-9][abd-hjlnp-uw-z]{{2}}(?:$|[.,;)])|{_E}p\.?o\.? box [0-9]+",
    ]
)

#: A digit, an address of e-mail or a mask: what has none of them gives nothing away.
_CLUE = r"[0-9]|[a-z0-9]@[a-z0-9]|__[a-z_]+__|locator|pnr"

KINDS = {"email": EMAIL, "phone": PHONE, "reference": REFERENCE, "address": ADDRESS}

#: What a brand asks for when it asks for personal data.
_DATA = (
    r"(?:phone|contact|mobile|telephone|cell|account|order|booking|reservation|confirmation|tracking|ticket|reference|card|membership|customer|policy|case|flight) ?(?:number|no\.?|#|ref(?:erence)?|code|id|details?|info[a-z]*)"
    r"|e-?mail(?: address)?|(?:full |home |postal |service |delivery |billing )?address|postcode|post code|zip(?: code)?|date of birth|dob|full name|cellphone|pnr|record locator|username|gamertag|imei"
    r"|numero de (?:pedido|telefono|cuenta|commande|telephone|client)|correo|telefono|bestellnummer|kundennummer|telefonnummer|numero do pedido|cpf|telefone|numero (?:d'ordine|di telefono)|ordernummer|postcode en huisnummer|telefoonnummer"
)
_ASK = (
    r"(?:(?:can|could|may|would|will) (?:you|we|i)[a-z ]{0,20}(?:have|get|provide|send|share|confirm|give|tell|know|include|reply|verify)|(?:please|pls|kindly|,|^@?)[a-z ]{0,12}(?:provide|share|send|confirm|give|reply|include|verify|indicate)"
    r"|what(?:'s| is| are)|do you have|(?:we|i)(?:'ll| will)?(?: just)? need|let (?:me|us) know|puede[ns]?|podrias?|indica[a-z]*|pouvez|konnen sie|konntest|nenn[a-z]*|pode[a-z]*|informe|puoi|potresti|kun je|stuur)"
)
ASKS_FOR_DATA = rf"(?:^|{_E}){_ASK}{_E}[^.!?]{{0,40}}(?:your|the|an?|full|with|/|&|,|and|su|tu|votre|ton|ihre|deine|seu|sua|tuo|il|je|uw|email) ?(?:[a-z]+ ){{0,1}}(?:{_DATA}){_E}"
#: The same request is harmless where it names a private place to answer.
IN_PRIVATE = any_of(
    *lines(r"""
    dm(?:s|ed|ing)?|direct messag[a-z]*|private(?:ly)?|privado|prive|privat[a-z]*|inbox|pm|mp|pn|pb|messenger|in confidence|without (?:giving|providing|sharing|posting|including)[a-z ]{0,20}|(?:don'?t|do not|please avoid|never|remove|delete)[a-z ]{0,20} (?:share|post|give|provide|include|shar|publish)?
    (?:send|drop|shoot|leave)(?: us| me)? a (?:note|message)|<link>|call us|e-?mail us
""")
)


def label_exposure(table: pl.DataFrame, column: str = "plain") -> pl.DataFrame:
    """`table` with `exposed_kinds`: what the text gives away, a list of card, email, phone, reference, address.

    A card number must pass the Luhn check, and what is a card is no phone.

    Examples
    --------
    >>> said = pl.DataFrame({"plain": ["my card 4111 1111 1111 1111", "order 123-1234567-1234567", "see you at 5"]})
    >>> label_exposure(said)["exposed_kinds"].to_list()
    [['card'], ['reference'], []]
    """
    seen = numbered(table.select(_text=pl.col(column))).filter(pl.col("_text").str.contains(_CLUE))
    seen = seen.with_columns(card=has_card("_text"))
    without_card = pl.when("card").then(pl.col("_text").str.replace_all(CARD, " ")).otherwise("_text")
    seen = seen.with_columns(_rest=without_card)
    found = seen.with_columns(pl.col("_rest").str.contains(pattern).alias(kind) for kind, pattern in KINDS.items())
    exposed = found.filter(pl.any_horizontal("card", *KINDS))
    names = [pl.when(kind).then(pl.lit(kind)) for kind in ("card", *KINDS)]
    labels = exposed.select(ROW, exposed_kinds=pl.concat_list(names).list.drop_nulls())
    return beside(table, labels).with_columns(pl.col("exposed_kinds").fill_null([]))


def redacted(column: str = "text") -> pl.Expr:
    """The text without handles, links and numbers of three digits or more.

    Examples
    --------
    >>> pl.DataFrame({"text": ["@ann call 020 7946 0018 or see https://x.co/1, a@b.co"]}).select(redacted()).item()
    '@… call … … … or see …, …'
    """
    text = pl.col(column).str.replace_all(r"https?://[^\s,]+|www\.[^\s,]+|[\w.+-]+@[\w-]+\.[\w.]+", "…")
    return text.str.replace_all(r"@\w+", "@…").str.replace_all(r"[0-9][0-9-]{2,}", "…").alias(column)


def asks_for_data(column: str = "plain") -> pl.Expr:
    """True where a brand's public text asks for personal data and names no private place to send it."""
    text = pl.col(column)
    return (text.str.contains(ASKS_FOR_DATA) & ~text.str.contains(IN_PRIVATE)).alias("asks_for_data")


def has_card(column: str) -> pl.Expr:
    """True where the first run of 13 to 19 digits passes the Luhn check, or an export has masked a card."""
    text = pl.col(column)
    digits = text.str.extract(f"({CARD})").str.replace_all("[^0-9]", "")
    sized = pl.when(digits.str.len_bytes().is_between(13, 19)).then(digits)
    return text.str.contains("__credit_card__", literal=True) | (_luhn_sum(sized) % 10 == 0).fill_null(False)


def _luhn_sum(digits: pl.Expr) -> pl.Expr:
    # Counted from the right, every second digit is doubled and its own digits are added up.
    text = digits.str.reverse()
    places = [text.str.slice(place, 1).cast(pl.Int32, strict=False).fill_null(0) for place in range(19)]
    doubled = [place * 2 - pl.when(place > 4).then(9).otherwise(0) for place in places[1::2]]
    return pl.when(digits.is_not_null()).then(pl.sum_horizontal(*places[0::2], *doubled))
