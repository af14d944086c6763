"""How people say thank you, and how they only seem to, in seven languages; patterns over plain text.

Plain text has no accents, so *danke schön* is *danke schon* here. A line is a pattern of whole words.
"""

# Patterns read best unbroken.
# ruff: noqa: E501

from careworth.reading.plain import EDGE, any_of, lines

#: Slips of the finger and short forms.
SLIPS = any_of(
    r"thnaks?|thakn?s|thansk|thanls|thabks?|thamks?|thnks?|thanx+|thankx|thn?x+|tnx|tks|thks|tahnks?|htanks?|thnask|fanks",
    r"(?:thnak|thakn|thak|tahnk|htank|thnk|tank|thanl|thanj|thanka) (?:you|u)|thanka|thank'?s|thank yu",
    r"t+h+a{2,}n+k+[sz]*|ty+(?:sm|vm|fyh)?|tq(?:vm|sm)?|10q",
)

_THANKS = {
    "en": rf"""
        t+h+a+n+k+[sz]+
        t+h+a+n+k+ ?(?:y+o+u+|u+|y[ae]|y'?all|yo|yuo|uou|yoy)[sz]*
        (?:many|big|huge|massive|special) thank
        {SLIPS}
        cheers
        much obliged|obliged to you
        (?:very |really |so |truly |extremely |eternally |forever )+(?:grateful|thankful)
        (?:grateful|thankful) (?:to|for) (?:you|your|the help|all)
        (?:eternal|sincere|my) gratitude
        i'?m indebted|indebted to you|i owe (?:you|u|ya)
        (?:life ?saver|god bless you|bless (?:you|ya|your heart)|you rock|hats off to you)
        made my (?:day|week|night|evening|weekend|year|trip)
        (?:so|very|really|too|incredibly|awfully) (?:kind|good|nice|sweet|decent|thoughtful|generous) of (?:you|u|ya)
        what an? (?:absolute |total |real )?(?:hero|star|legend|gem|angel|champ)
        couldn'?t have asked for (?:better|more|a better)
        you(?:'ve| have| guys)? (?:just |really |totally )?saved (?:my|our|me|us|the) [a-z]+
        (?:you(?:'re| are| guys are| lot are)|u r) (?:an? |the )?(?:absolute |total |real )?(?:stars?|legends?|gem|angel|hero)
        (?:you(?:'re| are| guys are| lot are)|u r) (?:an? |the )?(?:absolute |total |real )?(?:best|lifesavers?)
        you(?:'re| are| guys are| lot are) (?:an? )?(?:amazing|awesome)
    """,
    "es": r"""
        (?:muchas |mil |muchisimas )?g+r+a+[cs]+i+a+s+|grax|graxias|grasias|grcs
        (?:te |le |les |os |se |lo )?agrade[csz][a-z]*
        muy amables?|que amables?
        (?:sois|son|eres) (?:los|las|el|la|unos?|unas?) (?:mejor|crack|sol|genio|maquina)[a-z]*
    """,
    "fr": r"""
        m+e+r+c+i+s?|mer6|mrc
        (?:vous|te|t') ?remerci[a-z]*|remerciements?
        (?:c'est |tres )?gentil[a-z]* (?:de (?:votre|ta) part|a vous)|vous etes (?:geni|super|au top|formidab|adorab)[a-z]*
    """,
    "de": r"""
        d+a+n+k+e+(?:schon|schoen)?|merci vielmals
        (?:vielen|besten|herzlichen|tausend|lieben|schonen|vielen lieben) dank|dank(?:e)? (?:dir|ihnen|euch)|bedanke? mich
        (?:lieb|nett|freundlich) von (?:ihnen|dir|euch)
        (?:sie sind|ihr seid|du bist) (?:die|der|das|ein|echt) (?:best|held|schatz|engel)[a-z]*
    """,
    "pt": r"""
        (?:muito )?(?:o?brigad[oa]+|obg|brigadao|obrigadao|obrigadinh[oa])s?
        valeu|vlw|agrade[cs][a-z]*|grat[oa] pel[oa]
        (?:voces? (?:sao|e)) (?:incriv|demais|os melhores|o maximo|top|otim)[a-z]*
        que querid[oa]s?|salvou
    """,
    "it": r"""
        (?:mille )?g+r+a+z+i+e+|grz|grazie mille
        (?:vi|ti|la|le) ringrazi[a-z]*|ringrazi[ao][a-z]*|ringraziamenti
        molto gentil[ei]|gentilissim[aoi]|siete (?:fantastic|grand|i migliori|mitic)[a-z]*
    """,
    "nl": r"""
        (?:be)?dankt?(?:jewel|jewe+l| ?je ?wel| ?u ?wel)|bedankt+|dank (?:je|u|jullie)|hartelijk dank|(?:heel )?erg bedankt|thnx
        (?:je bent|jullie zijn|u bent) (?:een |echte? )*(?:held|topper|schat|engel|geweldig|de beste)[a-z]*
    """,
}

