"""How customers open: questions, requests and praise in seven languages; patterns over plain text."""

# Patterns read best unbroken.
# ruff: noqa: E501

from careworth.reading.plain import any_of, lines

#: Asking for a fact: one word of failure beside it does not make a complaint.
ASKS_FACT = any_of(
    *lines(r"""
        any plans
        do you (?:guys )?(?:offer|sell|have|do|support|deliver|accept|ship|take|stock|know (?:if|when|what|where)|allow|carry)
        is it possible
        (?:can|could|may|do|should) i (?:still|use|bring|take|add|pay|book|drop|need|have to|send|carry|track|upgrade|check in)
        what time|what(?:'s| is| are) (?:your|the (?:score|best|difference|cost|price|process|policy|number|latest|limit))
        when (?:will|does|do|is|are|can) (?:the|you|we|it|i)|how (?:much|many|far|early|old)
        how (?:do|can|would|should) (?:i|we|you)|where (?:can|do|is the nearest)
        is there an?y? (?:way|chance|option|app|store|discount)|are there any
        (?:could|can|would) (?:you|someone|anyone) (?:please )?(?:tell|confirm|let|advise|clarify)|curious
        (?:like|love|want|need|wanted) to know (?:if|when|whether|how|what|your|the)|wondering|does (?:the|this|it|your|anyone)
        will (?:the|there|it|you|this)|which
        cuando|cuanto|donde|a que hora|hay (?:algun|alguna)|quand|combien|ou (?:est|puis|trouver)|est[- ]ce que|wann
        wie (?:viel|lange|kann)|wo (?:kann|finde|ist)|gibt es|quando|quanto|onde|tem como|dove|wanneer|hoeveel|waar kan
    """)
)

#: A brand that is asked why is mostly asked to account for itself.
WHY = r"(?-u:\b)why(?-u:\b)|\?\?+.*<link>|warum|pourquoi|por que|perche |porque (?:no|nao)|waarom"

#: Said to the brand itself, in more than a word or two: those who only chat seldom begin so.
DIRECTED = r"^[. ]*(?:(?:hi|hey|hello|dear|so|ok|yo|well|oh|and|but|no|wow|um+)[ ,.!]*)?@[@ ]*[^@ ]+(?: [^ ]+){3}"

QUESTION = (
    r"\?|¿|^[@ .,!]*(?:hi|hey|hello|hola|hallo|bonjour|ola|ciao|dear|please|pls|so|ok|and)?[@ ,.!]*"
    r"(?:how|what|when|where|why|who|which|is|are|do|does|did|can|could|will|would|should|any (?:idea|chance|news|update)|anyone|como|cuando|donde|quien|quando|onde|comment|quand|wie|wann|wo|kann|hoe|wanneer|waar|come|dove)[ '](?-u:\b)"
    r"|(?-u:\b)(?:wondering (?:if|whether|when|how|what)|anyone know|let me know (?:if|when|whether|how)|(?:wanted|want|like|need|love) to know|do you know|is (?:it|there)|are there|can you tell|could you tell|could you let|question (?:about|for|regarding)|curious|yes or no|infos?(?:rmation)? (?:about|on|regarding|for))(?-u:\b)"
)
REQUEST = any_of(
    *lines(r"""
        please|pls+|plz|(?:could|can|would|will) (?:you|u|someone|somebody|anyone|i|we|y'?all)|i(?:'d| would) (?:like|love)|i want
        i need|we need|need (?:help|to|a|an|some|your)|help|looking (?:for|to)|trying to|how (?:do|can) i|would (?:love|like)
        let me|let us|bring (?:back|it|the)|add|make (?:a|it|this|an)|wish you|recommend(?:ation)?s?|suggest(?:ion)?s?|asking for
        request(?:ing)?|dm me|call me|contact me|check (?:my|your|dm)|give me
        por favor|pueden?|podrian?|necesito|quiero|quisiera|ayuda|s'il (?:vous|te)|svp|pouvez|pourriez
        je (?:voudrais|souhaite|veux)|besoin|bitte|konnen sie|konnt ihr|ich (?:mochte|brauche|will|hatte gern)|hilfe|preciso
        gostaria|quero|podem?|poderiam|ajuda|per favore|potete|vorrei|ho bisogno|aiuto|alstublieft|alsjeblieft|kunnen jullie
        kan iemand|ik (?:wil|zou)|graag|hulp
    """)
)

