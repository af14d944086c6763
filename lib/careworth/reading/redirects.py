"""Redirects: where a brand sends the customer to go on, how hard, why, and whether the customer asked for it.

A direct message stays on the network and is a soft redirect; any other target is a hard one. A link that only informs
(a help page, a status page) is no redirect: a link counts where the brand asks to write, report or get in touch there.
"""

# Patterns read best unbroken.
# ruff: noqa: E501

import polars as pl

from careworth.reading.plain import EDGE, LINK, ROW, any_of, beside, lines, numbered

AGENT, CUSTOMER = "agent", "customer"

_NEAR = r"[^.!?]{0,90}"

DIRECT_MESSAGE = any_of(
    *lines(r"""
        dm(?:'?s|'?d|ed|ing|'?ing)?|dm(?:me|us)|d\.m|pm (?:us|me)|(?:via|by|through|in|a|your|us a|me a) pm|pm'?(?:d|ed) (?:you|u)
        direct[ -]?messag[a-z]*|private(?:ly)?[ -]messag[a-z]*|messag[a-z]* (?:us |me |you )?(?:privately|directly|in private)
        (?:private|secured?) (?:chat|link|conversation|channel)
        (?:your|our|via|the|my|twitter|facebook|fb|instagram) (?:inbox|messenger)|inbox (?:us|me)|in messenger|on messenger
        click (?:on )?'?message'?|whatsapp
        (?:send|drop|shoot|leave|write|pop) (?:us|me) (?:over )?a (?:quick |private |direct |twitter |facebook )*(?:message|msg|inbox|pm)
        (?:message|msg|text) (?:us|me) (?:with|your|the|here|via twitter|via facebook)
        (?:message|msg|text) (?:us|me) (?:on (?:twitter|facebook|instagram|messenger|whatsapp))
        take this (?:offline|private)
        (?:chat|talk|speak|continue|discuss|assist you|help you|connect|follow us)[a-z ,']{0,25} (?:in private|privately)
        mensaje (?:privado|directo|por privado|interno)|(?:por|al|en|un|tu|su|via) (?:md|dm|privado|interno|inbox)
        escr[i]banos por privado
        message prive|messagerie privee|(?:en|un|par|via|votre|nous|les) (?:mp|dm|prive)|mp pour
        privat[e]?[ -]?nachricht[a-z]*|direktnachricht[a-z]*|(?:per|eine|via|ne|als|deine|ihre) (?:pn|dm|privatnachricht)
        privat(?:e nachricht| an uns)
        mensage(?:m|ns) (?:privad|diret|direct)[a-z]*|msg privada
        (?:por|via|uma|no|na|sua|nos chame na|nossa) (?:dm|inbox|privado|direct)|chama (?:a gente )?(?:na|no) (?:dm|inbox|privado)
        messaggi[oi] (?:privat|dirett)[a-z]*|(?:in|un|via|nei|tramite) (?:dm|privato|direct|mp)|scriv(?:i|a|ete)(?:ci)? in privato
        prive[ -]?bericht[a-z]*|(?:een|via|per|je|uw) (?:dm|pb|prive(?:bericht)?)
        stuur (?:ons |me )?(?:even )?een (?:dm|bericht|pb|berichtje)
    """)
)

