"""How customers tell that something failed or made them angry, in seven languages; patterns over plain text."""

# Patterns read best unbroken.
# ruff: noqa: E501

from careworth.reading.plain import any_of, lines

#: Words that only anger uses.
OUTCRY = (
    any_of(
        *lines(r"""
            unacceptable
            [a-z]*(?:badservice|neveragain|notcool|nothappy|customerservicefail|poorservice|rudest|dirtiest|disaster)[a-z]*
            [a-z]*(?:embarrass)[a-z]*|stinks?|greedy|greed|criminal|killing me|losing customers|disgrac[a-z]*|disgust[a-z]*
            appalling|appalled|shambles|shambolic|pathetic|ridiculous|outrage(?:ous|d)?|atrocious|abysmal|diabolical
            incompeten[a-z]*|ineptitude|inept
            wtf|wth|tf|ffs|fuck[a-z]*|bull ?shit|shit(?:ty|e|show)?|crap(?:py)?|sucks?|sucked|scam[a-z]*|fraud[a-z]*|crooks?
            thie(?:f|ves)|liars?|lied|lying|robbery|rip ?off|ripped off|con artists
            worst|terrible|horrible|horrendous|horrid|awful|dreadful|garbage|trash|rubbish|evil|hate|hated|despise|useless|joke
            nightmare|fail(?:s|ed|ing|ure)?|epicfail|[a-z]*fail|[a-z]+sucks
            never (?:again|flying|shopping|using|buying|ordering)|fed up|sick of|tired of|had enough|last straw|shame on
            shame(?:ful|less)?|disappoint[a-z]*|dissatisf[a-z]*|unhappy|furious|livid|fuming|angry|pissed|frustrat[a-z]*
            annoy(?:ed|ing|s)|infuriat[a-z]*
            nasty|gross|vile|manky|grim|repulsive|soggy|inedible|horrific|shocked|shock|assault[a-z]*|insult[a-z]*|racist
            discriminat[a-z]*|harass[a-z]*|made me cry|called me an?|unbelievable|unreal|beyond (?:me|belief)|mugged|runaround|bs
            fake|bogus|counterfeit|absolute(?:ly)? (?:state|rubbish)|(?:nunca|jamas) (?:mas|volver[a-z]*)
            never (?:coming|going|be) back|not (?:coming|going) back
            verguenza|pesim[oa]|fatal|estafa[a-z]*|ladrones|asco|mierda|horrible|nefasto|lamentable|inaceptable|decepcion[a-z]*
            hart[oa]s?|una burla|inutiles
            honte(?:ux)?|scandal[a-z]*|nul(?:le|s)?|arnaque[a-z]*|voleurs?|merde|inadmissible|inacceptable|decu[es]*|deception
            lamentable|marre|catastroph[a-z]*|minable|foutage
            frech(?:heit)?|unverschamt[a-z]*|schei(?:ss|s)[a-z]*|katastroph[a-z]*|schlecht[a-z]*|betrug[a-z]*|abzocke
            enttausch[a-z]*|arger[a-z]*|unmoglich|saftladen|unfassbar|peinlich|mies[a-z]*
            vergonha|pessim[oa]s?|lixo|absurdo|descaso|golpe|ridicul[oa]|palhacada|merda|decepcionad[oa]|inadmissivel|lament[a-z]+
            uma porcaria
            vergogn[a-z]*|pessim[oaie]|schif[a-z]*|truff[a-z]*|ladri|merda|scandalos[a-z]*|inaccettabil[a-z]*|delus[oaie]
            indecent[a-z]*|ridicol[aoie]|assurdo
            schandalig|schande|waardeloos|belachelijk|slecht[a-z]*|oplicht[a-z]*|teleurgesteld|teleurstellend|onacceptabel|kut
            klote|triest|irritant|bizar
        """)
    )
    + r"|(?:^|[.!?] )seriously[ ,@!?]|😡|🤬|🖕|😤|👎|💩"
)

