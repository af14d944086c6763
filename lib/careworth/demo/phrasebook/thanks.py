"""How English-writing guests say thank you after help, and what sounds like thanks but is none."""

_RELIEF = """
That worked.
All sorted now.
Just got the confirmation.
Brilliant, that did it.
Perfect.
Ah, got it.
Phew.
Oh wow, that was quick.
Great news.
Found it.





"""

_KINDNESS = """
for sorting that
for sorting this so fast
for your help
for all your help today
for the quick reply
for getting back to me
for looking into it
for going the extra mile
for being so patient with me
for fixing {ref}
for the tips



"""

_TAIL = """
You've been great.
See you on {date}!
Have a good evening.
Really.
Our trip is saved.
Will be staying with you again.
My wife is delighted.
Hope it isn't too busy over there.
Enjoy your weekend.









"""

#: What most people write; it counts three times against each rarer way.
_COMMON = """\
{relief} Thank you so much {kindness}! {tail}
{relief} Thank you {kindness}. {tail}
{relief} Thanks {kindness}! {tail}
{relief} Thanks a lot {kindness}. {tail}
{relief} Many thanks {kindness}, {agent}. {tail}
{relief} Thank you {agent}! {tail}
thank you
Thanks!
Thanks
Ok great thanks
perfect thanks
Got it, thanks {agent}
That helps a lot, thanks!
Thanks again {kindness}. {tail}
{relief} Cheers {kindness}! {tail}
{relief} Much appreciated. {tail}
"""

_RARE = """\
{relief} thx {kindness}
{relief} thx!
Thankyou!!
thank u so much {tail}
thnaks {kindness}
thanx, {agent}
ty!
{relief} ty {kindness}
tysm 🙏
tysm {kindness}
{relief} tyvm
Cheers {agent}, spot on.
{relief} Cheers mate
{relief} Much appreciated, {agent}.
{relief} Really appreciate it. {tail}
I appreciate you taking the time, {agent}. {tail}
Appreciate the help!
{relief} You're a star, {agent}!
{relief} You are a lifesaver. {tail}
Absolute legend, {agent}.
{relief} Legends, the lot of you.
{relief} Ta, {agent}.
ta very much {tail}
{relief} So grateful {kindness}. {tail}
We are truly grateful. {tail}
{relief} You guys are the best. {tail}
You rock!! {tail}
Bless you {agent}. {tail}
🙏🙏 thank you
thanks {agent} 😊
👍 thanks
I was ready to be furious, and you fixed it in five minutes. Thank you. {tail}
Still a bit annoyed about the wait, but thank you for putting it right.
No idea how you did that, but thank you! {tail}
Never had help this fast from a hotel. Thank you {agent}.
I can't thank you enough. {tail}
A huge thank you to {agent} and your team. {tail}
ok, thanks, will do
Brill, thanks
Wonderful, thank you kindly. {tail}
{relief} gracias {agent}!
{relief} merci beaucoup, {agent}
{relief} danke!
{relief} I owe you one, {agent}. {tail}
{relief} That's so kind of you. {tail}
You've made my day, {agent}. {tail}
{relief} You saved {occasion}! {tail}
{relief} Couldn't have asked for better help. {tail}
{relief} What a hero you are. {tail}
Hats off to you, {agent}. Didn't expect anyone to care. {tail}
{relief} Very good of you to sort that at this hour.
"""

_THANKS = 3 * _COMMON + _RARE

_LATE = """
Just to say it all worked out in the end. Thank you {kindness}. {tail}
Home again! Wanted to say thanks {kindness}, {agent}.
Sorry, forgot to reply yesterday: thank you, it's all fine now. {tail}
Late but heartfelt: much appreciated, {agent}. {tail}
Came back to say you're a star. {tail}
"""

_THANKS_MONEY = """\
It's back in my account. Thank you {kindness}!
Money's there, cheers {agent}.
Refund is in. Grateful you stuck with it.
{amount} arrived, thx
"""