_TEAM = r"(?:us|our|the|your|my|their|customer|guest|client|member|support|sales|technical|tech|reservations?|billing|[a-z]+ (?:support|team|care|services?|desk|line))"
_NUMBER = "|".join(
    [
        rf"(?:[+(]|{EDGE}0|{EDGE}1[- .]?8|tel:? ?)[0-9().-]*(?:[ .()-]{{1,2}}[0-9]{{2,5}}){{2,}}|{EDGE}[01][0-9]{{9,11}}{EDGE}",
        rf"{EDGE}1[38]00[ -]?[0-9]{{2,3}}|[0-9]{{3}}[) .-]{{1,2}}[0-9]{{3}}[ .-][0-9]{{4}}|__phone__",
    ]
)
_CALLS = any_of(
    *lines(rf"""
        (?:call|phone|ring|dial|telephone) (?:in|back|{_TEAM}|on|at|[+(]?[0-9]+|<link>)
        (?:give|gave) (?:us|them|me|our|the|you|customer)[a-z ]{{0,25}} a (?:quick )?(?:call|ring|bell|buzz|shout on)
        (?:by|via|over|through|on) (?:the )?(?:phone|telephone)|(?:by|via) (?:calling|phoning|ringing|call)
        (?:calling|phoning|ringing) (?:us|our|the|customer|in|on|at)
        (?:phone|telephone|toll[- ]?free|hotline|contact) (?:number|no|team|line)?[a-z ]{{0,12}}(?:is|:|on|at) ?[(+]?[0-9]
        (?:customer services?|helpline|freephone) (?:number|no|team|line)?[a-z ]{{0,12}}(?:is|:|on|at) ?[(+]?[0-9]
        (?:call cent(?:re|er)) (?:number|no|team|line)?[a-z ]{{0,12}}(?:is|:|on|at) ?[(+]?[0-9]
        (?:helpline|hotline|call cent(?:re|er)|customer service line|phone support|phone team)|return (?:my|our) call
        called and left|(?:give|giving) you a (?:call|ring)
        (?:we|i|we'?ll|i'?ll|will|'ll) (?:be )?call(?:ing)? you|number (?:on|at) the back of|tap 'call'|available by phone
        request a call(?:back)?|phone/chat|call/chat|phone or (?:chat|e-?mail)
        ll[a]m(?:a|e)(?:r|nos|me|ndo|r?nos)? (?:al|a|por|a nuestr[oa])|llame(?:nos)?|llamanos|(?:por|via) tel[e]?fon[oe]
        (?:nuestra|la) linea (?:de|telefonica)|telefonica(?:mente)?
        appele[rz][a-z -]{{0,12}}|par telephone|(?:au|le|notre) (?:numero|[0-9]{{2}} [0-9]{{2}}|3[0-9]{{3}})
        contactez[a-z -]{{0,30}} au (?:[0-9]+|numero)|joindre[a-z ]{{0,20}} au [0-9]+
        ruf(?:e|en)?(?: sie)? (?:uns|bitte|doch|einfach|die|unsere|mal)[a-z ]{{0,14}}|anrufen|telefonisch[a-z]*
        (?:per|am|das) telefon|unter der (?:nummer|telefonnummer|rufnummer|hotline)
        ligu?e[a-z]* (?:para|no|pra)|ligar para|(?:por|pelo|no|via) telefone|nossa central|central de atendimento|sac
        chiam(?:i|a|ate|are|aci|arci) (?:il|al|lo|i|noi|pure|nostro)[a-z ]{{0,12}}|chiamaci|telefonic[a-z]*|al numero
        numero verde
        bel(?:len)?(?: even| dan| je| u)? (?:ons|met|naar|op|gerust)|te bellen|telefonisch contact|telefoonnummer (?:is|:)
    """)
)

EMAIL = "|".join(
    [
        r"__email__|[a-z0-9]@(?:[a-z0-9-]*\.)[a-z]{2,}|[a-z0-9]@[a-z0-9-]+\.[a-z]{2,}",
        any_of(
            *lines(r"""
                e-?mail (?:us|me|our|our team|them|your (?:details|concern|complaint|query|feedback|issue)[a-z]*|at|it to)
                (?:by|via|through|over|per|par|por|tramite) (?:e-?mail|mail|courriel|correo|posta)
                (?:please|pls|kindly|can you|could you|or|to|just|simply|you can|you could) (?:send|drop|shoot|write|pop) (?:us |me |them |it |this |that |our [a-z ]{0,20}|the [a-z ]{0,20})?(?:in |over )?(?:an? |via |through )(?:quick )?e-?mail
                (?:replied|respond|reply)[a-z ]{0,12} (?:to (?:your|our|the) e-?mail|via e-?mail)
                (?:correo electronico|un correo|un mail|un e-?mail|un courriel)|(?:eine|per|ihre|deine) (?:e-?)mail
                (?:um|por|nosso) e-?mail|(?:een|per) (?:e-?)?mail|mail(?:e|en)? (?:ons|uns|an)|e-?mail/(?:telefon|phone|chat)
                chat/e-?mail
            """)
        ),
    ]
)