#: An action asked of the brand, even when it is put as a question.
ACTION = any_of(
    *lines(r"""
        (?:could|can|would|will) (?:you|u|someone|somebody|y'?all|you guys)(?: guys)?(?: please| pls| plz| kindly| possibly)? (?:help|send|check|change|cancel|refund|add|give|make|bring|update|look|book|dm|call|contact|extend|reset|remove|replace|resend|arrange|reserve|hold|move|upgrade|unlock|activate|follow|email|put|get|forward|pass|ship|stock|open|increase|lower|release|waive|merge|transfer|delete|answer|reply|respond|assist|address|connect|process|credit|verify)
        (?:can|could|may) (?:i|we) (?:please )?(?:return|exchange|swap|cancel|get (?:a|an|my|some|the)|have (?:a|an|my|some|the))
        (?:can|could|may) (?:i|we) (?:please )?(?:change (?:my|the)|request|order)
        can (?:the|my|this|it|that) [a-z ]{0,20}be (?:refunded|changed|cancel+ed|moved|replaced|sent|returned|exchanged|delivered)
        can (?:the|my|this|it|that) [a-z ]{0,20}be (?:upgraded|extended)
        is there an?y? ?(?:way|chance) (?:i|we|you|u|that you|that i) (?:could|can|might)(?: get| have| send| be sent)
        any ?(?:way|chance) (?:i|we|you|u) (?:could|can)? ?(?:get|have|send)
        please (?:can|could|help|send|add|make|bring|change|cancel|let me|give|follow|reply|dm|call|check|do|don'?t|keep|put)
        please (?:start|stop)
        (?:puede[ns]?|podrian?|podeis) (?:ayudar|enviar|cambiar|cancelar|llamar|revisar|seguir|contactar|responder)[a-z]*
        (?:pouvez|pourriez)[ -]vous (?:m'?aider|me|envoyer|verifier|changer|annuler)
        (?:konnen|konnt|konnten) (?:sie|ihr)(?: mir| bitte| mal)* (?:helfen|schicken|andern|stornieren|prufen)
        (?:podem?|poderiam?) (?:me )?(?:ajudar|enviar|trocar|cancelar|verificar)
        (?:potete|potreste) (?:aiutar|inviar|cambiar|controllar)[a-z]*
        (?:kunnen|kan|zouden) (?:jullie|iemand|u) (?:mij |me |even )*(?:helpen|sturen|wijzigen|annuleren|bellen)
    """)
)

#: Praise so plain that a word of failure beside it does not make it a complaint.
PLAIN_PRAISE = any_of(
    *lines(r"""
        (?:10|ten) ?(?:/|out of) ?(?:10|ten)|(?:5|five) stars|(?:couldn'?t|can'?t) fault|nothing to complain|no complaints
        never disappoint[a-z]*|exceeded (?:all |my |our )*expectations|hats off|well done|shout ?-?outs?|kudos|bravo|props to
        big up|(?:will|'ll|well) (?:be|come) back|can'?t wait (?:to|for)|in love with|highly recommend[a-z]*
        recommend (?:it|them|you) to
        (?:best|perfect|wonderful|lovely|fantastic|amazing|brilliant|excellent|gorgeous|superb|great|awesome|incredible|outstanding|exceptional|fabulous|pleasant|smooth) (?:[a-z]+ )?(?:stay|weekend|hotel|staff|services?|team|room|breakfast|flight|food|trip|holiday|experience|place|store|shop|product|app|night|crew|people|job|customer|airline|company|deal|lunch|dinner|meal|guy|lady|driver|support|help|burrito|day ever|update)
        thank (?:you|u) (?:so much |very much )?(?:to |@ ?)?(?:for|all|guys|the)
        thanks (?:so much |a lot |a million )?(?:to|for|@)|(?:big|huge|massive|many|special) (?:thank|thx)[a-z]*
        made my (?:day|week|night|year)|day (?:is |has been )?made|you(?:'re| are| guys are) (?:the best|awesome|amazing|great)
        love (?:you|your|this|the|how|that you|it|u|my)|loved (?:the|my|our|your|it)|loving (?:the|my|this|your)
        (?:so|very|really|super) (?:happy|impressed|pleased|grateful|helpful|good|excited|cool)|(?:went|goes) above and beyond
        lifesaver|worth it|i appreciate|best [a-z]+ ever|congrat[a-z]*|happy (?:halloween|birthday|anniversary)
        un diez|encantad[oa]s?|maravillos[a-z]+|estupend[a-z]+|felicidades|excelente[s]?|increible[s]?|genial|volver[a-z]*
        muchas gracias|gracias (?:por|a)|buen(?:isimo|a atencion|servicio)|merci (?:a|pour|beaucoup|d)|magnifique|superbe
        parfait[a-z]*|genial[e]?|au top|bravo|felicitations|excellent[e]?|reviendr[a-z]+|danke (?:an|fur|schon)|vielen dank
        wunderbar[a-z]*|wunderschon[a-z]*|grossartig[a-z]*|toll[ea]?[rsn]?|super (?:service|team|schnell)|spitze|klasse|lob an
        parabens|maravilhos[a-z]+|incrive[a-z]+|excelente[s]?|otim[oa] (?:atendimento|servico)|obrigad[oa] (?:por|pel[oa]|a)
        adorei|amei|grazie (?:a|per|mille)|meraviglios[a-z]+|bellissim[a-z]+|eccellente|ottim[oa]|complimenti|fantastic[oaie]
        bedankt (?:voor|aan)|dank (?:aan|voor)|geweldig[a-z]*|fantastisch[a-z]*|heerlijk[a-z]*|top (?:service|geregeld)
        complimenten|goed geholpen
    """)
)
#: What turns plain praise into something that still wants an answer.
BUT = any_of(
    *lines(r"""
        but|however|although|except|unfortunately|until|pity|shame|zero|yet|still|hours? late|ruin[a-z]*|ignor[a-z]*|wast[a-z]*
        unlike|not anymore|sad|instead of
        pero|mais|aber|maar|ma|mas|leider|helaas|purtroppo|infelizmente|malheureusement|desafortunadamente|lastima
    """)
)