#: *I appreciate it*, and not *you don't appreciate your customers*.
_APPRECIATION = (
    rf"(?:^|[.,!?;:)~*-] ?|@ |{EDGE}(?:i|we|so|but|just|ok|okay|yes|really|do|much|greatly|truly|certainly|definitely|also|and|always|still|totally|sincerely) )"
    rf"app?r[ei]ciate?(?: it| that| this| the| you+| u| ya| your?| ur| all| every| how| a lot| so much| and |d?[.!,]|d? *$)"
    rf"|{EDGE}(?:much|greatly|really|very|truly|hugely|highly) app?r[ei]ciat(?:ed?|ive){EDGE}|(?:^|[.,!] )appreciated{EDGE}"
)
#: A short British *ta*, the legend that stands alone.
_ALONE = (
    rf"{EDGE}ta(?: very much| ever so| muchly| for | mate|[,.!]|$)|(?:^|[.!?] )(?:absolute |total )?legends?(?:[.!,]|$| the lot)"
)

#: Thanks in other languages than English.
FOREIGN = any_of(*(pattern for code, language in _THANKS.items() if code != "en" for pattern in lines(language)))
#: Thanks without the word, plain enough to need no context.
PLAIN_APPRECIATION = any_of(
    r"much app?r[ei]ciated",
    r"app?r[ei]ciate (?:it|(?:you|your|the) (?:help|time|reply|response|support|effort))",
    r"cheers for (?:the|your|that|this|[a-z]+ing)",
)

WORDS = any_of(*(pattern for language in _THANKS.values() for pattern in lines(language)))
THANKS = f"{WORDS}|{_APPRECIATION}|{_ALONE}"
#: What makes a text worth a closer look.
THANKISH = rf"{THANKS}|{EDGE}app?r[ei]ciat|{EDGE}grateful{EDGE}|{EDGE}thank"

_SAID = (
    r"(?:thanks?|thank (?:you|u)|thx|thnx|ty|tysm|cheers|appreciate (?:it|that|this)|gracias|merci|danke|vielen dank|dank(?: ?je| ?u)?"
    r"|bedankt|grazie|obrigad[oa])"
)
_MUCH = r"(?:,? (?:so much|a lot|a bunch|a million|a ton|very much|heaps|again|guys|mate|muchas|mille|beaucoup|hoor))*"