#: Asking to write, tell, report or get in touch, with the link to do it by.
_CONTACT = r"""
    (?:send|drop|shoot|leave|pop|write|give) (?:us |me |them |our [a-z ]{0,20})?(?:a |an |some |your |the |more |any |over )*(?:quick )?(?:note|message|msg|line|details?|info[a-z]*|feedback|enquiry|inquiry|request|report|e-?mail|shout)
    (?:tell|let) (?:us|me|our [a-z ]{0,20}|the [a-z ]{0,20}) (?:know )?(?:more|about|what|all|your|the details|at the link|by)
    (?:write|reach|contact|connect|get (?:in touch|ahold|hold of)|follow up|speak|talk|chat|submit|report|raise|log|lodge|file|complain|appeal|register|fill|complete|apply|request|claim|dispute)
    (?:reach|reaching|contacting|connecting|submitting|reporting|filing|filling|completing|raising|logging) [a-z]+
    (?:provide|share|enter|post|submit|include|leave|give|pass) (?:us |me |along )?(?:with )?(?:your|the|this|that|more|some|a few|any|further|additional|all|those|these) ?(?:[a-z]+ ){0,3}(?:details?|info[a-z]*|feedback|experience|issue|request|idea|suggestion|concerns?|question|report)?
    (?:look|looking|check|checking|dig) (?:further |closer )?into (?:this|that|it|available|your|the|things|what)[a-z ]{0,30} (?:with you|for you|options)
    (?:take|have) (?:a )?(?:further|closer) look|see what (?:options|we can do)|(?:click|tap|follow|use|using|via|through) (?:on )?(?:the|this|that) (?:following )?(?:link|option|form|button)[a-z ]{0,25}
    (?:suggest (?:a|an|it|this|your)|vote|feature request|community|forum|ticket|contact form|web ?form|online form|support (?:team|page|form|request|case|experts?)|specialists?|experts?|advocates?|colleagues|dedicated team)
    (?:contact|escrib|comuni|complet|rellen|llen|report|registr|env|diligenci|ingres|cuent|reclam|solicit)[a-z]*|(?:contact|ecri|rempli|signal|joign|transmet|adress|saisi|reclam)[a-z]*
    (?:kontakt|schreib|wend|meld|ausfull|formular|send|schick|teil)[a-z]*|(?:contat|entr[ea]|preench|registr|envi|fale|relat|acess|formular)[a-z]*|(?:contatt|compil|scriv|segnal|invi|modulo|rivolg|apri)[a-z]*|(?:contact|stuur|vul|meld|formulier|laat|geef|schrijf)[a-z]*
"""
_ACTS = any_of(*lines(_CONTACT))
_FORM = "|".join(
    [
        rf"{EDGE}(?:fill|filling|complete|submit|use|using)(?: in| out)? (?:the|this|our|a|an|your) (?:[a-z]+ ){{0,3}}(?:form|ticket|questionnaire){EDGE}",
        rf"{EDGE}(?:contact us|get in touch|reach (?:out to )?us|raise (?:a|this)|open (?:a|up a)|submit|log|file|report|apply|claim)[a-z ,']{{0,40}} (?:on|via|through|at|from) (?:our|the) (?:web ?(?:site|page|form)|site|portal|help cent(?:re|er)|page|online){EDGE}",
        rf"{EDGE}(?:click|tap|use|follow|using) (?:on )?(?:the|this|that) (?:link|button)[a-z ]{{0,25}}(?:start|below|contact|chat|message|reach|continue|submit|report|request){EDGE}",
        rf"{EDGE}(?:formulario|formulaire|kontaktformular|formulario de contacto|modulo (?:di contatto|online)|contactformulier){EDGE}",
    ]
)

CHAT = any_of(
    *lines(r"""
        (?:live|online|web|our|via|by|through|on|the|over|start a|or|and|phone/|call/|using) ?chat
        chat (?:with (?:us|our|a|an|one|the)|team|line|agent|support|option|online|here|service|representative|advisor)
        chat (?:or (?:call|phone)|or e-?mail)
        (?:give us a call or|phone or|call or|e-?mail or) chat|chatea[a-z]*|(?:por|el|via|nuestro) chat|le chat|tchat|im chat
        per chat|(?:via|pelo|no) chat|(?:via|in) chat|livechat
    """)
)

