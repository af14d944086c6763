"""Fillers that phrases share: places, dates, times, numbers."""

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

_HOUSE = """
Merrow Harbour
Merrow Old Town
Merrow Central
Merrow Riverside
Merrow Park
Merrow Station
Merrow Lighthouse
Merrow Garden
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

BLOCKS = {
    "en": {
        "hotel": _HOTEL,
        "house": _HOUSE,
        "city": _CITY,
        "area": _AREA,
        "room": _ROOM,
        "day": _DAY,
        "date": _DATE,
        "hour": _HOUR,
        "ago": _AGO,
        "amount": _AMOUNT,
        "ref": _REF,
        "ordinal": _ORDINAL,
        "times": _TIMES,
    }
}