#: Thanks for what is yet to come.
# A span that is cut out must be bounded: one that could reach to the end of the text would be sought anew from each
# place where a shorter one fits, which takes quadratic time.
ADVANCE = any_of(
    *lines(rf"""
        {_SAID}[^.!?]{{0,40}} (?:in advance|ahead|in anticipation|por adelantado|de antemano|d'avance|par avance|im ?vor(?:a|hin)us)
        {_SAID}[^.!?]{{0,40}} (?:bij voorbaat|in anticipo|anticipatamente|antecipadamente|desde (?:ja|ya))
        {_SAID} advance|tia|advance thanks?|in advance|alvast (?:heel |erg )*[a-z]*dank[a-z]*|alvast bedankt
        (?:de antemano|d'avance|bij voorbaat|desde ja|desde ya|im voraus),? (?:many |muchas |mil |vielen |mille |muito )?{_SAID}
        (?:would|i'?d|we'?d|will|'ll|wud|should|could) (?:[a-z]+ ){{0,2}}(?:appreciated?|grateful|thankful)(?: it| that| this| any| some| a| your| if[a-z ]*)?
        (?:appreciate (?:it )?|appreciated |grateful )(?:if|an? (?:reply|response|answer|update|call|refund))
        any (?:help|advice|info|information|assistance|update|suggestions?|ideas?|guidance|tips?)(?: [a-z]+){{0,4}} appreciated
        (?:estaria|estaremos|quedaria|quedo|agradeceria|agradeceriamos)[a-z ]*|(?:ware|waere) (?:ihnen )?dankbar
        je vous serais[a-z ]*
        (?:agradecid[oa]|grato) (?:se|si)|le sarei gratos?|zou (?:het )?(?:fijn|op prijs)[a-z ]*
    """)
)

#: A no that is polite; and a no that goes on to thank.
DECLINED = any_of(
    *lines(rf"""
        (?:no|nah|nope|non|nein|nee|nao),? (?:{_SAID}|thank)|no thank
        (?:thanks?|thank you|thx|gracias|merci),? (?:but no(?:,? (?:thanks?|thank you|thx))?|but i'?ll pass|pero no|mais non|aber nein|ma no|mas nao|maar nee)
        (?:danke|grazie|obrigad[oa]|bedankt),? (?:but no|but i'?ll pass|pero no|mais non|aber nein|ma no|mas nao|maar nee)
        (?:don'?t (?:bother|worry)|never mind|nvm)(?: [a-z']+){{0,3}},? {_SAID}
        i'?d rather not,? {_SAID}|(?:i'?m|we'?re|im) (?:good|ok|okay|fine|all set),? (?:thanks?|thx|thank you)
    """)
)
STILL_THANKS = rf"{EDGE}no+,? ({_SAID} (?:for|so much|very much|again|you guys|pour|por|fur))"

_GRIEVANCES = rf"""
    (?:nothing|nada|rien|nichts|niente|niets|no|zero|zip){EDGE}
    (?:ruin|wast|ignor|break|losing|lost|mess|screw|steal|robb|scamm|ripp|overcharg|forget|lying|destroy|damag|hanging|refus|deny|reject|kill|fuck|strand|bump)
    (?:cancel+ing|delaying) (?:my|our) (?:flight|train|trip|delivery|holiday|bus)|letting (?:me|us) down|disappoint|charging (?:me|us) (?:twice|double|for|extra)
    mak(?:e|ing) (?:me|us|my [a-z]+) (?:wait|miss|late|pay|look|feel like|sit|stand|suffer|cry|angry|worse)
    keeping (?:me|us|everyone) (?:waiting|on hold|stuck|in the dark|hostage|awake|up)|leaving (?:me|us|my|people)
    not (?:respond|reply|answer|help|deliver|show|tell|car|honou?r|lett|call|do|fix|tak|both|com|sort|updat|inform|read|listen|turn|stop|giv)[a-z]*
    arruin|perder|gach|perdre|kaputt|verlier|rovin|perd|estrag|verpest|verlie
    (?:the |your |all |such |an? |this |that |another |yet |more )*(?:\d+ [a-z]+ )?(?:very |really |so |absolutely |totally |most )*(?:terrible|awful|worst|useless|lousy|horrible|pathetic|bad|poor|shit|shitty|crappy|crap|rubbish|garbage|runaround|headache|lies|lack|non|wasted|wait|delays?|inconvenience|robbery|scam|stress|late|disappointing|ruined|wrong|broken|damaged|missing|extra charge|fail)
"""
GRIEVANCES = f"(?:{'|'.join(lines(_GRIEVANCES))})"

