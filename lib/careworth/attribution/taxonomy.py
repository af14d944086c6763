"""Kinds of channels, of which social care is one among others (R112, R126, R127)."""

from typing import NamedTuple


class Kind(NamedTuple):
    """What a channel is: its family, and whether paths can show it."""

    family: str
    is_observable: bool = True

    @property
    def is_social(self) -> bool:
        """True of social media, paid for, owned or care."""
        return self.family in ("social", "care")


#: Social care, which always stands among all channels.
CARE = "care_social"

#: Every channel that has a name of its own; any other name is taken for an online channel of the family 'other'.
TAXONOMY = {
    CARE: Kind("care"),
    **dict.fromkeys(("care_phone", "care_email", "care_chat"), Kind("care elsewhere")),
    **dict.fromkeys(("social_organic", "social_paid"), Kind("social")),
    **dict.fromkeys(("search_paid", "online_ads", "display", "video_ads", "affiliate"), Kind("online advertising")),
    **dict.fromkeys(("seo", "search_organic"), Kind("search engine optimisation")),
    **dict.fromkeys(("email", "sms", "push"), Kind("e-mail and messages")),
    "direct": Kind("direct"),
    "referral": Kind("referral"),
    **dict.fromkeys(("tv", "radio", "print", "outdoor", "cinema"), Kind("offline advertising", is_observable=False)),
    "direct_mail": Kind("direct mail", is_observable=False),
    "pr": Kind("public relations", is_observable=False),
    "events": Kind("events", is_observable=False),
    **dict.fromkeys(("store", "phone", "field_sales"), Kind("offline sales", is_observable=False)),
}


def kind_of(channel: str) -> Kind:
    """The kind of a channel, by its name however it is capitalised and spaced.

    Examples
    --------
    >>> kind_of("Social paid"), kind_of("TV").is_observable, kind_of("our-app").family
    (Kind(family='social', is_observable=True), False, 'other')
    """
    return TAXONOMY.get("_".join(channel.lower().replace("-", " ").split()), Kind("other"))
