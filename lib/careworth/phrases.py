r"""What a message says, as Polars expressions over plain regular expressions.

Rust's engine behind Polars runs in time linear in the text, so no message can stall it. The rules are general
ones; their measured error stands in the README, and each metric that rests on them carries grade B.
"""

import polars as pl

#: Thanks as people write it in seven languages, with usual slips and stretched letters.
THANKS = (
    r"\bt+h+a+n+k+[sz]*\b|\bthank ?(?:yo)?u+\b|\b(?:thnak|thakn|tahnk|htank)s?\b|\bthansk\b|\bthanx\b|\bth(?:n)?x\b|\btnx\b|\btks\b|\bthks\b"
    r"|\bty(?:sm|vm|mv)?\b|\bcheers\b|\bta(?: very much| ever so| muchly|[,.!]|$)"
    r"|\bmuch appreciated\b|\bappreciate (?:it|that|this|you+|your|the|all)\b|\bappreciated\b|\bgrateful\b|\bindebted\b|\bi owe you\b"
    r"|\b(?:life ?saver|bless you|you rock|hats off to you)\b|\bmade my (?:day|week|night|evening|weekend|year|trip)\b"
    r"|\b(?:so|very|really|too|incredibly) (?:kind|good|nice|sweet|decent|thoughtful|generous) of (?:you|u|ya)\b"
    r"|\bwhat an? (?:absolute |total |real )?(?:hero|star|legend|gem|angel|champ)\b|\bcouldn'?t have asked for (?:better|more|a better)\b"
    r"|\byou(?:'ve| have| guys)? (?:just |really |totally )?saved (?:my|our|me|us|the|a)\b"
    r"|\byou(?:'re| are| guys are| lot are)? (?:an? )?(?:absolute |total |real )?"
    r"(?:star|stars|legend|legends|gem|angel|hero|the best|awesome|amazing)\b"
    r"|(?:^|[.!?] )(?:absolute |total )?legends?(?:[.!,]|$| the lot)"
    r"|\bgra[cç]i+a+s+\b|\bagrade[czsç]\w*|\bmuy amable|\bqu[eé] amable|\b(?:sois|son|eres) (?:los|las|el|la|unos?) (?:mejor|crack|sol)\w*"
    r"|\bme(?:rc|cr)i+s?\b|\b(?:vous|te) remerci\w+|\bgentil\w* (?:de (?:votre|ta) part|da (?:parte|part))|\bvous [eê]tes (?:g[eé]ni|super|au top|formidab|adorab)\w*"
    r"|\bdanke+\w*\b|\bvielen dank\b|\b(?:lieb|nett|freundlich) von (?:ihnen|dir|euch)\b|\bsie sind (?:die|der) beste"
    r"|\b(?:be)?dankt?(?:jewel| je ?wel| u ?wel)?\b|\bbedank\w+|\bdank (?:je|u|jullie)\b|\b(?:je bent|jullie zijn|u bent) (?:een |echte? )*(?:held|topper|schat|engel|geweldig|de beste)\w*"
    r"|\bgrazi+e+\b|\b(?:vi|ti|la) ringrazi\w+|\bmolto gentil\w*|\bsiete (?:fantastic|grand|i migliori|gentilissim|mitic)\w*"
    r"|\bobrigad[oa]+s?\b|\bvaleu\b|\b(?:voc[eê]s s[aã]o|voc[eê] [eé]) (?:incr[ií]v|demais|os melhores|o m[aá]ximo|top|[oó]tim)\w*|\bque querid[oa]s?\b|\bsalvou\b"
)
ADVANCE = (
    r"in advance|\bthanks ahead\b|por adelantado|de antemano|d'avance|par avance|im ?vora?us|bij voorbaat|alvast"
    r"|in anticipo|anticipatamente|antecipadamente|desde j[aá]"
    r"|\b(?:would|i'd|we'd|will|'ll) (?:\w+ )?(?:appreciate|be (?:very |most |so |really |extremely )*(?:grateful|thankful|appreciated))"
    r"|\bappreciate (?:it )?if\b|\bappreciated if\b"
)
DECLINED = (
    r"\bno,? (?:thanks?|thank you|thx|ty|gracias|grazie|obrigad[oa])\b|\bnein,? danke\b|\bnon,? merci\b"
    r"|\bnee,? (?:bedankt|dank)|\bn[aã]o,? obrigad[oa]|\b(?:thanks?|thank you|thx),? but no\b|\bthank you but i'?ve\b"
    r"|\bdon'?t (?:bother|worry)(?: \w+){0,3},? (?:thanks?|thank you|thx)\b|\bi'?d rather not\b"
)
SARCASTIC = (
    r"\b(?:thanks?|thank you|thx|cheers|gracias|merci|danke|grazie|obrigad[oa]|bedankt)(?: so much| a lot| a bunch| very much|,)*"
    r" (?:for|por|pour|f[uü]r|per|voor) (?:absolutely |literally )?"
    r"(?:nothing|nada|rien|nichts|niente|niets|ruin\w*|wast\w*|not\b|ignor\w*|break\w*|los\w*|cancel\w*|mak\w* (?:me|us)|making"
    r"|another|yet another|the (?:terrible|awful|worst|useless|lousy|delay|runaround|headache)|no\b|zero|keeping|leaving|charging)"
    r"|\bgreat,? thanks\b.*\b(?:still|another|again)\b|\bgee,? thanks\b"
    r"|\bthanks? (?:a lot|a bunch|so much)?,? ?(?:but )?(?:still|it'?s still|that'?s still)\b"
    r"|\b(?:g[eé]nia?l|super|toll|mooi|fijn|fantastico|[oó]timo|great|brilliant|lovely),? (?:merci|gracias|danke|grazie|obrigad[oa]|bedankt|thanks)\b"
    r".{0,30}\b(?:sin|sans|toujours|immer noch|senza|ancora|sem|ainda|nog steeds|st?i?ll)\b"
    r"|\b(?:how|so) generous\b.*\bthanks? (?:a bunch|a lot)\b|\bthank(?:s| you) for your (?:concern|non|lack)"
    r"|\b(?:much appreciated|legends?|stars?|heroe?s?)\b.{0,25}\b(?:being (?:treated|ignored)|ignor\w+|idiots?)\b"
    r"|🙄|😒|🤡|\bsmh\b|/s\s*$|\bslow clap\b"
)
REJECTED_HELP = (
    r"\buseless\b|\bpathetic\b|\bjoke\b|\bworst\b|\bdisgrac\w+|\bunacceptable\b|\bwaste of\b|\bdo(?:es)?n'?t work\b|\bdidn'?t work\b"
    r"|\bstill (?:not |broken|waiting|locked|nothing|no |doesn|don|can'?t|charged|stuck|down|missing|wrong|the same|cold|\d)"
    r"|\bnot helpful\b|\bno help\b"
)
OTHER_PERSON = (
    r"\b(?:thanks?|thx|cheers) to (?:my|her|him|them|the (?:guy|man|woman|person|lady|guest|stranger|couple)|that|this|a |everyone (?:here|who))"
    r"|\b(?:said|says|saying|told|tell|tells) (?:\w+ ){0,4}(?:thanks?|thank you)\b"
)
QUOTED = r"[“\"][^”\"]{0,280}[”\"]|^rt\b.*$"

