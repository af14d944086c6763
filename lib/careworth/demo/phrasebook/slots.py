"""Fillers that English phrases share: places, numbers, dates, greetings, little words. An empty line fills with nothing."""

_GREETING = """
Hi,
Hi there,
Hello,
Hey,
Hey team,
Good morning,
Good evening,
Morning!
Hiya,
Dear team,
Hi all,
Hello again,



"""

_DEMAND = """
Can someone look into this?
Please sort this out.
What are you going to do about it?
Is anyone there?
I'd like this fixed today.
Please advise.
We deserve an answer.
Could somebody get back to me?
How is this acceptable at these prices?
I expected better from you.
Not what we paid for.
Sort it out please.
Honestly baffled.
This is our {ordinal} stay and it has never been like this.
We're back in the room at {hour} if anyone wants to talk.
I'd rather not have to post this publicly.





"""

_POLITE = """
Thanks!
Thanks
Thank you
Many thanks
Cheers
Thanks in advance!
TIA
Thx





















"""

_ASKING = """
Could you tell me
Can you tell me
Do you know
Just wondering
Quick question:
Quick one:
I was wondering
Anyone know
Before we arrive:
Sorry if this was asked before,



"""

_ME = """
we
I
my wife and I
my husband and I
the kids and I
my mum and I
"""

_HOTEL = """
Merrow Harbour
Merrow Old Town
Merrow Central
Merrow Riverside
Merrow Park
Merrow Museum Quarter
Merrow Station
Merrow Lighthouse
Merrow Garden
the {city} hotel
your {city} hotel
your hotel in {city}
"""

_CITY = """
Amsterdam
Rotterdam
Utrecht
Antwerp
Ghent
Lisbon
Porto
Vienna
Prague
Berlin
Hamburg
Copenhagen
Seville
Valencia
Bologna
Lyon
Bordeaux
Edinburgh
York
Dublin
"""

_AREA = """
the old town
the harbour
the station
the river
the museum quarter
the flower market
the canal ring
the opera house
the botanical garden
"""

_ROOM = """
room ###
room 1##
room 2##
room 4##
rm ###
our room (###)
my room
our room
"""

_DAY = """
Monday
Tuesday
Wednesday
Thursday
Friday
Saturday
Sunday
last night
yesterday
this morning
tonight
tomorrow
the weekend
"""

_DATE = """
the 3rd
the 8th
the 12th
the 14th
the 19th
the 21st
the 26th
next weekend
next week
two weeks from now
"""

_HOUR = """
5 am
6.30
7 am
8am
9pm
10 pm
11.30pm
midnight
half past two
2pm
noon
4 o'clock
"""

_AGO = """
two days
three days
five days
over a week
ten days
two weeks
nearly three weeks
a month
six hours
an hour
forty minutes
"""

_AMOUNT = """
€45
€62.50
€89
€118
€140
€164
€212
€240
€320
95 euros
180 euros
260 quid
"""

_REF = """
MH######
MH-######
ref ######
booking ######
reservation MH######
"""

_ORDINAL = """
second
third
fourth
fifth
tenth
"""

_TIMES = """
twice
three times
four times
five times
at least six times
half a dozen times
"""

_SWEAR = """
ridiculous
a joke
unreal
beyond me
not on
really poor
so frustrating
shocking
bizarre
"""

_OCCASION = """
our anniversary
my mum's 70th
a birthday weekend
our honeymoon
a work trip
a hen do
the school holidays
a wedding
a concert
a marathon weekend
"""

_AGENT = """
Sanne
Joris
Mila
Tom
Aisha
Luca
Nora
Pim
Elif
Hanna
Ruben
Zoë
"""

_SIGN = """
^{agent}
^SK
^JB
^MV
^TD
- {agent}
{agent}, Merrow
Best, {agent}




"""

BLOCKS = {
    "en": {
        "greeting": _GREETING, "demand": _DEMAND, "polite": _POLITE, "asking": _ASKING, "me": _ME, "hotel": _HOTEL, "city": _CITY,
        "area": _AREA, "room": _ROOM, "day": _DAY, "date": _DATE, "hour": _HOUR, "ago": _AGO, "amount": _AMOUNT, "ref": _REF,
        "ordinal": _ORDINAL, "times": _TIMES, "swear": _SWEAR, "occasion": _OCCASION, "agent": _AGENT, "sign": _SIGN,
    }
}  # fmt: skip
