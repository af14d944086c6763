"""What the hotels' people, bots and automatic replies write in English."""

_SORRY = """
Hi, we're sorry to hear that.
Sorry about this!
Apologies for the trouble.
Oh no, that isn't how a stay should go.
Hello, thanks for letting us know.
Hi there, thank you for your patience.
Good day, our apologies.
"""
_HELLO = """
Hi there!
Hello!
Good morning!
Hi, good question.
Thanks for your message!
Hi, happy to help.
"""
_ASK = """
{sorry} Could you share your booking reference and the dates? {sign}
{sorry} Which hotel are you staying at? {sign}
{sorry} What does it show exactly, and since when? {sign}
{sorry} When did that happen, and under which name is the booking? {sign}
{sorry} May I ask which room you are in? {sign}
"""
_ASK_KINDLY = """
{hello} Can you tell us the name on the booking? {sign}
{hello} For which dates and how many people would that be? {sign}
{hello} Which hotel is it for? {sign}
{hello} What is your booking reference? {sign}
"""
_ANSWER_WIFI = """
{sorry} We restarted the access point on your floor, please reconnect and choose Merrow Guest. {sign}
{sorry} Our engineer replaced the router near your room just now. {sign}
"""
_ANSWER_ROOM = """
{sorry} The front desk has another room ready for you; your new key is waiting. {sign}
{sorry} Housekeeping is on the way to you and there is a drink on us at the bar. {sign}
{sorry} Maintenance has fixed it. We took {amount} off your bill. {sign}
"""
_ANSWER_NOISE = """
{sorry} We've asked the bar to close its terrace doors and noted a room at the quiet side for tonight. {sign}
{sorry} The night manager has spoken to your neighbours and we moved tomorrow's works to ten. {sign}
"""
_ANSWER_REFUND = """
{sorry} I released your refund of {amount} today; banks take two to three days to show it. {sign}
{sorry} It was stuck with our payment provider. It has gone out this morning, reference {ref}. {sign}
{sorry} You're right, that's overdue. I pushed it through by hand just now. {sign}
"""
_ANSWER_CHARGE = """
{sorry} One of the two is a pre-authorisation, it drops off within the week. {sign}
{sorry} The second payment was our mistake and has been reversed. {sign}
"""
_ANSWER_POINTS = """
{hello} The points of {ref} are now in your account. {sign}
{hello} Points stay valid for 24 months after your last stay, and you can pay part of a night with them. {sign}
"""
_ANSWER_APP = """
{sorry} Your account is open again, please sign in with the code that we just sent. {sign}
{sorry} Version 5.2 mends this; after the update your key will show. {sign}
"""
_ANSWER_BOOKING = """
{sorry} I made the booking for you by hand: {ref}. Nothing will be charged twice. {sign}
{hello} {ref} is confirmed and includes breakfast. {sign}
{hello} Done, your dates are changed at the same rate. {sign}
{sorry} Our booking page had a fault. Your reservation {ref} is safe. {sign}
"""
_ANSWER_CHECKIN = """
{hello} Check-in is from three, bags are welcome from eight. {sign}
{hello} The desk is staffed all night, so arrive whenever you like. {sign}
{sorry} Your room is ready now and we've added a late checkout for the wait. {sign}
"""
_ANSWER_PROMO = """
{hello} The Summer Escape rate holds for stays until 31 August, third night free, breakfast included. {sign}
{hello} Yes, {hotel} takes part. Enter SUMMER at the last step. {sign}
{hello} It can't be combined with points, but it is the lower price of the two for your dates. {sign}
"""
_ANSWER_TIPS = """
{hello} From {hotel} take tram 2 to {area}, ten minutes, then it's a short walk. {sign}
{hello} Our people love the little place behind {area}; ask for the table by the window. {sign}
{hello} Go early to {area}, then lunch at the market hall. I sent you a map. {sign}
"""
_ANSWER_CONCIERGE = """
{hello} Booked: table for four at {hour}, under your name. {sign}
{hello} Two seats are held for you until {date}; the tickets are at the desk. {sign}
{hello} All arranged for {hour}, the driver knows about the luggage. {sign}
{hello} Your afternoon is planned: {area}, a bookshop, and dinner at eight. {sign}
"""
_ANSWER_FACILITIES = """
{hello} Yes, we have that at {hotel}, and it's free of charge. {sign}
{hello} It is {amount} per night, payable at the desk. {sign}
{hello} That is possible at {hotel}; I noted it for you. {sign}
{hello} Not at {hotel}, but the house next door does, and guests of ours get it at half price. {sign}
"""
_ANSWER_CHECKOUT = """
{hello} Checkout is at noon, and you may stay until two for {amount}. {sign}
{hello} I've noted a late checkout for you, no charge. {sign}
"""
_ANSWER_LONGSTAY = """
{hello} A month starts at {amount} per night, bills and linen included. {sign}
{hello} You can register there, and two weeks' notice is enough. {sign}
"""
_ANSWER_REPAIR = """
{sorry} A technician comes tomorrow at {hour}; no need to be in. {sign}
{sorry} We've had it repaired this morning and took {amount} off your rent. {sign}
"""
_ANSWER_BREAKFAST = """
{sorry} The kitchen knows now, and breakfast is on us for the rest of your stay. {sign}
{sorry} I've taken the {amount} off your bill. {sign}
"""
_ANSWER_STAFF = """
{sorry} I spoke to the manager on duty, who would like to make it up to you in person. {sign}
{sorry} That should not happen; we talked to the colleague and took {amount} off your bill. {sign}
"""
_ANSWER_GENERAL = """
{hello} Done, it's in your booking. {sign}
{hello} I've changed {ref} for you, nothing else to do. {sign}
{hello} It's on its way to you by mail. {sign}
"""
_ANSWER = """
{hello} That's taken care of. {sign}
{hello} I've put it right in your booking. {sign}
{hello} We spoke to the team on site and it's all arranged. {sign}
{hello} I looked it up and settled it for you just now. {sign}
"""
_ANSWER_CHECK = """
{hello} That's done for you. Is there anything else we can do? {sign}
{hello} It's been corrected. Does it show on your side now? {sign}
"""
_OFFER = """
{hello} It's done. Shall we also book you a taxi for the way back? {sign}
{hello} It's mended. Would you like a voucher for the bar as well? {sign}
{hello} Confirmed. Do you want us to add breakfast too? {sign}
"""
_SOFT = """
{sorry} Please send us a DM with your booking reference so we can look into it. {sign}
{hello} Could you message us privately with your details? {sign}
{hello} To keep your data safe, please pop us a direct message. {sign}
"""
_HARD = """
{hello} Our reservations team can change this, please call us on +31 20 555 01##. {sign}
{sorry} Please fill in the form at https://merrow.example/help and a colleague will come back to you. {sign}
{hello} For invoices kindly e-mail billing@merrow.example with your reference. {sign}
"""
_ANSWER_MORE = """
2/2 And if anything else comes up, we're right here.
(2/2) The hotel knows about it and expects you.
One more thing: your key card needs a new coding at the desk.
"""
_ASK_MORE = """
2/2 The reference starts with MH.
(2/2) A screenshot helps too.
"""
_REDIRECT_MORE = """
2/2 Please mention ref ###### there when you contact us.
"""
_WELCOME = """
You're very welcome! {sign}
Any time! Enjoy {city}. {sign}
Our pleasure. See you soon! {sign}
Glad that helped! {sign}
"""
_DELIGHT = """
That makes our day, thank you for sharing! {sign}
So good to read this. We told the team at {hotel}! {sign}
Thanks for staying with us, see you next time! {sign}
"""
_BOT = """
Hi, I'm Otto, the Merrow assistant. I'm passing this on to a colleague.
Thanks for your message! Type 1 for bookings, 2 for invoices, 3 for a person.
I found these answers for you: check-in, parking, breakfast. Did this help?
Otto here 🤖 A colleague will read your message soon.
"""
_AUTO = """
Thank you for contacting Merrow. We have received your message and will reply as soon as we can.
Thanks for getting in touch! Our team is here from 7 am to 11 pm.
Automatic reply: it's busier than usual. Thank you for your patience.
"""

