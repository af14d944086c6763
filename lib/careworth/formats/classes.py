"""What a source is good for (METRICS.md R111): monitoring, engagement or measuring, and what its class cannot support."""

#: What numbers from a source of each class alone cannot show.
LIMITS = {
    "monitoring": "what the brand did about it, and what came of it: no waits, no resolutions, no sales",
    "engagement": "what people bought and what service cost: no revenue and no return",
    "measuring": "what was said: no tone, no thank-yous, no reasons",
}

#: The class of each canonical table but messages, whose class hangs on what is in them.
TABLE_CLASSES = {
    "accounts": "monitoring",
    "reviews": "monitoring",
    "events": "monitoring",
    "posts": "engagement",
    "tickets": "engagement",
    "ticket_events": "engagement",
    "qa_reviews": "engagement",
    "contacts": "engagement",
    "contact_intervals": "engagement",
}

#: Formats whose messages come from an inbox or a help desk, with the replies of its agents.
INBOX_FORMATS = (
    "chatwoot",
    "intercom",
    "khoros",
    "meta_download",
    "meta_graph",
    "salesforce",
    "x_archive",
    "x_archive_dm",
    "x_dm",
    "zendesk",
)


def source_class(table: str, source_format: str, has_answers: bool) -> str:
    """The class of a source of `table`: monitoring, engagement or measuring.

    Messages of an export that may come from a listening tool count as engagement only where answers of agents are in them.

    Examples
    --------
    >>> source_class("messages", "zendesk", False), source_class("messages", "generic", False)
    ('engagement', 'monitoring')
    >>> source_class("orders", "ga4", True)
    'measuring'
    """
    if table == "messages":
        return "engagement" if has_answers or source_format in INBOX_FORMATS else "monitoring"
    return TABLE_CLASSES.get(table, "measuring")
