"""Salesforce records: answers of a SOQL query (JSON), or a Data Loader or Bulk API file (CSV) with the same field names.

| table | object | fields beyond those that it cannot do without |
| --- | --- | --- |
| `tickets` | Case | ClosedDate, Origin, Priority, ContactId, OwnerId |
| `ticket_events` | CaseHistory | OldValue, NewValue, CreatedById |
| `leads` | Opportunity | LastStageChangeDate, IsWon, Amount, CurrencyIsoCode, LeadSource, ContactId |
| `messages` | SocialPost | ReplyToId, ParentId, PersonaId, MessageType, Status, SpamRating, Language, OutboundSocialAccountId |

SystemModstamp tells which of two deliveries of a record is newer. JSON and Bulk API write instants with their offset; Data
Loader and reports may write the user's own time, whose zone is the source's `zone`. An opportunity is a snapshot: it reached
its stage when that changed last; one that was never changed, on its close date if it is closed (a day, in the source's zone),
else when it was created. Where a whole organisation has one currency, the constant `currency` names it. Social posts that the
brand made elsewhere are known by their handle, among the source's `own_accounts`.

Shape: developer.salesforce.com, Object Reference: Case, CaseHistory, Opportunity, SocialPost; REST API, Query.
"""

from collections.abc import Callable
from typing import Any

import polars as pl

from careworth.formats.export import Export, listed

#: What a row of the history is called, by the field that changed; other fields are of no table.
CHANGES = dict.fromkeys(["owner", "ownerassignment", "owneraccepted"], "assigned") | {
    "ownerescalated": "escalated",
    "isescalated": "escalated",
    "created": "captured",
    "status": "status_change",
    "priority": "priority_change",
}
NETWORKS = {"twitter": "x", "instagrambusiness": "instagram", "messenger": "facebook"}
ORIGINS = {"Phone": "phone", "Email": "email", "Web": "web"}
CHANNELS = {"Comment": "comment", "Direct": "dm", "Private": "dm", "PrivateMessage": "dm"}
POSTS = ["Tweet", "Post"]
UNSENT = ["FAILED", "PENDING", "PENDING_APPROVAL", "RECALL_APPROVAL", "REJECTED_APPROVAL"]

#: Ids of those who own cases: users, and queues, which are no persons.
USER, OWNER = (f"^00[{letter}][0-9A-Za-z]{{12}}(?:[0-9A-Za-z]{{3}})?$" for letter in ("5", "5G"))


def _of(kind: str) -> Callable[[Any], list]:
    def records(document: Any) -> list:
        """The records of that kind; the command line wraps what the API answers."""
        answer = document.get("result", document) if isinstance(document, dict) else document
        found = [answer] if isinstance(answer, dict) and "attributes" in answer else list(listed(answer, "records"))
        if {_kind(each) for each in found} - {kind, None}:
            raise ValueError(f"not records of {kind}")
        return found

    return records


def _kind(record: Any) -> str | None:
    attributes = record.get("attributes") if isinstance(record, dict) else None
    return attributes.get("type") if isinstance(attributes, dict) else None


def _told(name: str) -> pl.Expr:
    # A CSV file has an empty field where JSON has null.
    return pl.when(pl.col(name) != "").then(pl.col(name))


def _is(name: str) -> pl.Expr:
    return _told(name).str.to_lowercase().is_in(["true", "1"])


_stamp = pl.coalesce(_told("SystemModstamp"), _told("LastModifiedDate")).str.replace("Z$", "+0000")
_version = _stamp.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%z", strict=False, time_zone="UTC").dt.epoch("ms")
_deleted = {"deleted": _is("IsDeleted")}
_always = ("Id", "IsDeleted", "SystemModstamp", "LastModifiedDate")

CASES = Export(
    fields=(*_always, "CreatedDate", "ClosedDate", "Status", "Origin", "Priority", "IsClosed", "ContactId", "OwnerId"),
    needed=frozenset({"Id", "CreatedDate", "Status"}),
    records=_of("Case"),
    columns={
        "ticket_id": pl.col("Id"),
        "thread_id": pl.col("Id"),
        "customer_id": pl.col("ContactId"),
        "channel": pl.col("Origin").replace(ORIGINS),
        "status": pl.col("Status"),
        "priority": pl.col("Priority"),
        "agent_id": pl.when(pl.col("OwnerId").str.contains(USER)).then("OwnerId"),
        "opened_at": pl.col("CreatedDate"),
        "closed_at": pl.when(_is("IsClosed").fill_null(True)).then("ClosedDate"),
    },
    excluded=_deleted,
    version=_version,
)

_field = pl.col("Field").str.to_lowercase()
_change = _field.replace_strict(CHANGES, default=None, return_dtype=pl.String)
_is_id = pl.coalesce(_told("NewValue"), _told("OldValue")).str.contains(OWNER)
_has_id = _is_id.any().over("CaseId", "CreatedDate", "Field")

