"""What customers do for a brand: recommend it, give tips, answer each other, defend it (METRICS.md E2).

Answers and defences need the message that was replied to, so their expressions read a second column.
"""

# Patterns read best unbroken.
# ruff: noqa: E501

import polars as pl

from careworth.reading.plain import any_of, lines

#: A text that asks: a question mark, or the words that questions begin with.
QUESTION = (
    r"\?|¿|^[@ .,!]*(?:hi|hey|hello|hola|hallo|bonjour|ola|ciao|dear|please|pls|so|ok|and)?[@ ,.!]*"
    r"(?:how|what|when|where|why|who|which|is|are|do|does|did|can|could|will|would|should|any (?:idea|chance|news|update)|anyone|como|cuando|donde|quien|quando|onde|comment|quand|wie|wann|wo|kann|hoe|wanneer|waar|come|dove)[ '](?-u:\b)"
    r"|(?-u:\b)(?:wondering (?:if|whether|when|how|what)|anyone know|let me know (?:if|when|whether|how)|(?:wanted|want|like|need|love) to know|do you know|is (?:it|there)|are there|can you tell|could you tell|could you let|question (?:about|for|regarding)|curious|yes or no|infos?(?:rmation)? (?:about|on|regarding|for))(?-u:\b)"
)

RECOMMENDS = any_of(
    *lines(r"""
        (?:i |we |i'?d |would |can |highly |strongly |definitely |totally |really |always )+recommend(?:ed)?
        recommend (?:it|them|you|this|these|@|everyone|anyone)
        (?:you|everyone|everybody|y'?all|guys)(?: all)? (?:should|must|have to|need to|gotta) (?:try|get|buy|use|go|check)
        (?:you|everyone|everybody|y'?all|guys)(?: all)? (?:should|must|have to|need to|gotta) (?:download|switch|fly|visit|order)
        (?:you|everyone|everybody|y'?all|guys)(?: all)? (?:should|must|have to|need to|gotta) (?:join|see)
        (?:if you|anyone who)[a-z' ]{0,30},? (?:go (?:to|with)|try|get|use|buy|choose|check out|switch to)
        (?:try|check out|switch to|go with|get) @ (?:it|they|they'?re|instead|you|best)
        (?:told|telling|tell) (?:all |everyone|my |every )(?:[a-z]+ )?(?:friends|family|about)|worth every penny
        a must[- ](?:have|try|see|visit)|do yourself a favou?r
        (?:recomiendo|recomendable|recommande|empfehle|empfehlenswert|recomendo|consiglio|consigliat[oa]|aanrader)
        (?:raad (?:het|dit|jullie) aan)
    """)
)
RECOMMENDS_NOT = any_of(
    r"(?:not|never|n'?t|cannot|hardly|wouldn'?t|can'?t|don'?t|won'?t|no|ne|nicht|nao|non|niet|jamas|nunca) (?:[a-z]+ ){0,2}(?:recommend(?:ed)?|recomiendo|recommande|empfehle|empfehlen|recomendo|consiglio|aanraden|anyone|use|buy)",
    r"(?:can|could|would) (?:you|anyone|someone|u) recommend",
    r"avoid",
    r"stay away",
)
ASKS_RECOMMENDATION = any_of(
    *lines(r"""
            (?:can|could|would|does) (?:you|anyone|anybody|someone|u|y'?all) (?:please )?(?:recommend|suggest)
            any(?:one|body)? (?:have |got )?(?:any )?(?:recommendations?|recs|suggestions?)
            what (?:do|would|should|can) (?:you|y'?all|u|i|we) (?:recommend|suggest|buy|get|choose)
            recommend(?:ations?)? (?:for|on|me|a|any|some)
            which (?:one |[a-z]+ )?(?:is|should|would|do) (?:the )?(?:best|better|i|you|we)[a-z ]{0,20}
            (?:best|good) [a-z ]{1,25} (?:for|to|in|under) [a-z0-9$£€ ]{1,25}
            where (?:can|should|do) (?:i|we) (?:get|find|buy|eat|stay|go)|is (?:it|@) (?:any good|worth (?:it|the|buying|getting))
            (?:alguna recomendacion|me recomienda[ns]?|que recomiendan|vous (?:me )?(?:conseillez|recommandez)|un conseil)
            (?:konnt ihr [a-z ]{0,20}empfehlen|was empfehlt|voces recomendam|alguma recomendacao|mi consigliate|cosa consigliate)
            (?:raden jullie aan|iemand tips)
        """)
)
TIP = any_of(
    *lines(r"""
        (?:pro|hot|life|quick|top|handy|useful|little)[ -]?(?:tip|hack)s?|tip (?:for|of the day)|(?:lifehack|protip)|psa|fyi
        for (?:anyone|those|everyone|people) (?:who|having|with|wondering|else|struggling)
        if (?:anyone|you)(?:'s| is| are|'re)? (?:having|has|have|wants?|needs?|gets?|struggling)[a-z' ]{0,40},? (?:just|try|do|go|use|you can|make sure|turn|press|call|ask|restart|delete)
        (?:you can|just|try|simply) (?:turn|press|hold|go to|click|tap)[a-z ]{0,40} (?:and|then|it|to|button|settings|off|on)
        (?:you can|just|try|simply) (?:select|restart|reset|uninstall)[a-z ]{0,40} (?:and|then|it|to|button|settings|off|on)
        (?:you can|just|try|simply) (?:reinstall|unplug|clear|delete)[a-z ]{0,40} (?:and|then|it|to|button|settings|off|on)
        (?:you can|just|try|simply) (?:log out|sign out|update|switch)[a-z ]{0,40} (?:and|then|it|to|button|settings|off|on)
        (?:you can|just|try|simply) (?:enable|disable|use the)[a-z ]{0,40} (?:and|then|it|to|button|settings|off|on)
        (?:what|this) worked for me|(?:worked|works) for me|the trick is|make sure (?:you|to)|don'?t forget to|a workaround
        here'?s how
        (?:un consejo|truco|astuce|conseil|tipp|dica|consiglio|tip voor)
    """)
)
#: An answer has a yes, a no, a place, a step.
ANSWER = any_of(
    *lines(r"""
        yes|yeah|yep|yup|no|nope|it'?s|its|they(?:'re| are| do| have)|you (?:can|need|have|should|could|just|must|will|get)
        you'?ll|try|go to|check|use|just|i (?:think|believe|use|did|had|got|found|heard)|it (?:is|does|should|will|was)
        there (?:is|are)|settings|depends|because|according to|same|only|si|no|puedes|hay|oui|non|tu peux|vous pouvez|ja|nein
        du kannst|sim|nao|voce pode|puoi|je kunt|nee
    """)
)
DEFENCE = any_of(
    *lines(r"""
        (?:not|isn'?t|wasn'?t|it'?s not|that'?s not) (?:really |even |actually )?(?:their|@'?s?|the (?:company|store|airline|driver|agent|staff|brand)[a-z']*) ?(?:fault|problem)
        give (?:them|@|him|her) (?:a break|a chance|some (?:time|credit))|cut (?:them|@) some slack
        (?:they|@)(?:'re| are| r|'ve| have)? (?:always |just |only |really )?(?:been )?(?:great|good|amazing|awesome|excellent)
        (?:they|@)(?:'re| are| r|'ve| have)? (?:always |just |only |really )?(?:been )?(?:helpful|doing (?:their|the) best|trying)
        (?:they|@)(?:'re| are| r|'ve| have)? (?:always |just |only |really )?(?:been )?(?:wonderful|fantastic|the best|so nice)
        (?:they|@)(?:'re| are| r|'ve| have)? (?:always |just |only |really )?(?:been )?(?:quick)
        (?:i'?ve|i have|we'?ve|i) (?:always |never |only )(?:had|have)? ?(?:a |an |any )?(?:great|good|excellent|amazing|problems?|issues?|positive|fine|nothing but)[a-z ]{0,20}
        (?:to be|in) (?:fair|their defen[cs]e|@'?s defen[cs]e)|in defen[cs]e of|works (?:fine|great|perfectly) for me
        be (?:nice|kind|patient)|calm down|stop (?:whining|complaining|moaning|crying)|don'?t blame|(?:no|not) need to be rude
        read the (?:terms|rules|fine print|policy)|that'?s (?:on you|your (?:own )?fault|user error)|(?:love|loyal to) @ 
        never had (?:a |any )(?:problem|issue)[s]?|unfair to
    """)
)