_THANKS_ROOM = """\
The new room is lovely. Thank you!
Door opens! Thanks {agent}.
Warm at last, much appreciated
So much quieter here, thanks {kindness}
"""

_LATE_MONEY = """
The money arrived this morning. Thanks {agent}!
Bank shows it today. Thank you for staying on it, {agent}.
Refund is in. Grateful you stuck with it.
"""

_LATE_ROOM = """
Slept like a log in the other room, cheers {agent}.
Update: the new room was perfect. Thank you {kindness}. {tail}
"""

_ADVANCE = """
It's {ref}, staying until {date}. Thanks in advance.
{ref}. Thank you in advance for looking!
Sure: {ref}, {hotel}. Thanks in advance for your help
Name is on {ref}. Would really appreciate a quick fix.
{ref}, booked in {city}. I'd be grateful if you could sort it today.
{ref} - tia!
Sent you the screenshot. Appreciate it if you can look before {hour}.
Here: {ref}. Thanks ahead of time
"""

_DECLINED = """
No thanks, that's all for today.
No thank you, we're fine as it is.
nah, no thanks
No thanks. The rest is clear.
thanks but no, I'll keep the room I have
Thank you but I've already eaten.
No, thanks. Let's leave it at that.
"""

_DECLINED_LEFT = """
No thanks, I've booked somewhere else.
Thanks but no thanks. Found a place that answers its phone.
no thank you, I'd rather cancel and go elsewhere
Don't bother any more, thanks, my bank is on it.
"""

_SARCASTIC = """
Thanks for nothing.
Wow, thanks for nothing {agent}.
Great, thanks, still locked out.
Thanks for ruining {occasion}.
Thanks for wasting {ago} of my life.
Thanks a lot, still broken.
Oh brilliant, thanks, so another {ago} of waiting then 🙄
Cheers for that copy and paste answer. Useless.
Thanks for not reading my message.
Gee thanks. Exactly what the last person said.
Thank you so much for charging me again 👏👏
much appreciated, being treated like an idiot for {amount}
Legends... if you like being ignored.
How generous. A voucher. Thanks a bunch, my card is still down {amount}.
Thank you for your concern. The room is still 14 degrees.
Well thanks, that was the exact link that doesn't work 😒
"""

_OTHER_PERSON = """
Thanks to the guest who answered above, the back entrance did it.
The lady next to us at breakfast had the answer, thanks to her we found it.
Never mind, thanks to my neighbour I got in.
@guest##### thanks for the tip, mate! The side door it is.
I told the taxi driver thank you at least, he waited for us.
thanks @guest##### you answered before they did
"""

_QUOTED = """
"Thank you for your patience" is all I ever read from you. {swear}
Your mail says "thanks for choosing us" and still no answer. {demand}
He actually wrote "thank you for understanding". I do not understand. {demand}
If I read "we appreciate your feedback" one more time... {ref}, please.
"""

_BEFORE_HUMAN = """
ok thanks bot, but can I have a person please
Thanks for the automatic message. Is anyone real there?
thank you robot... now a human?
thx but that isn't what I asked
"""

BLOCKS = {
    "en": {
        "relief": _RELIEF,
        "kindness": _KINDNESS,
        "tail": _TAIL,
        "thanks": _THANKS,
        "thanks.refund": _COMMON + _THANKS_MONEY,
        "thanks.charge": _COMMON + _THANKS_MONEY,
        "thanks.room": _COMMON + _THANKS_ROOM,
        "thanks.noise": _COMMON + _THANKS_ROOM,
        "late_thanks.refund": _LATE_MONEY,
        "late_thanks.charge": _LATE_MONEY,
        "late_thanks.room": _LATE_ROOM,
        "late_thanks.noise": _LATE_ROOM,
        "late_thanks": _LATE,
        "advance": _ADVANCE,
        "declined": _DECLINED,
        "declined_left": _DECLINED_LEFT,
        "sarcastic": _SARCASTIC,
        "other_person": _OTHER_PERSON,
        "quoted": _QUOTED,
        "before_human": _BEFORE_HUMAN,
    }
}