REDIRECT_SOFT = (
    r"\b(?:dm|d\.m|pm|inbox|direct message|private message|messenger)(?:ed|ing|s)? ?(?:us|me)?\b"
    r"|\b(?:message|msg) (?:us|me) (?:privately|directly|here|on|at|via|with|your)|\bsend us a (?:private |direct )?message"
    r"|\bmensaje (?:privado|directo)|\bmessage priv[eé]|\bprivatnachricht|\bmensagem (?:privada|direta)|\bmessaggio privato|\bpriv[eé]bericht|\bmp\b"
)
REDIRECT_HARD = (
    r"\b(?:call|phone|ring|reach|contact|speak (?:to|with)|e-?mail|chat with|visit) (?:us|our|the|customer|support|your local)\b"
    r"|\b(?:fill|complete)(?: in| out)? (?:the|this|our|a) (?:\w+ )?form\b|\bgive us a (?:call|ring|bell)\b"
    r"|\b(?:note|details|tell us|reach(?: out)?|contact|feedback|connect|write to us|report|submit|get in touch|click|chat|experience|share)\b"
    r"[^.!]{0,60}<link>"
    r"|\+?\d[\d ().-]{7,}\d|\b[\w.+-]+@[\w-]+\.\w{2,}|\b(?:contact|support|reach) us (?:here|at|via|on|by)\b"
    r"|\bll[aá]men?os|\bappelez|\brufen sie|\bbel ons|\bligue para|\bchiam(?:i|aci)"
)
QUESTION = (
    r"\?|^(?:how|what|when|where|why|who|which|is|are|do|does|did|can|could|will|would|any (?:idea|chance|news|update))\b"
    r"|¿|\b(?:wondering (?:if|whether|when)|anyone know|let me know (?:if|when|whether|how))\b"
)
REQUEST = (
    r"\b(?:please|pls|plz|could (?:you|u|someone)|can (?:you|u|someone|i|we)|i(?:'d| would) like|i want|i need|we need|need (?:help|to|a|an)"
    r"|help (?:me|us|with)|looking for|recommend|por favor|puede[ns]?|s'il vous|pouvez|bitte|k[oö]nnen sie|per favore|potete|alstublieft|graag)\b"
)
COMPLAINT = (
    r"\b(?:not (?:working|good|happy|impressed|received|arrived|ok|acceptable|able|loading|fair|respond\w*|help\w*)"
    r"|(?:is|are|was|were|has|have|had|do|does|did|wo|ca|could|would)n'?t|cannot|unable|never|nothing|no (?:one|reply|response|answer|help|sign|hot|heating|refund)"
    r"|still (?:no|not|waiting|have)|yet to|waiting|waited|late|delay\w*|cancel+ed|lost|missing|broken|wrong|fail\w*|error|crash\w*|"
    r"down|outage|issue\w*|problem\w*|refund\w*|(?:over)?charged|rude|dirty|noisy|cold|stuck|locked out|ignor\w+|"
    r"worst|terrible|awful|horrible|appalling|disgust\w+|disappoint\w+|ridiculous|unacceptable|useless|joke|scam|fraud|sucks?|shit\w*|wtf|fix"
    r"|rubbish|shambles|poor|frustrat\w+|angry|annoy\w+|complain\w*|damag\w+|stolen|defective|faulty|slow|hours? (?:on hold|later|now)|"
    r"funciona|problema\w*|espera\w*|roto|marche pas|probl[eè]me|attend\w*|defekt|kaputt|funktioniert|warte\w*|schlecht|werkt niet|kapot|wacht\w*|"
    r"non funziona|n[aã]o funciona|demora)\b"
)
#: Praise so plain that a word of complaint beside it does not make it one.
PLAIN_PRAISE = (
    r"\b(?:(?:10|ten) ?(?:/|out of) ?(?:10|ten)|(?:5|five) stars|couldn'?t fault|can'?t fault|nothing to complain|no complaints"
    r"|never disappoint\w*|not a (?:single )?thing wrong|exceeded (?:all |my |our )*expectations|hats off|well done|shout ?out|kudos|bravo"
    r"|(?:will|'ll|well) (?:be|come) back|(?:can'?t wait|see you) (?:to come back|again)|in love with|highly recommend\w*|recommend (?:it|them|you) to"
    r"|(?:best|perfect|wonderful|lovely|fantastic|amazing|brilliant|excellent|gorgeous|superb|great) (?:\w+ )?(?:stay|weekend|hotel|staff|service|team|room|breakfast"
    r"|flight|food|trip|holiday|experience|place|store|shop|product|app|night|sleep|bed|view|crew|people)|what an? (?:\w+ )?(?:pro|star|team|place|weekend|view|stay)"
    r"|volver\w*|un diez|encantad\w+|maravillos\w+|estupend\w+|on reviendra|nous reviendrons|magnifique|superbe|quel beau|parfait\w*"
    r"|wunderbar\w*|wunderschön\w*|(?:kommen|komme) (?:gerne? )?wieder|großartig\w*|heerlijk\w*|geweldig\w*|(?:komen|kom) (?:zeker )?terug"
    r"|meraviglios\w+|bellissim\w+|torner\w+|stupend\w+|maravilhos\w+|incr[ií]ve\w+|voltar\w*)\b"
)
#: What turns plain praise into something that still wants an answer.
BUT = r"\b(?:but|however|although|except|unfortunately|until|pity|shame|zero|pero|mais|aber|maar|però|mas)\b"
PRAISE = (
    r"\b(?:love[ds]?|loving|great|amazing|awesome|brilliant|fantastic|excellent|wonderful|best|perfect|delicious|happy|yay|"
    r"kudos|shout ?out|well done|good job|great job|thanks?|thank you|thx|super|lovely|impressed)\b|❤|😍|🙌|👏|💕"
)