PRAISE = (
    any_of(
        *lines(r"""
            love[sd]?|loving|great|amazing|awesome|brilliant|fantastic|excellent|wonderful|best|perfect|delicious|happy|yay+
            good job|great job|thanks?|thank you|thx|super|lovely|impressed|excited|cool|nice|beautiful|enjoy(?:ed|ing)?
            favou?rite|yum+|fun|glad|saved me|free|winner|win|feelz|heaven|blessed|proud|epic|sweet|good to me|lit|dope|sick
            best of|finally|just got|can'?t wait|you are crazy|fab|ace|only \$|happiness
            gracias|merci|danke|obrigad[oa]|grazie|bedankt|gut|gern|lecker|bueno|buena|bien|bon|bonne|bom|boa|bello|bella|bravi
            mooi|leuk|lekker|fijn|blij|feliz|content[ae]?s?|zufrieden|felice|contento
        """)
    )
    + r"|❤|😍|🙌|👏|💕|🎉|😊|🥰|💖|💙|😋|🤩|💯|🤗|😘|♥|💗|💜"
)

#: An insult at large; with nothing ACTIONABLE beside it there is nothing to answer.
VENT = any_of(
    *lines(r"""
        (?:is|are|r) (?:(?:the|a|an|just|so|such|honestly|literally|absolute|absolutely|total|totally|complete|officially|fucking|really|by far) )*(?:worst|trash|garbage|evil|a joke|jokes|crap|shit|rubbish|terrible|awful|pathetic|useless|scam|crooks|thieves|disgusting|ridiculous|horrible|ass)
        (?:i )?(?:hate|despise) (?:you|u|y'?all|@|this|the|my)|sucks|you suck|(?:fuck|screw) (?:you|u|@|this)|worst [a-z]+ ever
        boycott[a-z]*
    """)
)
#: A thing that happened, a question, a plea: something to answer.
ACTIONABLE = r"\?|[0-9]|" + any_of(
    *lines(r"""
            help|please|pls|plz|fix|refund[a-z]*|order[a-z]*|account|flight|delivery|deliver[a-z]*|package|parcel|app|website|site
            phone|internet|service|card|bill|charge[a-z]*|train|seat|bag[s]?|store|staff|driver|agent|rep|game|update|wifi|box
            channel[s]?|signal|network|email|ticket|booking|crew|food|meal|my|me|when|since|because|after|why|how
            no [a-z]+|never|not|[a-z]+n'?t|still|again|wait[a-z]*|hours?|days?|minutes?|weeks?
        """)
)
