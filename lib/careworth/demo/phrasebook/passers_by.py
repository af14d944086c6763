"""Messages that are no part of a care conversation: spam, peers, reshares, and the brand's own marketing."""

_SPAM = """
Earn {amount} a day from home, link in bio!!!
Free followers 👉 https://fol.example/####
Hello dear, I have a business proposal worth ###,000
Crypto doubled in a week, ask me how
Best watches best price wa.example/#####
You have won a gift card! Claim: https://win.example/####
hot singles in {city} tonight https://sp.example/###
I was broke until coach Anna changed my life, thank you coach!! dm her
Loan in 10 minutes no questions, thanks me later
"""
_PEER = """
Same here, been like that since {day}
Try the side entrance, worked for me
I had this at {hotel}, they fixed it when I asked at the desk
Parking is {amount} I think
Go to the market hall, best fish in {city}
Ask for a room on the courtyard side
lol welcome to the club
Not true, ours was spotless
Take the tram, taxis are a rip off from there
You need to enter the code before choosing the dates
"""
_RESHARE = """
RT @MerrowHotels: Weekend in {city}? Rooms from {amount}.
RT @MerrowHotels: Meet {agent}, who has run the bar of {hotel} for years.
RT @guest#####: thank you @MerrowHelp, you sorted my booking in minutes!
RT @guest#####: still waiting for my refund @MerrowHotels
RT @MerrowStay: A month in {city}, bills included.
RT @MerrowConcierge: Three quiet corners of {city}.
"""
_MARKETING = """
Weekend in {city}? Rooms from {amount}. 🌅 https://merrow.example/{city}
Meet {agent}, who has run the bar of {hotel} for years.
A month in {city}, bills included. Long stays made light.
Three quiet corners of {city}, picked by our concierge.
Breakfast with a view: {hotel}. Who would you bring?
Our loyalty members get a late checkout this month.
What's your favourite memory of {city}? Tell us below 👇
Thank you for voting {hotel} your favourite city hotel of the year!
Travelling for {occasion}? We have a room for that.
"""
_MARKETING_SUMMER = """
Summer Escape: third night on us in {city}. ☀️ https://merrow.example/summer
Summer Escape is here. Breakfast in, alarm clock out.
Last rooms for Summer Escape in {city}, from {amount}.
"""

BLOCKS = {
    "en": {"spam": _SPAM, "peer": _PEER, "reshare": _RESHARE, "marketing": _MARKETING, "marketing.summer": _MARKETING_SUMMER}
}