LANGUAGE_WORDS = {
    "en": r"\b(?:the|and|you|my|is|to|of|for|it|i|your|have|this|that|on|with|was|are|not|me|in|just|been|but|so|at|we|be|can|a|do|how|any|help|thanks|thank)\b",
    "es": r"\b(?:el|los|las|que|por|para|una|con|mi|es|en|hola|gracias|pero|como|más|está|muy|su|del|ya|tengo|buenas)\b",
    "fr": r"\b(?:le|les|des|je|vous|est|et|pour|pas|une|que|mon|ma|bonjour|merci|avec|sur|dans|depuis|ce|très|nous|votre)\b",
    "de": r"\b(?:der|die|das|und|ich|nicht|ist|mit|für|ein|eine|sie|auf|wie|hallo|danke|es|zu|den|wir|mein|meine|seit|bei|noch)\b",
    "nl": r"\b(?:het|een|ik|niet|van|voor|met|jullie|mijn|maar|hoe|hallo|bedankt|dat|er|wel|nog|heb|kan|naar|te|al|wij|ook)\b",
    "pt": r"\b(?:os|não|uma|com|meu|minha|é|obrigado|obrigada|olá|mas|está|você|vocês|muito|já|em|no|na|do|da|um|que|por)\b",
    "it": r"\b(?:il|gli|che|non|per|una|con|mio|mia|è|grazie|ciao|ma|sono|della|ho|di|buongiorno|vostro|molto|anche|come)\b",
}


