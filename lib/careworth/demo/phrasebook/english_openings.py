"""How English-writing guests open: complaints, questions, requests, praise, concierge wishes, by topic."""

_COMPLAINT_WIFI = """
{greeting} the wifi in {room} at {hotel} drops every ten minutes. {demand}
{greeting} no internet again at {hotel}, reception just shrugs. {demand}
Is it normal that the wifi at {hotel} only works in the lobby? {demand}
Paid for premium internet and I can't even load my email in {room}.
{greeting} hate to moan but the connection here is slower than in 1998. {demand}
Tried to take a work call from {room}, cut off {times}. {swear}.
"""
_COMPLAINT_ROOM = """
{greeting} {room} at {hotel} smells of smoke and we asked for non-smoking. {demand}
There was hair all over the bathroom in {room}. {demand}
{greeting} the heating hasn't come on since we arrived {day}. {demand}
No hot water in {room} since {hour}. {demand}
Sorry to bother you, but the air con in {room} leaks onto the bed. {demand}
{greeting} asked for twin beds when I booked, got a double, and now they say there is nothing they can do.
Our towels weren't changed for {ago}. {demand}
Why does a superior room look out on the bins? {demand}
Whoever cleaned {room} forgot half of it... sticky floor, used cups, the lot. {demand}
"""
_COMPLAINT_NOISE = """
{greeting} we've been kept up until {hour} by the bar below {room}. {demand}
Could you explain why building work starts at {hour} right under our window? {demand}
Party next door, rang reception {times}, no one came. {demand}
{greeting} beautiful hotel, zero sleep. The lift shaft is behind our headboard. {demand}
Third night in a row with doors slamming at {hotel}. {swear}
"""
_COMPLAINT_BREAKFAST = """
{greeting} queued {ago} for breakfast at {hotel} and the eggs were cold. {demand}
Breakfast finished half an hour early {day}, with nobody telling us. {demand}
So a gluten free guest gets a banana and a shrug? At {hotel}, {day}. {demand}
Charged {amount} for breakfast that was included in our rate. {demand}
They'd run out of coffee. At breakfast. In a hotel. {swear}
"""
_COMPLAINT_REFUND = """
{greeting} I cancelled {ref} {ago} ago and still haven't seen my money. {demand}
When exactly were you planning to return my {amount}? Cancelled within the free period. {demand}
{greeting} was promised a refund of {amount} by phone, then by email, then by phone again. {demand}
Deposit of {amount} for {ref} not released after {ago}. {demand}
You keep telling me 5 to 7 working days. It has been {ago}. {demand}
I would be so pleased to see the {amount} you owe me before Christmas. {demand}
"""
_COMPLAINT_CHARGE = """
{greeting} my card was charged {times} for {ref}. {demand}
Why is there a {amount} minibar bill when we never opened the fridge? {demand}
City tax was charged twice, once online and again at the desk. {demand}
{greeting} invoice for {ref} says {amount}, I agreed to far less. {demand}
Mystery {amount} on my statement from you lot. {demand}
"""
_COMPLAINT_CHECKIN = """
{greeting} been standing at reception of {hotel} for {ago}. One person at the desk. {demand}
Room not ready at {hour} although check-in was at three. {demand}
Arrived at {hotel} after midnight and they had given our room away. {demand}
{greeting} online check-in sent me in circles, and at the desk they had no record of {ref}. {demand}
How can a hotel lose a reservation made in {city} in January? {ref}. {demand}
"""
_COMPLAINT_POINTS = """
{greeting} my points for {ref} still aren't there after {ago}. {demand}
Gold status since 2019 and this year you downgraded me without a word. {demand}
{greeting} the points calculator says one thing, my account says another. {demand}
Used {times} as many points as advertised for one night in {city}. {swear}
"""
_COMPLAINT_APP = """
{greeting} your app crashes as soon as I open {ref}. {demand}
Locked out of my account since the update, reset mail never arrives. {demand}
App says my key is ready, the door of {room} disagrees. {demand}
{greeting} I've reinstalled the app {times} and it freezes on the payment page. {demand}
error 5## on every page of the app... {demand}
"""
_COMPLAINT_BOOKING = """
{greeting} I can't complete my booking, payment page just spins. {demand}
Booking failed {times}, money gone from my account each time. {demand}
Your site takes my card and then says 'no reservation found'. {demand}
{greeting} is your booking page down? Tried on laptop and phone. Need somewhere to live from {date}. {demand}
Paid {amount}, got no confirmation, no email, nothing. {demand}
My long-stay in {city} vanished from my account overnight. {ref}. {demand}
{greeting} extension of my stay refused by the website, moving van comes on {date}. {demand}
Anyone else unable to book with Merrow Residences today?? been trying since {hour}
please tell me my apartment in {city} is still reserved, the confirmation link is dead
how do I know if I booked once or {times}?! Site timed out every single time
"""
_COMPLAINT_STAFF = """
{greeting} the man on the night desk at {hotel} was really rude to my daughter. {demand}
Told {times} that a manager would ring me. Still waiting. {demand}
I wrote to you {ago} ago and nobody has replied. {demand}
{greeting} asked for help with our bags at {hotel}, got an eye roll. {demand}
"""
_COMPLAINT_REPAIR = """
{greeting} the washing machine in our apartment has been broken for {ago}. {demand}
Maintenance was meant to come {day}, again no show. {demand}
Dishwasher at Merrow Residences {city} floods the kitchen. Would you mind sending someone before it reaches the parquet?
{greeting} second month without a working oven. {demand}
The entry code to the building stopped working at {hour}, I sat outside with my shopping. {demand}
"""
_QUESTION_CHECKIN = """
{greeting} {asking} what time check-in opens at {hotel}? {polite}
{asking} if we can drop our bags at {hotel} before noon? {polite}
Is there someone on the desk at {hotel} if we land at {hour}? {polite}
{greeting} do you need both passports or only mine? {polite}
can you check in without a credit card? asking for {occasion}
"""
_QUESTION_CHECKOUT = """
{greeting} any chance of a late checkout on {date}? Our train is at {hour}. {polite}
How much is it to keep {room} until {hour}? {polite}
{asking} whether checkout is eleven or twelve at {hotel}? {polite}
"""
_QUESTION_FACILITIES = """
{greeting} {asking} if the pool at {hotel} is open in winter? {polite}
Does {hotel} have parking for a small van? {polite}
{asking} how much parking costs per night at {hotel}? {polite}
Are dogs allowed at {hotel}? He's tiny and very well behaved. {polite}
Is there a fridge in the rooms at {hotel}? Need it for insulin. {polite}
{greeting} do you have a step-free room at {hotel}? {polite}
{asking} if {hotel} has a cot for an 8 month old? {polite}
is breakfast vegan friendly at {hotel}? {polite}
"""
_QUESTION_POINTS = """
{greeting} how many points is a night in {city} on {date}? {polite}
Do points expire if I don't stay for a year? {polite}
{asking} if I can use points and pay the rest by card? {polite}
How long until points from {ref} appear? {polite}
"""
_QUESTION_BOOKING = """
{greeting} {asking} whether {ref} includes breakfast? {polite}
Can I change {ref} from {date} to the week after? {polite}
Is the {city} rate refundable if I book today? {polite}
{greeting} didn't get a confirmation for {ref}, is it fine? {polite}
What is the difference between flexible and saver? {polite}
{asking} if children stay free in {city}? {polite}
"""
_QUESTION_PROMO = """
{greeting} does the Summer Escape rate work for {city} on {date}? {polite}
How do I get the summer deal code? It isn't in my email. {polite}
{asking} until when the summer offer runs? {polite}
Is the third night really free with Summer Escape? {polite}
Can I use the summer rate for two rooms? {polite}
{greeting} saw the summer thing on my feed, is {hotel} part of it? {polite}
summer escape: breakfast in or out? {polite}
does the deal stack with points or is it one or the other
{me} want to come for {occasion} in July, is there still something on the summer rate?
"""
_QUESTION_LONGSTAY = """
{greeting} {asking} what a month in {city} costs? {polite}
Do your apartments come with bed linen? {polite}
Can I register my address at Merrow Residences {city}? {polite}
Is there a notice period if I leave before {date}? {polite}
{greeting} are bills included in the long-stay rate? {polite}
"""
_QUESTION_TIPS = """
{greeting} where would you eat near {hotel} with two fussy kids? {polite}
Any recommendations for dinner by {area} in {city}? {polite}
What's the best way from the airport to {hotel} at {hour}? {polite}
{asking} if it is safe to walk from {area} to {hotel} at night? {polite}
Which museum in {city} would you pick for a rainy {day}? {polite}
is there a decent bakery around {area}
{me} have one free evening in {city} - what should we not miss?
How far is {area} from {hotel} on foot? {polite}
"""
_REQUEST_GENERAL = """
{greeting} please add a cot to {ref}. {polite}
Could you send the invoice for {ref} to my company? {polite}
{greeting} I'd like to change the name on {ref}, my colleague travels instead. {polite}
We need a quiet room away from the lift for {ref} please. {polite}
Please cancel {ref}, our plans for {occasion} fell through.
{greeting} kindly put two single beds in, not a double. {ref}
Need to add a night to {ref}. {polite}
pls send me the receipt for {ref}, finance is chasing me
{greeting} I left a grey scarf in {room} on {day}, could you have a look? {polite}
"""
_REQUEST_CONCIERGE = """
{greeting} could you book us a table for four on {date} around {hour}? {polite}
Please arrange two tickets for the opera in {city} on {date}. {polite}
{greeting} we'd love a boat tour on {day}, can you set something up? {polite}
Could you get flowers to {room} before {hour}? It's {occasion}. {polite}
We need a taxi from {hotel} at {hour}, five people and a cello. {polite}
{greeting} looking for a babysitter on {day} evening. {polite}
Please plan half a day in {city} for us, {me} like food and old books. {polite}
need a running route from {hotel}, about 10k
Can you hold a spot at the hammam for two, {date}? {polite}
could someone recommend and reserve a place with proper local food near {area}? {polite}
"""
_REQUEST_REPAIR = """
{greeting} please send someone for the tap in our apartment, it drips. {polite}
Could we get a second set of keys for our flat in {city}? {polite}
{greeting} I'd like to extend my stay until {date}. {polite}
Please change my monthly cleaning from {day} to the day after. {polite}
"""
_PRAISE = """
Just back from {hotel}. Best sleep in months!
Shout out to {agent} at {hotel}, made {occasion} unforgettable.
I was sure {room} would be noisy. It was not, not at all. We'll be back!
Not a single thing wrong with our stay at {hotel}. Couldn't fault it.
{greeting} no complaints from us, the breakfast at {hotel} is wickedly good
Thank you {hotel} for a wonderful {occasion}!
The view from {room}... insane. In love with {city}.
{agent} on the desk sorted our lost luggage nightmare in ten minutes. What a pro.
Fourth time at {hotel} and it never disappoints 💙
Loved every minute at {hotel}. Killer cocktails too.
Thanks to everyone at {hotel}, we had a lovely stay
Terrible weather, terrible trains, fantastic hotel. Well done {hotel}.
Sad to leave {hotel} today. Ten out of ten.
"""
_FOLLOW = """
As asked, here are my details: {ref}, {hotel}, arriving {date}.
Hi, you told me to message you here. {ref}. The problem is on your page.
Moving this here as you wanted: {ref}, paid with the card ending ####.
Following up from my post. {ref}. Can you see it now?
here we are in your dms then. {ref}
"""
_BACK_COMPLAINT = """
{greeting} it happened again, same thing as before with {ref}. {demand}
{greeting} sorry, me once more. The refund for {ref} has still not arrived.
Back again, and so is the noise. {demand}
You said it was solved. It is not. {ref}. {demand}
Second time this week that {ref} shows the wrong dates. {demand}
"""
_BACK_QUESTION = """
Hi, back with another one: does {hotel} have bikes to hire? {polite}
Hi again, one more thing about {ref}: is the deposit returned before or after we leave? {polite}
Me again. Is {ref} paid in full now? {polite}
One more, sorry: how early can we have breakfast at {hotel}? {polite}
"""
_BACK_REQUEST = """
Me again. {ref} this time. Can you check it for me? {polite}
Hello, we spoke the other day. Could you also add breakfast to {ref}? {polite}
Hi, please make that two rooms for {ref}. {polite}
It's me from last week, please move {ref} by one night. {polite}
"""

