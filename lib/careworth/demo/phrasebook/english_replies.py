"""What English-writing guests say after the opening, thanks aside."""

_MORE = """
It's {ref} by the way
(booked for {occasion})
Oh and it's {hotel}, sorry
also the same happened on {day}
and yes I tried switching it off and on
screenshot to follow
forgot to say: two adults, one child
2/2 we leave on {date}
we're in {room}
"""
_NAG = """
Any update?
Hello?
Anyone?
Is someone reading this
Still waiting...
bump
??
Been {ago} now
Hello, are you there? {ref}
Could I get an answer before {hour} please
"""
_INFO = """
It's {ref}.
{ref}, under my surname
Booked for {date}, {hotel}
{room}, two nights from {date}
Yes that's right, {ref}
It was {day} around {hour}.
I paid by card, last four ####
{hotel}. Checked in {day}.
sure, {ref}
I did that already. {ref}
No, only the one booking: {ref}
"""
_ACK = """
Ok
ok will do
Got it.
That worked
Perfect!
Great, that works for us
Right, I'll try that tonight
Understood
Ah okay
Fine.
fair enough
All good now
yes it's there now
See you on {date} then
👍
👌
"""
_PUSHBACK = """
That doesn't work, I tried it {times}.
Still nothing. {demand}
No change. Same error.
But that's what the last person told me. {demand}
I'm afraid that isn't the answer to my question.
Just checked, money still not there.
Are you sure? The desk says otherwise.
With respect, I explained that already. {ref}
Right, and what do I do until then?
it's still not working
Nope. Now it asks for a code I never got
Who do I speak to about this? {demand}
"""
_SNARK = """
I've been on hold for {ago} already, why do you think I'm here?
Can't you just answer here?
I already filled in that form. {swear}
And round we go again.
DM sent. Again.
ok, done
Sent
"""
_EMOJI = """
🙏
❤️
😊
👍👍
🥰
"""

BLOCKS = {
    "en": {
        "more": _MORE,
        "nag": _NAG,
        "info": _INFO,
        "ack": _ACK,
        "pushback": _PUSHBACK,
        "snark": _SNARK,
        "emoji": _EMOJI,
    }
}