def plain_text(column: str = "text") -> pl.Expr:
    """Lower-case text without handles and HTML entities, links as `<link>`, straight quotes, single spaces."""
    text = pl.col(column).fill_null("").str.to_lowercase()
    for entity, sign in {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "’": "'", "‘": "'"}.items():
        text = text.str.replace_all(entity, sign, literal=True)
    text = text.str.replace_all(r"https?://\S+", " <link> ").str.replace_all(r"(^|[^\w.])@\w+", "$1 ")
    return text.str.replace_all(r"\s+", " ").str.strip_chars().alias("plain")


def language(column: str = "plain") -> pl.Expr:
    """The language with most of its common words in the text; null when no language stands out."""
    counts = [pl.col(column).str.count_matches(words).alias(code) for code, words in LANGUAGE_WORDS.items()]
    most = pl.max_horizontal(counts)
    best = pl.coalesce(
        pl.when((count == most) & (most > 0)).then(pl.lit(code)) for code, count in zip(LANGUAGE_WORDS, counts, strict=True)
    )
    return best.alias("language")


def says_thanks(column: str = "plain") -> pl.Expr:
    """True where the words thank the reader: not in advance, declined, sarcastic, quoted or meant for another."""
    own_words = pl.col(column).str.replace_all(QUOTED, " ")
    refused = [ADVANCE, DECLINED, SARCASTIC, REJECTED_HELP, OTHER_PERSON]
    return (own_words.str.contains(THANKS) & ~pl.any_horizontal(own_words.str.contains(p) for p in refused)).alias("says_thanks")


def redirects_softly(column: str = "plain") -> pl.Expr:
    """True where an agent asks to go on in private on the same network."""
    return pl.col(column).str.contains(REDIRECT_SOFT).alias("redirects_softly")


def redirects_hard(column: str = "plain") -> pl.Expr:
    """True where an agent sends the customer to phone, e-mail, form or store."""
    return pl.col(column).str.contains(REDIRECT_HARD).alias("redirects_hard")


def asks(column: str = "plain") -> pl.Expr:
    """True where the text asks a question."""
    return pl.col(column).str.contains(QUESTION).alias("asks")


def opening_state(column: str = "plain", polarity: str = "polarity") -> pl.Expr:
    """complaint, question, request, praise or other, from the first customer turn and its polarity."""
    text, tone = pl.col(column), pl.col(polarity).fill_null(0.0)
    praised = text.str.contains(PLAIN_PRAISE) & ~text.str.contains(f"{QUESTION}|{REQUEST}|{BUT}")
    warm = (tone > 0.3) | (text.str.contains(PRAISE) & (tone >= 0))
    return (
        pl.when(praised)
        .then(pl.lit("praise"))
        .when(text.str.contains(COMPLAINT) & ~(warm & ~text.str.contains(QUESTION) & (tone > 0.4)))
        .then(pl.lit("complaint"))
        .when(tone <= -0.25)
        .then(pl.lit("complaint"))
        .when(text.str.contains(QUESTION))
        .then(pl.lit("question"))
        .when(text.str.contains(REQUEST))
        .then(pl.lit("request"))
        .when(warm)
        .then(pl.lit("praise"))
        .otherwise(pl.lit("other"))
        .alias("opening_state")
    )


def needs_response(state: str = "opening_state", column: str = "plain") -> pl.Expr:
    """True where the opening calls for an answer: it has words, and they are not mere praise."""
    wordless = ~pl.col(column).str.replace_all("<link>", "").str.contains(r"\p{L}{2}")
    return ((pl.col(state) != "praise") & ~wordless).alias("needs_response")