_PLACE = (
    r"(?:store|shop|branch|outlet|showroom|dealer(?:ship)?|financial cent(?:re|er)|banking cent(?:re|er)|service cent(?:re|er)|genius bar|ticket (?:office|counter|desk)|station|counter|kiosk"
    r"|check-?in desk|help ?desk|information desk|service desk|baggage (?:office|desk|service office|service)|gate|airport|depot|restaurant|cafe|hotel|front desk|reception|pharmacy|clinic|post office)"
)
_STAFF = r"(?:manager|managers|management|staff|colleagues?|agents?|team|crew|attendants?|representatives?|supervisor|rep|associates?|clerk|advisor|conductor|reps|host|driver)"
STORE = any_of(
    *lines(rf"""
        (?:visit|pop|go|going|come|drop|bring|return|take|taken|head|stop|swing|nip|popping|bringing|returning|taking)[a-z' ]* (?:in ?to|to|by|at|in|into|with|your|our|the|a|any) (?:the |your |our |a |any |one of our |an? |nearest |local |closest |apple |its |their )*{_PLACE}s?
        (?:visit|go to|stop by|head to|pop into|pop in) (?:your |our |the |a |any |nearest |local |closest )*{_PLACE}s?
        (?:nearest|local|closest) (?:[a-z]+ ){{0,2}}{_PLACE}s?
        (?:speak|talk|check|ask|see|work|address[a-z]*|raise[a-z ]*|mention[a-z ]*|inform|let|tell|contact|report[a-z ]*|approach|notify|alert|touch base)(?: this| that| it| your concerns?)? (?:with |to |for |of )?(?:a member of |one of |any of )?(?:a |an |the |our |your |any |my |with )*(?:[a-z]+ )?(?:[a-z]+ )?{_STAFF} (?:in|at|on|member|there|when|upon|once|who|onboard|for)
        (?:address|raise|discuss|mention|report)[a-z ]* (?:with|to) (?:the |your |our |a |an |any )*(?:[a-z]+ )?(?:management|manager|{_STAFF})
        in[- ]store (?:team|colleague|staff)[a-z]*
        (?:(?:nuestra|su|tu|una|la) (?:sucursal|tienda|oficina)|(?:votre|une|notre|en) (?:magasin|agence|boutique))
        (?:(?:nachsten|ihre[rn]?|eine[rn]?|unsere[rn]?) (?:filiale|shop)|(?:loja|agencia) mais proxima)
        (?:(?:punto vendita|negozio) piu vicino|(?:dichtstbijzijnde|onze|een) winkel)
    """)
)
#: The brand's other desks: its app, another account, another company that must help.
OTHER = any_of(
    *lines(r"""
        (?:contact|reach out to|tweet|follow|message|check with|get in touch with|speak to|please ask|pls ask)(?: us| me)? (?:at |with )?(?:our (?:friends|colleagues|team|pals) (?:at|over at|@) ?)?@
        in-?app (?:support|help|chat)
        (?:contact|reach|help|support|message|report)[a-z ]{0,30} (?:via|through|in|using|within) (?:the|our|your) (?:[a-z]+ )?app
        (?:request|get in touch)[a-z ]{0,30} (?:via|through|in|using|within) (?:the|our|your) (?:[a-z]+ )?app
        (?:help (?:section|tab|menu) (?:of|in) (?:the|your) app)
    """)
)
REVIEW = any_of(
    *lines(r"""
        (?:update|edit|revise|reply to|change|leave|write) (?:us |me )?(?:your|a|an) (?:[a-z]+ ){0,2}review
        (?:app|play) ?store review|review (?:us )?(?:on|in) (?:the )?(?:app ?store|google play|play ?store|trustpilot|tripadvisor)
    """)
)

#: A word without which none of these patterns fits: a cheap look first, since few texts have one.
_CALL_WORDS = "call|phon|customer|ring|dial|buzz|shout|number|hotline|line|tel|contact|au [0-9n]|ruf|nummer|lig|sac|central|llam|appel|joindr|chiam|verde|bel"
_STORE_WORDS = any_of(
    _PLACE + "s?",
    _STAFF,
    "in[- ]store|sucursal|tienda|oficina|magasin|agence|boutique|filiale|loja|agencia|punto vendita|negozio|winkel",
)


def _fits(pattern: str, words: str) -> pl.Expr:
    text = pl.col("plain")
    return pl.when(text.str.contains(words)).then(text).str.contains(pattern).fill_null(False)


def _fits_before_link(pattern: str) -> pl.Expr:
    # In the sentence of the link and before it. Sentences are cut out first: as one pattern it would crawl.
    linked = pl.when(pl.col("plain").str.contains(LINK, literal=True)).then("plain")
    return linked.str.extract_all(f"[^!?]*{LINK}").list.join(" ! ").str.contains(pattern).fill_null(False)


def _has(pattern: str) -> pl.Expr:
    return pl.col("plain").str.contains(pattern)


