"""The same talk in Dutch and German."""

_NL = {
    "complaint": """
Hallo, de wifi op {room_nl} doet het al {ago_nl} niet. Kan iemand dit oplossen?
Mijn terugbetaling van {amount} is nog steeds niet binnen. {ref}
Tot {hour_nl} muziek onder ons raam in {house}. Niet normaal.
Twee keer afgeschreven voor {ref}. Graag uitleg!
Betalen lukt niet, de pagina blijft hangen. Is er een storing?
{house}: douche koud, handdoeken vuil, niemand bij de balie.
Beste, wij wachten al {ago_nl} op antwoord. Dit kan toch niet?
De app loopt steeds vast bij het openen van {ref}
""",
    "question": """
Hoi, hoe laat kunnen we inchecken in {house}? Alvast bedankt!
Zijn honden welkom in {house}?
Weten jullie of er een parkeerplaats is bij {house}?
Is het ontbijt inbegrepen bij {ref}?
Kan ik {ref} nog een dag verzetten?
Hebben jullie een tip voor een restaurant in {city}?
""",
    "request": """
Graag een kinderbedje bij {ref}. Dank!
Kunnen jullie de factuur van {ref} sturen?
Willen jullie een tafel voor twee reserveren, morgen om {hour_nl}?
Graag een rustige kamer voor {ref}
""",
    "praise": """
Wat een heerlijk weekend in {house}!
Geen enkele klacht, {house} is top. Bedankt allemaal
Lief personeel, geweldig bed. We komen terug.
""",
    "info": """
Het is {ref}
{ref}, op mijn achternaam
{house}, vanaf vrijdag
Betaald met pas, eindigt op ####
""",
    "nag": """
Al nieuws?
Hallo?
Is daar iemand
""",
    "ack": """
Oké
Helder
Top, dat werkt
Prima
""",
    "pushback": """
Dat werkt niet, al geprobeerd.
Nog steeds niets ontvangen.
Dat zei de vorige ook al.
""",
    "thanks": """
Bedankt!
Dankjewel voor de snelle hulp
Super, dank je wel {agent}!
Hartelijk dank, het is gelukt
Heel erg bedankt voor het meedenken
dank u wel
Toppers zijn jullie, bedankt
Het werkt weer, dankjewel!
thanks {agent}, helemaal goed
Je bent een held, {agent}!
""",
    "advance": """
Het is {ref}, alvast bedankt
{ref}. Bij voorbaat dank!
""",
    "declined": """
Nee bedankt, zo is het goed
Nee, dank je
""",
    "sarcastic": """
Bedankt voor niets.
Lekker dan, bedankt, nog steeds geen kamer
Fijn hoor, dank je wel voor het verpesten van ons weekend 🙄
""",
    "ask": """
Wat vervelend! Mogen we je reserveringsnummer? {sign}
Hallo, om welk hotel gaat het? {sign}
""",
    "answer": """
Excuses! Het is nu in orde gemaakt. {sign}
Hallo, dat kan, het staat genoteerd bij {ref}. {sign}
Vervelend! De {amount} is vandaag teruggestort. {sign}
Hoi, inchecken kan vanaf drie uur. {sign}
""",
    "soft": """
Stuur ons een privébericht met je gegevens, dan kijken we mee. {sign}
""",
    "hard": """
Bel ons even op +31 20 555 01##, dan regelen we het. {sign}
""",
    "welcome": """
Graag gedaan! {sign}
""",
    "delight": """
Wat fijn om te lezen, tot de volgende keer! {sign}
""",
    "room_nl": """
kamer ###
onze kamer
""",
    "ago_nl": """
twee dagen
een week
drie weken
een uur
""",
    "hour_nl": """
zeven uur
twee uur 's nachts
acht uur
""",
}
_DE = {
    "complaint": """
Hallo, seit {ago_de} funktioniert das WLAN auf {room_de} nicht. Bitte kümmern Sie sich.
Meine Rückerstattung von {amount} ist immer noch nicht da. {ref}
Bis {hour_de} Lärm von der Bar in {house}. Unmöglich.
Doppelt abgebucht für {ref}. Was soll das?
Die Buchung bricht jedes Mal beim Bezahlen ab. Ist die Seite kaputt?
Zimmer nicht sauber, Heizung kalt, und an der Rezeption nur Schulterzucken. {house}
Wäre es möglich, dass sich nach {ago_de} mal jemand meldet?
Die App stürzt ab, sobald ich {ref} öffne
""",
    "question": """
Guten Tag, ab wann kann man in {house} einchecken? Danke im Voraus!
Sind Hunde in {house} erlaubt?
Gibt es Parkplätze bei {house}?
Ist bei {ref} das Frühstück dabei?
Kann ich {ref} um einen Tag verschieben?
Haben Sie einen Tipp zum Abendessen in {city}?
""",
    "request": """
Bitte ein Kinderbett zu {ref} dazu. Danke
Könnten Sie mir die Rechnung zu {ref} schicken?
Bitte reservieren Sie einen Tisch für zwei um {hour_de}
Ich brauche ein ruhiges Zimmer für {ref}
""",
    "praise": """
Wunderbares Wochenende in {house}!
Nichts zu meckern, {house} ist spitze. Danke an alle
Tolles Bett, liebe Leute. Wir kommen wieder.
""",
    "info": """
Es ist {ref}
{ref}, auf meinen Nachnamen
{house}, ab Freitag
Mit Karte bezahlt, endet auf ####
""",
    "nag": """
Gibt es was Neues?
Hallo?
Liest hier jemand mit
""",
    "ack": """
Ok
Alles klar
Passt
Super, klappt
""",
    "pushback": """
Das klappt nicht, habe ich schon versucht.
Immer noch nichts angekommen.
Das hat Ihr Kollege auch schon gesagt.
""",
    "thanks": """
Danke!
Vielen Dank für die schnelle Hilfe
Super, danke {agent}!
Herzlichen Dank, hat geklappt
dankeschön 😊
Tausend Dank, Sie haben uns gerettet
Besten Dank für die Mühe
Läuft wieder, danke dir
Ihr seid spitze, merci
Sehr lieb von Ihnen, {agent}!
""",
    "advance": """
Es ist {ref}, danke im Voraus
{ref}. Vielen Dank im Voraus!
""",
    "declined": """
Nein danke, passt so
Danke, aber nein
""",
    "sarcastic": """
Danke für nichts.
Na toll, danke, immer noch kein Zimmer
Vielen Dank fürs Verderben unseres Wochenendes 🙄
""",
    "ask": """
Das tut uns leid! Wie lautet Ihre Buchungsnummer? {sign}
Hallo, um welches Haus geht es? {sign}
""",
    "answer": """
Entschuldigung! Das ist jetzt erledigt. {sign}
Hallo, das geht, wir haben es bei {ref} vermerkt. {sign}
Das tut uns leid. Die {amount} sind heute rausgegangen. {sign}
Guten Tag, Check-in ist ab 15 Uhr. {sign}
""",
    "soft": """
Schicken Sie uns bitte eine Privatnachricht mit Ihren Daten. {sign}
""",
    "hard": """
Bitte rufen Sie uns an: +31 20 555 01##. {sign}
""",
    "welcome": """
Sehr gerne! {sign}
""",
    "delight": """
Das freut uns sehr, bis bald! {sign}
""",
    "room_de": """
Zimmer ###
unserem Zimmer
""",
    "ago_de": """
zwei Tagen
einer Woche
drei Wochen
einer Stunde
""",
    "hour_de": """
sieben Uhr
zwei Uhr nachts
acht Uhr
""",
}
BLOCKS = {"nl": _NL, "de": _DE}
