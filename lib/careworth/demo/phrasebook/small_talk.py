"""Greetings, demands, courtesies and names that phrases share; an empty line fills with nothing."""

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
        "greeting": _GREETING,
        "demand": _DEMAND,
        "polite": _POLITE,
        "asking": _ASKING,
        "me": _ME,
        "swear": _SWEAR,
        "occasion": _OCCASION,
        "agent": _AGENT,
        "sign": _SIGN,
    }
}