#: The targets in the order in which the first is named as the turn's; a soft redirect stays on the network.
SOFT = "dm"
TARGETS: dict[str, pl.Expr] = {
    "dm": _has(DIRECT_MESSAGE),
    "chat": _has(CHAT),
    "phone": _has(_NUMBER) | _fits(_CALLS, _CALL_WORDS),
    "email": _has(EMAIL),
    "web": _fits_before_link(_ACTS) | _has(_FORM),
    "store": _fits(STORE, _STORE_WORDS),
    "app_review": _has(REVIEW),
    "other": _has(OTHER),
}


#: What the brand says it needs the other channel for; the first that fits is the reason.
REASONS = {
    "private data": any_of(
        *lines(r"""
            (?:phone|contact|mobile|telephone|cell|card|social security|passport|licen[cs]e|tax|national id|id) (?:number|no|#)
            e-?mail address|your e-?mail|(?:full |home |service |billing |postal |street |delivery |your )address|zip(?: ?code)?|postcode
            post code
            date of birth|dob|birthday|full names?|your name|personal (?:info[a-z]*|details|data)|privacy
            private(?: details| info[a-z]*)|secur(?:e|ity)|safely|sensitive|payment|credit card|bank
            correo|telefono|direccion|datos personales|adresse|telephone|donnees personnelles|telefonnummer|kundendaten|endereco
            telefone|cpf|dados pessoais|indirizzo|dati personali|adres|telefoonnummer|geboortedatum|postcode
        """)
    ),
    "account details": any_of(
        *lines(r"""
            (?:account|order|booking|reservation) ?(?:number|no|#|details|info[a-z]*|code|id|locator|ref[a-z]*|name)s?
            (?:confirmation|conf|tracking|ticket|case) ?(?:number|no|#|details|info[a-z]*|code|id|locator|ref[a-z]*|name)s?
            (?:reference|ref|member[a-z]*|policy|flight) ?(?:number|no|#|details|info[a-z]*|code|id|locator|ref[a-z]*|name)s?
            (?:serial|invoice|loyalty|customer|rewards) ?(?:number|no|#|details|info[a-z]*|code|id|locator|ref[a-z]*|name)s?
            (?:frequent flyer|record) ?(?:number|no|#|details|info[a-z]*|code|id|locator|ref[a-z]*|name)s?|pnr|gamer ?tag|username
            user ?name|imei|psn id|online id|your (?:account|order|booking|reservation|ticket|subscription)
            (?:the|your|more|some|further|additional|following|any|all) (?:[a-z]+ )?(?:details|info[a-z]*)|account
            (?:numero|no|n) de (?:pedido|cuenta|orden|reserva|commande|compte|dossier)|kundennummer|bestellnummer|auftragsnummer
            numero do pedido|protocolo|numero d'ordine|codice cliente|ordernummer|klantnummer|bestelnummer
        """)
    ),
    "escalation": any_of(
        *lines(r"""
            (?:specialist|expert|supervisor|manager|advocate|colleague|technician|engineer|executive|banker|advisor)s?
            escalat[a-z]*
            (?:our|the|support|care|relations|service|reservations|billing|technical) (?:team|department|dept|desk|office|group)
            (?:dedicated|appropriate|right|relevant|sales|claims|corporate|baggage) (?:team|department|dept|desk|office|group)
            (?:online) (?:team|department|dept|desk|office|group)|departments?
            equipo|supervisor|especialista|service client|conseiller|equipe|kollegen|fachabteilung|mitarbeiter|setor|reparto
            collega|colleghi|collega's|afdeling
        """)
    ),
}