BLOCKS = {
    "en": {
        "sorry": _SORRY,
        "hello": _HELLO,
        "ask": _ASK,
        "ask_kindly": _ASK_KINDLY,
        "answer.wifi": _ANSWER_WIFI,
        "answer.room": _ANSWER_ROOM,
        "answer.noise": _ANSWER_NOISE,
        "answer.refund": _ANSWER_REFUND,
        "answer.charge": _ANSWER_CHARGE,
        "answer.points": _ANSWER_POINTS,
        "answer.app": _ANSWER_APP,
        "answer.booking": _ANSWER_BOOKING,
        "answer.checkin": _ANSWER_CHECKIN,
        "answer.promo": _ANSWER_PROMO,
        "answer.tips": _ANSWER_TIPS,
        "answer.concierge": _ANSWER_CONCIERGE,
        "answer": _ANSWER,
        "answer.facilities": _ANSWER_FACILITIES,
        "answer.checkout": _ANSWER_CHECKOUT,
        "answer.longstay": _ANSWER_LONGSTAY,
        "answer.repair": _ANSWER_REPAIR,
        "answer.breakfast": _ANSWER_BREAKFAST,
        "answer.staff": _ANSWER_STAFF,
        "answer.general": _ANSWER_GENERAL,
        "answer_check": _ANSWER_CHECK,
        "offer": _OFFER,
        "soft": _SOFT,
        "hard": _HARD,
        "answer_more": _ANSWER_MORE,
        "ask_more": _ASK_MORE,
        "redirect_more": _REDIRECT_MORE,
        "welcome": _WELCOME,
        "delight": _DELIGHT,
        "bot": _BOT,
        "auto": _AUTO,
    }
}