BLOCKS = {
    "en": {
        "complaint.wifi": _COMPLAINT_WIFI,
        "complaint.room": _COMPLAINT_ROOM,
        "complaint.noise": _COMPLAINT_NOISE,
        "complaint.breakfast": _COMPLAINT_BREAKFAST,
        "complaint.refund": _COMPLAINT_REFUND,
        "complaint.charge": _COMPLAINT_CHARGE,
        "complaint.checkin": _COMPLAINT_CHECKIN,
        "complaint.points": _COMPLAINT_POINTS,
        "complaint.app": _COMPLAINT_APP,
        "complaint.booking": _COMPLAINT_BOOKING,
        "complaint.staff": _COMPLAINT_STAFF,
        "complaint.repair": _COMPLAINT_REPAIR,
        "question.checkin": _QUESTION_CHECKIN,
        "question.checkout": _QUESTION_CHECKOUT,
        "question.facilities": _QUESTION_FACILITIES,
        "question.points": _QUESTION_POINTS,
        "question.booking": _QUESTION_BOOKING,
        "question.promo": _QUESTION_PROMO,
        "question.longstay": _QUESTION_LONGSTAY,
        "question.tips": _QUESTION_TIPS,
        "request.general": _REQUEST_GENERAL,
        "request.concierge": _REQUEST_CONCIERGE,
        "request.repair": _REQUEST_REPAIR,
        "praise": _PRAISE,
        "follow": _FOLLOW,
        "back.complaint": _BACK_COMPLAINT,
        "back.question": _BACK_QUESTION,
        "back.request": _BACK_REQUEST,
    }
}