#: A customer who wants to be reached in another way, or asks how.
ASKS_FOR_CHANNEL = any_of(
    *lines(r"""
        (?:can|could|may|should|shall|do|how do|how can|where can|where do|who can|who do|who should) (?:i|we|you|u|someone)[a-z ]{0,12} (?:dm|pm|message|call|phone|ring|e-?mail|contact|reach|speak|talk|chat|complain|write|get (?:in touch|hold)|report)[a-z]*
        (?:i'?d|i would|i want|i need|i wanna) to (?:be |just )?(?:dm|call(?:ed)?|phone|e-?mail|speak|talk|chat|contact)[a-z]*
        (?:need|want|like|prefer|trying|please) to (?:be |just )?(?:dm|call(?:ed)?|phone|e-?mail|speak|talk|chat|contact)[a-z]*
        (?:pls|number) to (?:be |just )?(?:dm|call(?:ed)?|phone|e-?mail|speak|talk|chat|contact)[a-z]*
        (?:can|could|will|would|please|pls|plz|someone) (?:you |u |someone |somebody |anyone )?(?:please |pls )?(?:dm|call|phone|ring|e-?mail|contact|message) (?:me|us)
        (?:what(?:'s| is)|is there|have you got|do you have|give me|any|send me|need|the) (?:the |your |an? |my )*(?:phone|contact|telephone|customer service|support|helpline|e-?mail|complaints?)? ?(?:number|e-?mail(?: address)?|dm|live chat|chat)
        dm(?: me| you| u)|(?:who|where) (?:do|can|should) i (?:contact|call|e-?mail|complain|write|send|report)[a-z ]*
        (?:como|donde) (?:puedo|me) (?:contactar|comunicar|llamar|hablar)[a-z]*|(?:numero|telefono) de (?:contacto|atencion)
        comment (?:vous )?(?:joindre|contacter)|(?:quel|un) numero|wie (?:kann|erreiche) ich|telefonnummer
        como (?:posso|faco)[a-z ]{0,10}(?:contat|falar|ligar)[a-z]*
        come (?:posso|faccio)[a-z ]{0,12}(?:contatt|parlare|chiamare)[a-z]*|hoe kan ik (?:contact|bellen|jullie)
    """)
)


def redirect_reason(column: str = "plain") -> pl.Expr:
    """Why another channel is needed, as the agent tells it: private data, account details, escalation or other."""
    text = pl.col(column)
    told = [pl.when(text.str.contains(pattern)).then(pl.lit(reason)) for reason, pattern in REASONS.items()]
    return pl.coalesce(*told, pl.lit("other")).alias("redirect_reason")


def label_redirects(turns: pl.DataFrame) -> pl.DataFrame:
    """`turns` with what each agent's turn redirects to; rows and their order stay.

    Adds `redirect_targets` (list), `redirect` (the first of them), `redirect_is_soft`, `redirect_reason` and
    `redirect_is_asked` (the customer's last turn before asked for a channel); all are null where nothing redirects.

    Parameters
    ----------
    turns : pl.DataFrame
        One row per turn, a conversation's rows together and in order: conversation_id, side, plain.

    Examples
    --------
    >>> turns = pl.DataFrame({
    ...     "conversation_id": [1, 1],
    ...     "side": ["customer", "agent"],
    ...     "plain": ["can i speak to someone?", "please dm us your account number"],
    ... })
    >>> label_redirects(turns).select("redirect", "redirect_is_soft", "redirect_reason", "redirect_is_asked").row(1)
    ('dm', True, 'account details', True)
    """
    heard = pl.when(pl.col("side") == CUSTOMER).then("plain").shift().forward_fill().over("conversation_id")
    said = numbered(turns.select("side", "plain", heard=heard)).filter(pl.col("side") == AGENT)
    labels = with_targets(said).select(
        ROW,
        "redirect_targets",
        redirect_reason(),
        redirect=pl.col("redirect_targets").list.first(),
        redirect_is_soft=pl.col("redirect_targets").list.first() == SOFT,
        redirect_is_asked=pl.col("heard").str.contains(ASKS_FOR_CHANNEL).fill_null(False),
    )
    return beside(turns, labels)


def with_targets(said: pl.DataFrame) -> pl.DataFrame:
    """The rows of `said` whose `plain` text redirects, with `redirect_targets`, a list in the order of `TARGETS`.

    Examples
    --------
    >>> said = pl.DataFrame({"plain": ["please dm us or call 020 7946 0018", "more info here: <link>"]})
    >>> with_targets(said)["redirect_targets"].to_list()
    [['dm', 'phone']]
    """
    found = said.with_columns(fits.alias(target) for target, fits in TARGETS.items())
    names = [pl.when(target).then(pl.lit(target)) for target in TARGETS]
    redirects = found.filter(pl.any_horizontal(*TARGETS)).with_columns(redirect_targets=pl.concat_list(names).list.drop_nulls())
    return redirects.drop(*TARGETS)


def redirects_conversation() -> pl.Expr:
    """True where any turn of the conversation redirects; for `group_by("conversation_id").agg(...)`."""
    return pl.col("redirect").is_not_null().any().alias("redirects_conversation")