def asks(column: str = "plain") -> pl.Expr:
    """True where the text asks something."""
    return pl.col(column).str.contains(QUESTION).alias("asks")


def recommends(column: str = "plain") -> pl.Expr:
    """True where a customer recommends the brand or a product to others (METRICS.md E2c)."""
    text = pl.col(column)
    return (text.str.contains(RECOMMENDS) & ~text.str.contains(RECOMMENDS_NOT)).alias("recommends")


def asks_recommendation(column: str = "plain") -> pl.Expr:
    """True where somebody asks others what to buy, use or book."""
    return pl.col(column).str.contains(ASKS_RECOMMENDATION).alias("asks_recommendation")


def gives_tip(column: str = "plain") -> pl.Expr:
    """True where a customer tells others how to make something work or get the best of it (E2b)."""
    return pl.col(column).str.contains(TIP).alias("gives_tip")


def answers_peer(column: str = "plain", parent: str = "parent_plain") -> pl.Expr:
    """True where a customer answers another customer's question (E2a); `parent` is what that other customer wrote.

    Null where there is no parent: whose text was replied to must come from the reply graph.
    """
    text, asked = pl.col(column), pl.col(parent)
    answered = asked.str.contains(QUESTION) & ~text.str.contains(QUESTION)
    return pl.when(asked.is_not_null()).then(answered & text.str.contains(ANSWER)).alias("answers_peer")


def defends(column: str = "plain", parent_tone: str = "parent_sentiment") -> pl.Expr:
    """True where a customer takes the brand's side under another's negative message (E2e); null where there is no parent."""
    hostile = pl.col(parent_tone) == "negative"
    stands_by = pl.col(column).str.contains(DEFENCE)
    return pl.when(pl.col(parent_tone).is_not_null()).then(hostile & stands_by).alias("defends")