#: Something did not go as it should.
FAILURES = (
    # English in two parts: one pattern of both outgrows the cache of the regex engine.
    any_of(
        *lines(r"""
            any ?more|by itself|stutter[a-z]*|buffer[a-z]*|hanging up|blank (?:page|screen)|(?:page )?not found
            need (?:this|it|that) fixed|hurry up|is out (?:in|again|at|for)|accident|charged? (?:you|me) (?:nearly|over|more)
            taste[sd]? (?:awful|horrible|bad|off|weird)|expect a fix|(?:gonna|going to|ever) fix
            hard to (?:watch|use|read|hear|find)|too bad|grinds? my gears|on my (?:last|final)|make(?:s)? it right
            (?:lost|losing) [0-9]+ customers?|(?:no|without an?y?) updates?
        not (?:been )?(?:work[a-z]*|good|happy|impressed|receiv[a-z]*|arriv[a-z]*|ok|okay|acceptable|able|load[a-z]*|fair)
        not (?:been )?(?:respond[a-z]*|help[a-z]*|deliver[a-z]*|com[a-z]+|charging|connect[a-z]*|updat[a-z]*|let[a-z]*|show[a-z]*)
        not (?:been )?(?:cool|right|great|what i|as |even|getting|turning|sent|credited|refund[a-z]*|recogni[sz][a-z]*|cleaned)
        not (?:been )?(?:fixed|solved|resolved|possible to)
        (?:is|are|was|were|has|have|had|does|did|wo|ca|could|would)n'?t
        (?:did|does|is|was|has|have|had|are|were|will|would|could|can) not|cannot
        (?:but|and|have|has|i|we) only (?:received|got|get|have|has|given|delivered|came|shows?)|unable|won'?t|wont|doesnt|didnt
        isnt|cant|aint|ain'?t
        don'?t (?:work|load|care|get|receive|show|open|respond|answer|help|let|deliver|understand why|seem|ask people|advertise)
        don'?t (?:bother|know what you)
        never (?:[a-z]+ )?(?:came|arrived|received|got|worked|works|work|had|get|gets|responded|answered|showed|in my|delivered)
        never (?:[a-z]+ )?(?:see|heard)|nothing (?:works|happen[a-z]*|but|has|is|was)
        no (?:one|body|reply|response|answer|help|signal|service|internet|connection|wifi|hot|heating|refund|sign of|water|power)
        no (?:staff|stock|idea why|reason|explanation|update|communication|info[a-z]*|longer|customer service)|nobody|noone
        zero (?:service|help|communication)
        still (?:no|not|waiting|have|haven|hasn|isn|don|can|down|broken|say|show|charg|miss|nothing|no[a-z]*)[a-z']*|yet to
        waiting (?:for|on|since|over|[0-9])|waited|been waiting|on hold|for (?:hours|days|weeks|months|ages)
        hours? (?:on hold|later|now|late|wait)
        (?:[0-9]+|two|three|four|five|six) (?:hours?|days?|weeks?|months?|times?) (?:now|ago|later|late|and|in a row|wait[a-z]*)
        (?:[0-9]+|two|three|four|five|six) (?:hours?|days?|weeks?|months?|times?) (?:on hold|already|this)|again and again
        time (?:again|this month|in a row)|(?:again|yet again)[!.]|so (?:slow|long|bad|rude)
        how long (?:must|you|am i|is (?:this|it) going)|how (?:is|are) (?:this|that|these|those|it|both)|going up
        price (?:increase|hike|rise|went up)|forgot(?:ten)?|left out
        late|delay[a-z]*|cancel+ed (?:my|our|flight|the|and|at|without|on|last)|(?:was|were|got|been|is|keeps?|getting) cancel+ed
        los(?:t|es?|ing) (?:my|our|service|signal|connection|the|half|all|power|internet)|(?:has|have|been|was|is|are) lost
        missing|(?:is |are |was |got |been |arrived |came )?broke[n]?|breaks|wrong(?:ly)?|incorrect[a-z]*|error[a-z]*|crash[a-z]*
        bug(?:s|gy|ged)?|glitch[a-z]*|freez(?:es?|ing)|frozen|lag(?:s|gy|ging)?
        (?:is|are|went|go(?:es|ing)?|been|keeps?|app|site|website|system|internet|server|servers|service|network) (?:[a-z]+ )?down
        (?:wifi|line) (?:[a-z]+ )?down|outage|offline
        i thought (?:it|you|we|that|this|there)|(?:you|u|y'?all)(?: guys)? call (?:this|that|it)
        (?:explain|tell me|know|understand|idea) (?:to me )?why|(?:is|are) (?:the |your |my |ur )?(?:@|#)?(?:[a-z0-9@#]+ ){1,3}down
        (?:battery|phone|app|laptop) (?:life )?(?:dies|dying|dead|drains|dura)|urgente?|dringend|how come|how the [a-z]+
        dos(?:n|en|e)'?t|dosent|duznt|(?:work|load|connect|play|updat|charg|respond|sync)ing (?:properly|correctly|right)
        stopped [a-z]+ing
        (?:has|have|had|was|been|got|is|are) (?:been )?(?:temporarily |permanently )?(?:disabled|suspended|deactivated|blocked)
        (?:has|have|had|was|been|got|is|are) (?:been )?(?:temporarily |permanently )?(?:banned|locked|closed|removed|deleted)
        """)
    ),
    any_of(
        *lines(r"""
        (?:has|have|had|was|been|got|is|are) (?:been )?(?:temporarily |permanently )?(?:compromised|stolen|returned|declined)
        (?:has|have|had|was|been|got|is|are) (?:been )?(?:temporarily |permanently )?(?:rejected|denied|delayed|damaged|destroyed)
        (?:has|have|had|was|been|got|is|are) (?:been )?(?:temporarily |permanently )?(?:ripped|torn|opened|empty|expired)
        disappear[a-z]*|vanish[a-z]*|someone (?:got|has|used|hacked|stole|else)|look (?:what|at what|at the state)|what is this
        (?:tells|told|says|saying|said) (?:me|us|i|we|it|that|my)|(?:mou?ld|hair|plastic|bug|insect|glass|metal|napkin) (?:on|in)
        in (?:my|our|the) (?:food|salad|burger|pizza|meal)|smells?|took longer|takes (?:an?|over|so|too|forever|ages)
        taking (?:forever|ages|so|too|money|my)|conflicting|concern(?:ing|ed|s)?|worse|less [a-z]+ (?:than|after|since)
        (?:since|after) (?:the |your |my |this |i )?(?:[a-z]+ )?(?:latest |last |new |recent )?(?:[a-z]+ )?(?:update[sd]?|upgrade[sd]?)
        hangs? up|cancel my (?:[a-z]+ )?(?:membership|subscription|account|contract|prime)|make[s]? (?:any |no )?sense
        (?:charged?|charging|billed|bill me|fee of|fine) (?:me )?(?:an? )?[£$€][0-9]+|without (?:picking|my|me|even|a|any)
        (?:should|could) (?:at least|really)|act together|screw(?:ing|ed)? (?:me|us|over|up)
        should(?:n'?t| not) (?:take|have|be|cost|need)|should be able|supposed to|apolog(?:y|ies|ize)|human being
        (?:actual|real|live) (?:person|human)|hold (?:time[s]?|for)
        (?:over|almost|nearly|about|another|more than|past|last) (?:an|[0-9]+|two|three|four|several) (?:hours?|hrs?|min(?:ute)?s?|days?|weeks?|months?)
        [0-9]+ ?(?:hours?|hrs|hr|minutes|mins|min) (?:since|delay[a-z]*|late|wait[a-z]*|on|to|and|of|now|ago|sitting)
        no (?:bags?|luggage|food|chips|sauce|cheese|way to|lounge|record|help[a-z]*|show|apology|seat|card|delivery|order|parcel)
        no (?:package|driver|text[s]?|sound|picture|image|video|data|coverage)|(?:where is|where'?s|where are) (?:my|our)
        without (?:notif[a-z]*|notice|telling|warning|asking|permission|my)|gave (?:my|our|away)|ghosted
        had to (?:wait|stand|pay|call|throw|leave|return|walk)|stand in line|have to stay|you cancel+ed
        shut(?:s|ting)? (?:off|down)|shows? me this|opt out of|get rid of|issues?|problems?|trouble|difficult(?:y|ies)|unsolved
        unresolved|crook[a-z]*|overcharg[a-z]*|(?:double |been |was |got |still |being |and |keeps? |has |you |they )charged
        charg(?:ed|ing) (?:me|us|my|twice|extra|for)|took (?:my )?money|refus[a-z]*|rude(?:ly|ness)?|dirty|filthy|noisy|cold|stale
        mou?ldy|rotten|raw|burnt|stuck|stranded|locked out|ignor[a-z]*|kicked (?:me|off|out)|hung up|cut off|drain(?:s|ing|ed)
        overheat[a-z]*|hack(?:ed|ing)|disconnect[a-z]*|dropp(?:ed|ing|s) (?:calls?|out|connection)|cuts out|(?:cut|cutting) out
        complain[a-z]*|damag[a-z]*|stolen|stole|stealing|defective|faulty|fault|leak[a-z]*|smashed|ruined|bury|poor(?:ly)?
        slow(?:est|er|ly)?|unreliable|misleading|false advertis[a-z]*|mislead|mess(?:ed|ing)? (?:up|with)|screwed
        (?:waste|wasting|wasted) (?:of|my|our)|pointless|what(?:'?s| is) the point|fix (?:your|this|it|the|ur|my)
        sort (?:it|this|your|yourselves) out|get your (?:act|shit)|stop (?:sending|charging|it|calling|making|doing|the|emailing)
        do better|step up|no excuse|lack of|shocking|confus(?:ed|ing)|inconvenien[a-z]*|unprofessional|unhelpful|unfair|deceptive
        crazy|insane|absurd|cheap(?:ed|ening)|stupid|dumb|smh|audacity
        what(?:'?s| is| the (?:hell|heck|fuck)) (?:happening (?:to|with)|going on|wrong|up with|the deal)
        what (?:in blazes|gives|happened to)
        why (?:tf|the (?:hell|heck|fuck)|is my|does my|do my|are my|can'?t|won'?t|isn'?t|aren'?t|doesn'?t|don'?t|didn'?t|hasn'?t)
        why (?:haven'?t|wasn'?t|has my|did you (?:cancel|charge|remove|change)|do you (?:keep|always|charge)|have i|am i|was i)
        why (?:would you|is it so|must|always)|when (?:will|are) you (?:going to )?(?:fix|sort)|getting a refund
        (?:want|need|demand|get|give me|give us|where is|where'?s) (?:a |my |our |the )?(?:full )?(?:refund|money)|compensat[a-z]*
        refund (?:process|me)|not the first time|already (?:tried|called|paid|sent|emailed|dm)
        tried (?:calling|everything|restarting|resetting|to (?:call|contact|cancel|log|reach))|keeps? [a-z]+ing|randomly
        (?:go|went|going) missing|bait|hidden (?:fee|charge)s?|by mistake you|you guys (?:need|are|have|keep)
        (?:switching|switched|moving) to|losing (?:a|my) (?:customer|business)|lost (?:a|my) (?:customer|business)
        you(?:'ve)? lost
        """)
    ),
    # The other six languages.
    any_of(
        *lines(r"""
        (?:me )?robaron|robado|hackearon|no funciona[a-z]*
        no (?:puedo|me (?:deja|llega|ha|han|lleg[a-z]*|responde[n]?|contesta[n]?)|hay|llega|carga|sirve|contestan|responden)
        problema[s]?|averia[s]?|llevo (?:[a-z0-9]+ ){1,4}(?:esperando|sin|horas|dias)|esperando
        sin (?:internet|servicio|luz|senal|respuesta|linea|red|conexion)|rot[oa]s?|retras[a-z]*|reclam[a-z]*|queja[s]?
        error(?:es)?|cobr(?:ado|aron|an|ando)|bloquead[ao]|fallos?|falla[a-z]*|caid[oa]|tarde|cancelad[oa]|mal servicio|todavia no
        aun no|nadie|lent[oa]|engan[a-z]*|perdid[oa]
        (?:marche|fonctionne|charge|arrive|repond|recu|livre|possible|normal) (?:pas|plus|toujours pas)
        pas (?:recu|normal|possible|de (?:reponse|reseau|connexion|nouvelles|service|train)|marche|fonctionn[a-z]*|livre|content)
        panne|probleme[s]?|souci[s]?|bug[a-z]*|pb|retard[s]?|attend[a-z]*|toujours (?:pas|rien|aucun[e]?)
        aucun[e]? (?:reponse|nouvelle|service|info[a-z]*)|impossible|reclamation|rembours[a-z]*|annul[a-z]*|casse[e]?|perdu[e]?
        lent[e]?|coupure|personne ne|debite[es]*|j'en ai
        (?:funktioniert|geht|klappt|ladt|kommt|laeuft|lauft|reagiert|antwortet) (?:[a-z]+ ){0,3}(?:nicht|nix|nie)
        nicht (?:wirklich|richtig|moglich|erreichbar|angekommen|geliefert|erhalten|mehr|funktion[a-z]*|verfugbar|gut)|defekt[a-z]*
        kaputt[a-z]*|problem[a-z]*|fehler[a-z]*|storung[a-z]*|warte(?:n|t|zeit)?|verspat[a-z]*|ausfall|ausgefallen|unzustellbar
        beschwer[a-z]*|reklam[a-z]*|immer noch|seit (?:tagen|wochen|stunden|monaten|gestern)
        kein(?:e|en|er)? (?:antwort|internet|netz|empfang|reaktion|verbindung|hilfe|ruckmeldung|info[a-z]*)|niemand|abgebucht
        verloren|beschadigt|falsch[a-z]*|langsam|storn[a-z]*|erstattung
        nao (?:funciona|consigo|chegou|recebi|carrega|abre|responde[m]?|tem|esta|foi|veio|atende[m]?|entreg[a-z]*|resolve[a-z]*)
        nao (?:aguento)|sem (?:internet|sinal|resposta|servico|luz|retorno|conexao)|problema[s]?|erro[s]?|demora[a-z]*|atras[a-z]*
        esperando|aguardando|quebrad[oa]|reclam[a-z]*|cobr(?:ado|aram|anca|ando)|cancelad[oa]|caiu|fora do ar|travand[oa]|trava
        ninguem|ate agora (?:nada|nao)|ainda nao|lent[oa]|estorno|reembolso|defeito
        non (?:funziona[a-z]*|riesco|arriva|e arrivat[oa]|va|si (?:puo|apre|carica)|risponde|rispondono|ho (?:ricevuto|ancora))
        non (?:ricevo|c'e|posso)|problem[ai]|guast[oaie]|ritard[oia]|aspett[a-z]*|rott[oaie]|reclamo|error[ei]|addebit[a-z]*
        disservizi[o]?|senza (?:internet|linea|risposta|servizio)|ancora (?:niente|nulla|non)|nessun[oa]?|rimborso|bloccat[oa]
        lent[oa]|pers[oa]|annullat[oa]|cancellat[oa]
        (?:werkt|doet|komt|laadt|lukt|reageert|krijg|gaat|is er) (?:[a-z]+ ){0,3}(?:niet|niets|niks|geen)
        niet (?:geleverd|ontvangen|bereikbaar|goed|normaal|gekomen|aangekomen|werk[a-z]*|mogelijk)|storing|kapot|probleem
        problemen|fout(?:en|melding)?|vertrag[a-z]*|wacht[a-z]*|klacht
        geen (?:internet|reactie|antwoord|bereik|verbinding|idee|hulp|trein)|nog (?:steeds|altijd) (?:niet|geen)|uitgevallen
        niemand|verkeerd|beschadigd|kwijt|traag|terugbetal[a-z]*|geannuleerd|te laat
        """)
    ),
)

