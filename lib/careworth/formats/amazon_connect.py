"""Contact records of Amazon Connect (once "contact trace records") as JSON lines, as its stream delivers them.

Records are delivered at least once, and again when something in them changed: of those with one `ContactId` the one with the
latest `LastUpdateTimestamp` counts. A transfer is a record of its own that names the first of its chain in `InitialContactId`.
A contact that no agent took has no `Agent`, and its durations are unknown, not zero. Calls that the centre placed by itself and
supervisors who listened in are no contacts that it took or lost.

Firehose puts no line break between records unless its newline delimiter is switched on; switch it on.

Shape: docs.aws.amazon.com/connect/latest/adminguide/ctr-data-model.md and records in public repositories.
"""

import polars as pl

from careworth.formats.export import Export, at

OWN = (
    "ContactId",
    "InitialContactId",
    "Channel",
    "InitiationMethod",
    "InitiationTimestamp",
    "DisconnectTimestamp",
    "LastUpdateTimestamp",
    "CustomerId",
)

#: Fields that lie deeper, by our name for them.
DEEPER = {
    "endpoint": ("CustomerEndpoint", "Address"),
    "queue": ("Queue", "Name"),
    "queue_seconds": ("Queue", "Duration"),
    "agent": ("Agent", "ARN"),
    "connected": ("Agent", "ConnectedToAgentTimestamp"),
    "talk_seconds": ("Agent", "AgentInteractionDuration"),
    "hold_seconds": ("Agent", "CustomerHoldDuration"),
    "wrap_seconds": ("Agent", "AfterContactWorkDuration"),
}


def flat(record: dict) -> dict:
    """The fields of one contact record."""
    own = {name: record[name] for name in OWN if name in record}
    return own | {name: at(record, *path) for name, path in DEEPER.items()}


CONTACTS = Export(
    fields=(*OWN, *DEEPER),
    needed=frozenset({"ContactId", "Channel", "InitiationTimestamp", "LastUpdateTimestamp"}),
    flat=flat,
    excluded={
        "outbound": pl.col("InitiationMethod").is_in(["OUTBOUND", "EXTERNAL_OUTBOUND"]),
        "monitored": pl.col("InitiationMethod") == "MONITOR",
    },
    columns={
        "contact_id": pl.col("ContactId"),
        "initial_contact_id": pl.col("InitialContactId"),
        "channel": pl.col("Channel").str.to_lowercase().replace({"voice": "phone"}),
        "customer_id": pl.coalesce("CustomerId", "endpoint"),
        "queue": pl.col("queue"),
        "agent_id": pl.col("agent"),
        "started_at": pl.col("InitiationTimestamp"),
        "connected_at": pl.col("connected"),
        "ended_at": pl.col("DisconnectTimestamp"),
        "talk_seconds": pl.col("talk_seconds"),
        "hold_seconds": pl.col("hold_seconds"),
        "wrap_seconds": pl.col("wrap_seconds"),
        "wait_seconds": pl.col("queue_seconds"),
    },
    version=pl.col("LastUpdateTimestamp").str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", strict=False).dt.epoch("us"),
)

FORMAT = {"contacts": CONTACTS}
