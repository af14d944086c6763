"""What each metric of the report counts, in plain words, with its denominator and its limits (METRICS.md B)."""

from typing import NamedTuple


class Entry(NamedTuple):
    """A metric's name, what it counts, how, and what to beware of."""

    name: str
    meaning: str
    formula: str
    beware: str


#: Variants whose own name would not tell a reader what they count.
VARIANT_WORDS = {
    "roi": "",
    "rate": "",
    "total": "",
    "swing": "",
    "p90": "nine in ten",
    "ever": "ever answered",
    "count": "thank-yous counted",
    "cost_per_resolution": "",
    "avoided_contacts": "",
    "avoided_cost": "",
    "incremental_margin": "",
    "thankers_share": "share of customers answered",
    "closing_rate": "last turn is a thank-you",
    "median_replied_only": "median of the answered alone",
    "median_with_bots": "median, bots and automatic replies included",
    "probability_positive": "chance that it is above zero",
    "ratio_of_means": "ratio of mean gains and mean cost",
    "net_value": "gains less cost",
    "programme": "strict, unanswered complaints included",
    "read": "records read",
    "accepted": "records accepted",
    "in_campaign": "messages in this campaign",
    "joined": "may be joined",
    "without_consent": "known, but without consent",
    "ambiguous": "known as several customers",
    "unmatched": "not known as customers",
    "match_rate": "orders matched to a touch",
    "control_total": "gap between orders and books",
    "costs_complete": "cost lines complete",
    "period_covered": "campaign covered by orders",
    "connected": "revenue connected",
}


def metric_words(metric_id: str, variant: str) -> str:
    """A metric and its variant in words.

    Examples
    --------
    >>> metric_words("S2", "p90"), metric_words("Q1", "rate"), metric_words("S1", "within_24h")
    ('First response time, nine in ten', 'Thank You Score', 'Response rate, within 24 h')
    """
    name = GLOSSARY[metric_id].name if metric_id in GLOSSARY else metric_id
    hours = variant.removeprefix("within_").removesuffix("h")
    plain = f"within {hours} h" if variant.startswith("within_") else variant.replace("_", " ").replace(":", ": ")
    words = VARIANT_WORDS.get(variant, plain)
    return f"{name}, {words}" if words else name


GLOSSARY = {
    "V1": Entry(
        "Conversations",
        "How much there was to do. A care conversation called for an answer, or got one from a person.",
        "counts; per day with a moving-block bootstrap interval",
        "A change of what is listened to changes the count.",
    ),
    "V5": Entry(
        "Sentiment",
        "In what tone customers opened and closed a conversation.",
        "negative, neutral and positive shares of scored conversations, as read and corrected for the reader's errors",
        "A message is read alone; texts in a language that the reader does not know are unscored. See P12 for its errors.",
    ),
    "V6": Entry(
        "Trend",
        "Where a weekly series is heading.",
        "Theil-Sen slope over whole weeks, with 95 % interval; none below eight weeks",
        "Not adjusted for season.",
    ),
    "S1": Entry(
        "Response rate",
        "How many of those who needed an answer got one from a person in time.",
        "conversations with a person's answer within the window / mature conversations that needed a response",
        "Bots and automatic replies do not count; whether an answer was needed is read by a rule.",
    ),
    "S2": Entry(
        "First response time",
        "How long half of the customers waited at most for a person.",
        "Kaplan-Meier median from the first turn that needed a response to the first turn of a person",
        "Conversations still unanswered count as waiting; leaving them out would look faster.",
    ),
    "S5": Entry(
        "Time to resolution",
        "How long it took until the matter was settled here.",
        "Aalen-Johansen: moved and abandoned conversations compete with a resolution, open ones are censored",
        "The end is inferred from the turns, not from a case system.",
    ),
    "S6": Entry(
        "How it ended",
        "Resolved here, moved to another channel, not continued by the customer, or still open.",
        "share of mature care conversations",
        "A redirect answers but does not resolve; what happened in the other channel is not seen.",
    ),
    "Q1": Entry(
        "Thank You Score",
        "How many of those who were answered said thank you.",
        "conversations with a qualifying thank-you / answered mature conversations",
        "A proxy for satisfaction, never money. Easy questions thank more; compare like with like.",
    ),
    "Q2": Entry(
        "Complaint to thanks",
        "How many conversations that began as a complaint ended in a thank-you.",
        "strict: the customer's last turn; loose: any later turn / answered mature complaints",
        "What opened as a complaint is read by a rule.",
    ),
    "E4": Entry(
        "Calls made unnecessary",
        "Contacts with the phone line that served customers say they would have made.",
        "resolved conversations x share who would have phoned x (1 - share who got in touch again)",
        "Rests on what customers answer in a survey.",
    ),
    "E10": Entry(
        "Goals",
        "Whether a goal was met: the whole interval has to be on its right side.",
        "measured value against the target that was registered",
        "A goal registered after the start is marked post hoc.",
    ),
    "F12": Entry(
        "Message funnel",
        "What became of every message record.",
        "read = accepted + rejected",
        "Left out is not lost: each reason is counted.",
    ),
    "M1": Entry(
        "Programme cost",
        "What the campaign cost.",
        "people + process + technology + others",
        "A missing line closes the gate to ROI.",
    ),
    "M2": Entry(
        "Cost per resolution",
        "What one resolved conversation cost.",
        "programme cost / conversations resolved here",
        "Moved conversations cost again elsewhere.",
    ),
    "M3": Entry(
        "Avoided cost",
        "What the unnecessary calls would have cost.",
        "avoided calls x avoidable cost of a call",
        "Cash only if staffing follows.",
    ),
    "M5": Entry(
        "Attributed revenue",
        "How a rule shares out revenue among the channels that were there.",
        "first, last or equal share to each touch",
        "Attributed is not incremental; never added to gains.",
    ),
    "M6": Entry(
        "Channel roles",
        "Where a channel stands on the way to an order.",
        "share of the paths it is part of that it starts, assists or closes",
        "Offline touches are not seen.",
    ),
    "M7": Entry(
        "Incremental margin",
        "Margin on sales that would not have happened.",
        "treated less control of a randomised holdout, times the treated",
        "Only within the campaign.",
    ),
    "M9": Entry(
        "Return on investment",
        "Gains less cost, over cost.",
        "(gains - cost) / cost, over simulated outcomes",
        "A range; only with revenue connected and reconciled.",
    ),
    "M11": Entry(
        "What moves it",
        "How far ROI moves with one uncertain input.",
        "median ROI near the 5th and 95th percentile of the input",
        "Inputs are varied one at a time.",
    ),
    "P1": Entry(
        "Gate to ROI",
        "Whether revenue and cost are good enough to speak of ROI.",
        "connected, period covered, matched, reconciled, costs complete",
        "One failed condition closes it.",
    ),
    "P12": Entry(
        "Errors of reading",
        "How often the reader of texts finds what is there, and leaves alone what is not.",
        "sensitivity: found / there; specificity: left alone / not there, on texts that people labelled",
        "Measured on public conversations unless the workspace names labelled texts of its own.",
    ),
    "P7": Entry(
        "Identity match",
        "How many of the people who wrote are known as customers and may be joined to what they bought.",
        "people with one link that holds, and their consent / people whom care answered",
        "Those who wrote and cannot be joined may differ from those who can.",
    ),
}