#: Thanks for something that nobody wants.
SARCASTIC = "|".join(
    [
        rf"{EDGE}{_SAID}{_MUCH} (?:for|por|pour|fur|per|voor) (?:absolutely |literally |basically |completely |all |once again )?{GRIEVANCES}",
        rf"{EDGE}(?:no thanks to|(?:gee+|jee+z|geez),? (?:thanks|thank you)|wow,? thanks? (?:a lot|a bunch))",
        rf"{EDGE}thanks? to (?:you|u|your?|ur|the) (?:[a-z']+ ){{0,3}}(?:glitch|delay|error|mistake|incompetence|negligence|lack|fault|failure|screw|fiasco)",
        rf"{EDGE}(?:thanks?|thank you) obama",
    ]
)
_PRAISED = r"(?:great|brilliant|lovely|fantastic|wonderful|awesome|genial|super|toll|klasse|mooi|fijn|lekker|fantastico|bravi|otimo|parabens|genialidad|estupendo)"
_STUCK = r"(?:sin|sans|toujours|immer noch|senza|ancora|sem|ainda|nog steeds|st?i?ll|another|again)"
#: What makes a jest of the whole turn.
JEST = "|".join(
    [
        rf"{EDGE}{_PRAISED},? {_SAID}{EDGE}.{{0,30}}{EDGE}{_STUCK}{EDGE}",
        rf"{EDGE}(?:how|so) generous{EDGE}.{{0,80}}{EDGE}thanks? (?:a bunch|a lot){EDGE}",
        rf"{EDGE}(?:much appreciated|legends?|stars?|heroe?s?){EDGE}.{{0,25}}{EDGE}(?:being (?:treated|ignored)|ignor[a-z]+|idiots?){EDGE}",
        rf"🙄|😒|🤡|🖕|🤬|{EDGE}smh{EDGE}|/s *$|{EDGE}slow clap{EDGE}|#sarcas|[(*/]sarcas|#irony|{EDGE}er+m+,? not{EDGE}|{EDGE}not!+ *$",
        rf"{EDGE}thanks? (?:a (?:lot|bunch|million|ton|heap)|so (?:very )?much),? ?(?:guys|but)?[,.!]* (?:but )?"
        rf"(?:it'?s |that'?s |my |i'?m |you |your )?(?:still|overcharged|broke|ruined|lost|worst|now i|not{EDGE}){EDGE}",
    ]
)

#: Help that is thrown back.
_SPURNED = r"""
    useless|pathetic|a joke|worst|disgrac[a-z]+|unacceptable|waste of (?:time|money|space)|bullshit|bs|liars|scammers?|thieves|idiots|clowns
    (?:does|did|do)n'?t help at all|(?:not|isn'?t|wasn'?t|hardly|zero|no) (?:help|helpful|good enough)|no use|does (?:me|us) no good
    cancel(?:ling|ing)? (?:my|our|the) (?:[a-z]+ )?(?:service|account|subscription|membership|order|contract|plan)[.!] thanks?
    (?:never|not|won'?t be) (?:again|(?:fly|shop|buy|us|book|com|return|rid|order|recommend)ing)|will never|done with you
    go(?:es|ne)? (?:nowhere|to hell)|switching to|no sirve|ne sert a rien|nutzlos|inutil[e]?|waardeloos|hat nicht geholfen|nao adianta
"""
SPURNED = any_of(*lines(_SPURNED))
#: *Thanks, still broken* says no; *thanks! I am still waiting for the parcel, do you know when?* does not.
STILL_BROKEN = (
    rf"{EDGE}{_SAID}{_MUCH}[ ,.!-]{{0,3}}(?:but |it'?s |that'?s |it is |pero |mais |aber |ma |mas |maar |ca |geht |marche |es |het )*"
    rf"(?:still (?:not?{EDGE}|broken|waiting|locked|nothing|doesn|don|can'?t|charged|stuck|down|missing|wrong|the same|cold|\d)"
    rf"|(?:sigue|toujours|immer noch|ancora|ainda|nog steeds|no funciona|geht nicht|marche pas|non funziona|nao funciona|werkt niet))"
)