#: All of them, where speed does not matter.
FAILURE = "|".join(FAILURES)

#: A word of failure that questions and praise also use.
SOFT_FAILURE = any_of(
    *lines(r"""
        not|never|nothing|don'?t|dont|no|why|seriously|really\?+|again|lost|cancel+ed|refund[a-z]*|charged|missed|waiting|behind
        expensive|price (?:increase|hike|rise)|too (?:long|much|high|small|big|hot|cold|loud|late|many|few)|only (?:[0-9]|one|two)
        less than|instead of|supposed to|(?:was|were) told|promis(?:ed|es)|hang|hope you|come on|c'mon|hello\?+|um+|ugh+|argh+
        grr+|sigh|hmm+|bad|sad|upset|gone|help
        pero|sin|mais|sans|aber|ohne|nicht|kein[e]?|nao|sem|non|senza|niet|geen|maar
    """)
)

#: Words of failure in a sentence that tells of none.
HARMLESS = any_of(
    *lines(r"""
        no (?:problems?|issues?|worries|trouble|complaints?|errors?|wrong)
        not (?:a problem|an issue|your fault|bad|too bad|my problem)
        (?:problem|issue) (?:is |was |has been |now )?(?:solved|fixed|resolved|sorted)|don'?t worry|never mind
        can'?t (?:wait|fault|thank|beat|recommend|believe how (?:good|great|nice)|complain|get enough)
        can'?t (?:stop (?:watching|listening|eating|smiling))|won'?t (?:regret|be disappointed)
        (?:couldn'?t|can'?t|doesn'?t|don'?t) (?:be (?:happier|more|better)|get (?:any |much )?better|ask for)
        (?:couldn'?t|can'?t|doesn'?t|don'?t) (?:have (?:been better|asked)|agree more)
        nothing short of [a-z]+|never (?:disappoint[a-z]*|fails? to|gets old|had a (?:problem|bad)|let (?:me|us) down)
        not (?:just|only)|isn'?t charging
        doesn'?t charge|wrong link|didn'?t (?:know|realize|realise|expect)|if (?:i|we) (?:can'?t|cannot|don'?t|miss|lose|cancel)
        whether or not|or not
    """)
)
