"""The same talk in French and Italian."""

_FR = {
    "complaint": """
Bonjour, le wifi ne marche pas dans {room_fr} depuis {ago_fr}. Pouvez-vous faire quelque chose ?
Toujours pas remboursé de {amount}. {ref}
Du bruit jusqu'à {hour_fr} sous nos fenêtres à {house}. Inadmissible.
Débité deux fois pour {ref}, j'attends une explication
Impossible de réserver, la page de paiement tourne dans le vide
Chambre sale, douche froide, personne à la réception. {house}
Serait-il possible d'avoir une réponse après {ago_fr} ?
L'appli plante à chaque fois que j'ouvre {ref}
""",
    "question": """
Bonjour, à quelle heure peut-on arriver à {house} ? Merci d'avance !
Les chiens sont-ils acceptés à {house} ?
Y a-t-il un parking à {house} ?
Le petit-déjeuner est compris dans {ref} ?
Peut-on décaler {ref} d'une journée ?
Auriez-vous une adresse pour dîner à {city} ?
""",
    "request": """
Merci d'ajouter un lit bébé à {ref}
Pourriez-vous m'envoyer la facture de {ref} ?
Pouvez-vous réserver une table pour deux vers {hour_fr} ?
Je voudrais une chambre au calme pour {ref}
""",
    "praise": """
Quel beau week-end à {house} !
Rien à redire, {house} est parfait. Merci à tous
Personnel adorable, lit fabuleux. On reviendra.
""",
    "info": """
C'est {ref}
{ref}, à mon nom
{house}, à partir de vendredi
Payé par carte, finit par ####
""",
    "nag": """
Des nouvelles ?
Allô ?
Il y a quelqu'un
""",
    "ack": """
Ok
D'accord
Parfait, ça marche
Entendu
""",
    "pushback": """
Ça ne marche pas, déjà essayé.
Toujours rien reçu.
On m'a déjà dit ça la dernière fois.
""",
    "thanks": """
Merci !
Merci beaucoup pour votre aide
Super, merci {agent} !
Un grand merci, c'est réglé
Mille mercis pour la rapidité
merci bcp
Je vous remercie, tout est bon
Ça remarche, merci à vous
Vous êtes géniale, {agent} !
C'est vraiment gentil de votre part
""",
    "advance": """
C'est {ref}, merci d'avance
{ref}. Merci par avance !
""",
    "declined": """
Non merci, ça ira
Non, merci bien
""",
    "sarcastic": """
Merci pour rien.
Génial, merci, toujours pas de chambre
Merci d'avoir gâché notre week-end 🙄
""",
    "ask": """
Désolés ! Quel est votre numéro de réservation ? {sign}
Bonjour, de quel hôtel s'agit-il ? {sign}
""",
    "answer": """
Toutes nos excuses, c'est réglé. {sign}
Bonjour, c'est possible et c'est noté pour {ref}. {sign}
Nous sommes désolés, les {amount} sont partis aujourd'hui. {sign}
Bonjour, l'arrivée est à partir de 15 h. {sign}
""",
    "soft": """
Envoyez-nous un message privé avec vos coordonnées. {sign}
""",
    "hard": """
Appelez-nous au +31 20 555 01##, nous réglons cela. {sign}
""",
    "welcome": """
Avec plaisir ! {sign}
""",
    "delight": """
Quel plaisir de vous lire, à bientôt ! {sign}
""",
    "room_fr": """
la chambre ###
notre chambre
""",
    "ago_fr": """
deux jours
une semaine
trois semaines
une heure
""",
    "hour_fr": """
sept heures
deux heures du matin
vingt heures
""",
}
_IT = {
    "complaint": """
Buongiorno, il wifi non funziona in {room_it} da {ago_it}. Potete fare qualcosa?
Ancora nessun rimborso di {amount}. {ref}
Rumore fino alle {hour_it} sotto la finestra a {house}. Inaccettabile.
Addebitato due volte per {ref}, perché?
Non riesco a prenotare, la pagina di pagamento si blocca
Camera sporca, doccia fredda, nessuno alla reception. {house}
Sarebbe possibile avere una risposta dopo {ago_it}?
L'app si chiude appena apro {ref}
""",
    "question": """
Salve, a che ora si può fare il check-in a {house}? Grazie in anticipo!
I cani sono ammessi a {house}?
C'è un parcheggio a {house}?
La colazione è compresa in {ref}?
Posso spostare {ref} di un giorno?
Mi consigliate un posto per cena a {city}?
""",
    "request": """
Vorrei una culla per {ref}, grazie
Potete mandarmi la fattura di {ref}?
Potete prenotare un tavolo per due verso le {hour_it}?
Per favore una camera tranquilla per {ref}
""",
    "praise": """
Che bel fine settimana a {house}!
Niente da dire, {house} è perfetto. Grazie a tutti
Personale gentilissimo, torneremo.
""",
    "info": """
È {ref}
{ref}, a mio nome
{house}, da venerdì
Pagato con carta, finisce con ####
""",
    "nag": """
Novità?
C'è qualcuno?
Pronto?
""",
    "ack": """
Ok
Va bene
Perfetto, funziona
Capito
""",
    "pushback": """
Non funziona, già provato.
Ancora niente.
Me l'avevano già detto l'altra volta.
""",
    "thanks": """
Grazie!
Grazie mille per l'aiuto
Ottimo, grazie {agent}!
Vi ringrazio, tutto risolto
Grazie infinite per la velocità
grazie davvero
Grazieee 😊
Funziona di nuovo, grazie a voi
Siete fantastici, {agent}!
Molto gentile da parte vostra
""",
    "advance": """
È {ref}, grazie in anticipo
{ref}. Grazie anticipatamente!
""",
    "declined": """
No grazie, va bene così
No, grazie
""",
    "sarcastic": """
Grazie per niente.
Fantastico, grazie, ancora senza camera
Grazie per averci rovinato il weekend 🙄
""",
    "ask": """
Ci dispiace! Qual è il numero della prenotazione? {sign}
Salve, di quale hotel si tratta? {sign}
""",
    "answer": """
Ci scusiamo, ora è tutto a posto. {sign}
Salve, si può fare, l'abbiamo segnato su {ref}. {sign}
Ci dispiace, i {amount} sono partiti oggi. {sign}
Buongiorno, il check-in è dalle 15. {sign}
""",
    "soft": """
Ci mandi un messaggio privato con i suoi dati. {sign}
""",
    "hard": """
Ci chiami al +31 20 555 01## e sistemiamo tutto. {sign}
""",
    "welcome": """
È un piacere! {sign}
""",
    "delight": """
Che bello leggerla, a presto! {sign}
""",
    "room_it": """
camera ###
camera nostra
""",
    "ago_it": """
due giorni
una settimana
tre settimane
un'ora
""",
    "hour_it": """
sette
due di notte
venti
""",
}
BLOCKS = {"fr": _FR, "it": _IT}
