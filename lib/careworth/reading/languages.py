"""Languages: which one a text is written in, by the small words that every sentence of it holds, or by its script."""

import polars as pl

from careworth.reading.plain import ROW, any_of, beside, numbered

#: Frequent small words, and greetings and thanks for texts of one word; without accents, as plain text is.
WORDS = {
    "en": """
        the and you my is to of for it i your have this that with was are not me just been but so we be can an do how any help
        thanks thank please why when what they from there get got has had will would were their our us if no on at in as by or
        about out up good hi hello hey i'm it's don't can't you're i've didn't doesn't isn't won't that's yes who which still
        now again need want love great sorry where did does ok a
    """,
    "es": """
        el los las que por para una un con mi es en hola gracias pero como mas esta estan muy su del ya tengo buenas buenos
        dias no se lo le me cuando donde hace porque si yo nos sin sobre hay todo nada soy puedo quiero ustedes usted favor
        servicio ayuda desde hasta este eso hoy tiene ha he al de la y o pedido cuenta mis sus fue son nunca jamas tambien a
    """,
    "fr": """
        le les des je vous est et pour pas une que mon ma bonjour merci avec sur dans depuis ce tres nous votre vos mes plus
        qui ne il elle on j'ai c'est un du au aux suis ca mais comment quand pourquoi si fait bien la de en sont tout toujours
        salut bonsoir svp chez y a ete cette commande n'ai n'est qu'il d'un l'application aussi jour
    """,
    "de": """
        der die das und ich nicht ist mit fur ein eine sie auf wie hallo danke es zu den dem wir mein meine seit bei noch auch
        aber von haben habe hat kann wird warum wenn was bitte mir mich ihr euch im am um nur schon sehr dass man immer kein
        keine einen oder nach gibt wo war sind uber bin guten tag morgen jetzt heute leider gut
    """,
    "pt": """
        os nao uma com meu minha obrigado obrigada ola mas esta voce voces muito ja em no na do da um que por eu ate tem foi
        sem como mais pra para isso quando aqui meus ainda estou quero bom boa dia tarde noite se ao dos das sao tudo tenho
        porque agora pode fazer ou minhas seu sua de e o a vcs vc nem so onde ha dois tres pedido app
    """,
    "it": """
        il gli che non per una un con mio mia grazie ciao ma sono della del di buongiorno vostro molto anche come ho e la le
        mi si da in nel dei alla ancora quando perche piu cosa questo questa ha hanno posso vorrei buonasera salve i vi io sto
        stato tutto se al fatto solo qui c'e dopo ai lo
    """,
    "nl": """
        het een ik niet van voor met jullie mijn maar hoe hallo bedankt dat er wel nog heb kan naar te al wij ook en de is
        zijn op bij dit die je u we om aan uit waarom wat als wordt moet geen goed dag alvast nu hebben heeft dan is worden
        ben door of over graag jammer weer iets mij zo vandaag gisteren waar werkt blijft pakket mag gaan
    """,
    "sv": """
        och att det som pa ar inte jag har en ett for med ni min mitt hej tack nar vad kan hur
    """,
    "pl": """
        nie sie na jest co to jak czy dzien dobry prosze dziekuje mam ale tak od ze mi moje
    """,
    "tr": """
        bir ve bu icin ne var yok mi cok merhaba tesekkurler degil ama ben lutfen neden nasil
    """,
    "id": """
        yang saya tidak ada dan ini itu bisa sudah kak min tolong gak udah mau kenapa terima kasih untuk dengan
    """,
}

#: Scripts that tell the language, or its most frequent one.
SCRIPTS = {
    "ja": r"[\p{Hiragana}\p{Katakana}]{2}",
    "ko": r"\p{Hangul}{2}",
    "zh": r"\p{Han}{2}",
    "ru": r"\p{Cyrillic}{2}",
    "ar": r"\p{Arabic}{2}",
    "he": r"\p{Hebrew}{2}",
    "el": r"\p{Greek}{2}",
    "th": r"\p{Thai}{2}",
    "hi": r"\p{Devanagari}{2}",
}

#: Words of other languages that English text hardly holds: with one of them, English is not taken for granted.
FOREIGN = any_of(
    "que|para|por|una|gracias|hola|pero|muy|les|des|est|pas|vous|nous|je|une|pour|der|und|ich|nicht|ist|mit|auf|nao|voce",
    "uma|com|meu|os|il|che|non|per|di|sono|grazie|het|een|niet|van|voor|jullie|ik|och|att|det|nie|jest|bir|icin|yang|saya",
    "tidak|danke|merci|obrigad[oa]|bedankt|el|la|los|de|en|le|du",
)

#: One such word is enough.
TELLING = any_of(
    "hola|gracias|buenos|buenas|por favor|ayuda|bonjour|bonsoir|merci|salut|svp|danke|hallo|bitte|guten|obrigad[oa]|ola",
    "bom dia|boa (?:tarde|noite)|grazie|ciao|buongiorno|buonasera|bedankt|hoi|goedemorgen|goedemiddag|dank(?:je)?|tack|hej",
    "dziekuje|prosze|tesekkurler|merhaba|terima kasih|tolong",
)

#: English words that none of the others has.
ENGLISH = any_of(
    "the|and|you|my|to|of|for|it|your|have|this|that|with|are|not|thanks|thank|thx|please|why|what|when|how|they|there",
    "their|don't|can't|i'm|it's|just|been|would|were|who|which|from|still|now|again|need|love|great|sorry|where|did|does",
    "help|yes|here|good|got|get|out|up",
)

#: Points that small words must reach to tell a language: two words, or one that is telling.
BAR, BAR_IF_TELLING = 1.5, 0.7
#: English wins where another language has as many words: most texts are English, and short ones share words.
EDGE_OF_ENGLISH = 0.6


def label_language(table: pl.DataFrame, column: str = "plain") -> pl.DataFrame:
    """`table` with `language`: the ISO 639-1 code whose small words or script the text shows, null where neither tells.

    Examples
    --------
    >>> said = pl.DataFrame({"plain": ["where is my refund", "donde esta mi reserva por favor", "wo ist mein geld", "🙂"]})
    >>> label_language(said)["language"].to_list()
    ['en', 'es', 'de', None]
    """
    text = pl.col(column)
    # Two cheap looks settle most texts of English; only the others have their words counted language by language.
    english = text.str.contains(ENGLISH) & ~text.str.contains(FOREIGN)
    read = table.with_columns(language=pl.when(english).then(pl.lit("en")))
    others = numbered(read).filter(pl.col("language").is_null() & text.is_not_null())
    told = beside(table.select(column), others.select(ROW, _language_of(column).alias("told")))
    return read.with_columns(language=pl.coalesce("language", told["told"]))


def _language_of(column: str) -> pl.Expr:
    """Script first, then the language with most points; what has not even the points of the bar is null."""
    text = pl.col(column)
    points = {code: text.str.count_matches(_pattern(code)).cast(pl.Float32) for code in WORDS}
    bar = pl.when(text.str.contains(TELLING)).then(BAR_IF_TELLING).otherwise(BAR).cast(pl.Float32)
    best = pl.concat_list(bar, points.pop("en") + EDGE_OF_ENGLISH, *points.values()).list.arg_max()
    scripts = [pl.when(text.str.contains(pattern)).then(pl.lit(code)) for code, pattern in SCRIPTS.items()]
    ranks = dict(enumerate([None, "en", *points]))
    return pl.coalesce(*scripts, best.replace_strict(ranks, return_dtype=pl.String))


def _pattern(code: str) -> str:
    return any_of("|".join(WORDS[code].split()))