HISTORY = Export(
    fields=("Id", "IsDeleted", "CaseId", "Field", "OldValue", "NewValue", "CreatedDate", "CreatedById"),
    needed=frozenset({"Id", "CaseId", "Field", "CreatedDate"}),
    records=_of("CaseHistory"),
    columns={
        "event_id": pl.col("Id"),
        "ticket_id": pl.col("CaseId"),
        "happened_at": pl.col("CreatedDate"),
        "type": _change,
        "actor_id": pl.col("CreatedById"),
        "from_value": pl.col("OldValue"),
        "to_value": pl.col("NewValue"),
    },
    excluded=_deleted
    | {
        "no_state_change": _told("Field").is_not_null() & _change.is_null(),
        # A change of owner is written twice, once with names and once with ids.
        "named_again": _change.is_in(["assigned", "escalated"]) & _has_id & ~_is_id,
    },
)

_is_closed = _is("IsClosed")

OPPORTUNITIES = Export(
    fields=(
        *(*_always, "StageName", "CreatedDate", "CloseDate", "LastStageChangeDate", "IsClosed", "IsWon"),
        *("Amount", "CurrencyIsoCode", "LeadSource", "ContactId"),
    ),
    needed=frozenset({"Id", "StageName", "CreatedDate", "CloseDate", "IsClosed"}),
    records=_of("Opportunity"),
    columns={
        "lead_id": pl.col("Id"),
        "stage": pl.col("StageName"),
        "reached_at": pl.coalesce(_told("LastStageChangeDate"), pl.when(_is_closed).then("CloseDate"), "CreatedDate"),
        "person_key": pl.col("ContactId"),
        "source": pl.col("LeadSource"),
        # Until it is closed, an opportunity that is not won is not lost either.
        "is_won": pl.when(_is_closed).then("IsWon"),
        "value_minor": pl.col("Amount"),
        "currency": pl.col("CurrencyIsoCode"),
    },
    excluded=_deleted,
    version=_version,
)

_is_outbound, _post_type = _is("IsOutbound"), _told("MessageType")
_is_brand = _is_outbound | pl.col("is_own").fill_null(False)
_is_answer = _told("ReplyToId").is_not_null() | _post_type.is_in(["Reply", "Comment"]).fill_null(False)
_is_spam = (pl.col("SpamRating") == "Spam").fill_null(False)
_channel = pl.when(_post_type.is_not_null()).then(_post_type.replace_strict(CHANNELS, default="public_post"))
_role = (
    pl.when(_is_brand & _post_type.is_in(POSTS) & ~_is_answer)
    .then(pl.lit("brand_marketing"))
    .when(_is_brand)
    .then(pl.lit("agent"))
    .when(~_is_outbound & _is_spam)
    .then(pl.lit("spam"))
    .when(~_is_outbound)
    .then(pl.lit("customer"))
)

SOCIAL_POSTS = Export(
    fields=(
        *(*_always, "Content", "Posted", "IsOutbound", "Handle", "PersonaId", "OutboundSocialAccountId", "ParentId", "ReplyToId"),
        *("Provider", "MessageType", "Status", "SpamRating", "Language"),
    ),
    needed=frozenset({"Id", "Content", "Posted", "IsOutbound", "Handle", "Provider"}),
    records=_of("SocialPost"),
    author="Handle",
    columns={
        "message_id": pl.col("Id"),
        "network": pl.col("Provider").str.to_lowercase().replace(NETWORKS),
        "channel": _channel,
        "visibility": _channel.replace({"dm": "private", "comment": "public", "public_post": "public"}),
        "author_id": pl.coalesce(_told("Handle"), pl.when(_is_outbound).then(_told("OutboundSocialAccountId")), "PersonaId"),
        "author_role": _role,
        "account_id": pl.when(_is_brand).then(pl.coalesce(_told("Handle"), "OutboundSocialAccountId")),
        "created_at": pl.col("Posted"),
        "text": pl.col("Content"),
        "lang": pl.col("Language").str.to_lowercase().str.extract("^([a-z]{2})$"),
        "in_reply_to_id": pl.col("ReplyToId"),
        "native_thread_id": pl.col("ParentId"),
        "message_kind": pl.when(_post_type == "Retweet")
        .then(pl.lit("reshare"))
        .otherwise(pl.when(_is_answer).then(pl.lit("reply")).otherwise(pl.lit("original"))),
    },
    excluded=_deleted | {"not_sent": _is_outbound & pl.col("Status").is_in(UNSENT)},
    version=_version,
)

FORMAT = {"tickets": CASES, "ticket_events": HISTORY, "leads": OPPORTUNITIES, "messages": SOCIAL_POSTS}