#: Thanks that are meant for somebody else.
OTHER_PERSON = any_of(
    *lines(r"""
        (?:thanks?|thank you|thx|cheers) to (?:my|our|his|her|their|him|them|this|these|that|those|some|an?|god)(?: [a-z]+)?
        (?:thanks?|thank you|thx|cheers) to (?:whoever|another|other|fellow)(?: [a-z]+)?
        (?:thanks?|thank you|thx|cheers) to the (?:(?:kind|nice|lovely|good|other) )?(?:guy|man|woman|person|lady|gentleman)
        (?:thanks?|thank you|thx|cheers) to the (?:(?:kind|nice|lovely|good|other) )?(?:stranger|couple|passenger|guest|customer)
        (?:thanks?|thank you|thx|cheers) to the (?:(?:kind|nice|lovely|good|other) )?(?:driver behind|weather|people who)
        (?:thanks?|thank you|thx) to everyone (?:here|who)|thanks to @ and (?:not|no)
        (?:thanked|thanks?|thanking) (?:him|her|them|my|god|goodness|heavens?|fuck|christ|the lord|me)
        (?:gracias|merci|danke|grazie|obrigad[oa]|bedankt) (?:a|an|aan) (?:mi|mon|ma|meine[nm]?|mio|mia|meu|minha|mijn|dios|dieu)
        (?:gracias|merci|danke|grazie|obrigad[oa]|bedankt) (?:a|an|aan) (?:dio|deus|un|une|einen?|otr[oa]|altr[oa])
        (?:gracias a dios|grace a dieu|gott sei dank|grazie a dio|gracas a deus|godzijdank|dank(?:e)? gott)
    """)
)
_SPEAKS = r"(?:he|she|they|dude|guy|lady|agent|rep|who|even|just|bot|email|message|it|people|staff) (?:said|says|told(?: me| us)?|texted|replied|wrote|goes|was like)|(?:me|us) (?:said|told)|dijo|sagte|disse|ha detto|zei"
#: Thanks that the writer only tells of, and messages passed on.
QUOTED = rf"\"[^\"]{{0,280}}\"|^(?:rt|via) ?@?.*$|{EDGE}{_SPEAKS} (?:(?:[a-z']+ ){{0,4}}){_SAID}{EDGE}"

#: A bare thanks that ends a request asks for help; it does not answer any.
_ASK = (
    rf"(?:{EDGE}(?:please|pls+|plz|plse|can (?:you|u|someone|i|we)|could (?:you|u|someone|i|we)|would you|will you|any (?:update|news|ideas?|chance|help)"
    rf"|^help me|[.!?] help me|let me know|need (?:help|you|to know)|i want|i need|por favor|s'?il (?:vous|te)|svp|bitte|per favore|alstublieft|graag){EDGE})"
)
CLOSES_REQUEST = rf"{_ASK}.*{EDGE}{_SAID}(?:,? (?:so much|a lot|a bunch|very much|again|guys|all|mate|mille|beaucoup|muchas))*(?:,? [a-z]{{2,12}})?[^a-z0-9]*(?:x+|<link>)?[^a-z0-9]*$"

#: The agent asks for a rating or a kind word, so the thanks that follow were asked for.
SOLICITS = any_of(
    *lines(r"""
        (?:say|tell us|send us|share|leave) (?:a |your |us a )?(?:thanks?|thank[ -]?you|kind words?|shout ?out|compliment)
        (?:rate|review) (?:us|me|our|my|this)
        (?:leave|write|give|drop|post) (?:us |me )?an? (?:[a-z]+ )?(?:review|rating|feedback|survey|thumbs|score|shout ?out)
        (?:5|five)[- ]?stars?
        (?:if|hope|glad) (?:i|we) (?:was|were|could be|have been) (?:helpful|of help).{0,40}(?:let us know|tell|say)
        (?:take|complete|fill(?: in| out)?) (?:our|the|a|this) (?:[a-z]+ )?survey|how did (?:we|i) do|was (?:this|that|i) helpful
        valor[ae]nos|dejanos tu (?:opinion|valoracion)|notez[- ]nous|bewerten sie|bewerte uns|avalie|lascia(?:ci)? una recensione
        beoordeel
    """)
)
