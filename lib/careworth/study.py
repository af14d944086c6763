"""One campaign of one workspace with its data at hand: what every notebook starts from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

import polars as pl

from careworth.config import Campaign, Workspace, load_campaign, load_workspace
from careworth.labelling.sample import measure_sample, read_sample
from careworth.labelling.verbatims import approved_verbatims, read_themes
from careworth.lake import NOBODY, Lake, open_lake
from careworth.lake.accounts import accounts_of
from careworth.marts.conversations import build_clocks, gather_conversations, place_turns, select_campaign
from careworth.marts.identity import Match, care_touches, list_reached, match_people
from careworth.marts.pairs import PAIR_NUMBER
from careworth.marts.periods import Cut
from careworth.marts.waits import list_waits
from careworth.misreading import Errors
from careworth.promises import Policy
from careworth.reading.engines import engine_named
from careworth.reading.errors import measured_errors
from careworth.results import Row, to_metric_values

#: What metrics read of messages: all but what they say.
MESSAGE_FACTS = [
    "message_id",
    "thread_id",
    "in_reply_to_id",
    "network",
    "account_id",
    "author_id",
    "author_role",
    "message_kind",
    "created_at",
]


@dataclass(frozen=True)
class Study:
    """A campaign, the workspace that it belongs to and the lake that its numbers come from."""

    workspace: Workspace
    campaign: Campaign
    lake: Lake

    @property
    def as_of(self) -> datetime:
        """The cut-off: the campaign's, else the workspace's, else the last message."""
        return self.campaign.as_of or self.workspace.as_of or self.lake.last_message_at

    @property
    def cut(self) -> Cut:
        """The campaign's days, its cut-off and the zone they are counted in."""
        return Cut(self.campaign.start, self.campaign.end, self.as_of, self.workspace.zone)

    @property
    def period(self) -> tuple[datetime, datetime]:
        """The campaign's first instant and its first instant no longer counted."""
        return self.campaign.starts_at(self.workspace.zone), self.campaign.ends_at(self.workspace.zone)

    def table(self, name: str) -> pl.DataFrame:
        """One canonical table; without rows when it is not connected."""
        if name not in self._read:
            self._read[name] = self.lake.table_or_empty(name)
        return self._read[name]

    @cached_property
    def _read(self) -> dict[str, pl.DataFrame]:
        return {}

    def own(self, name: str) -> pl.DataFrame:
        """The rows of a canonical table that carry this campaign's id."""
        return self.table(name).filter(campaign_id=self.campaign.id)

    def to_values(self, rows: list[Row]) -> pl.DataFrame:
        """The rows as this campaign's `metric_values`."""
        return to_metric_values(rows, self.campaign.id, self.campaign.start, self.campaign.end)

    @cached_property
    def errors(self) -> Errors:
        """How often the reader errs: by the workspace's own labelled texts, else as measured on public conversations."""
        engine = engine_named(self.workspace.reading.engine, self.workspace.root)
        if not self.workspace.reading.labels:
            return Errors(measured_errors(engine.name), is_own=False)
        labels = read_sample(self.workspace.root / self.workspace.reading.labels)
        labelled = self.lake.scan("turns").filter(pl.col("first_message_id").is_in(labels["message_id"].to_list()))
        return Errors(measure_sample(labels, self.lake.collect("turns", labelled)), is_own=True)

    @property
    def themes(self) -> pl.DataFrame | None:
        """The themes that people gave to messages: message_id, theme, coder; None where the workspace names no file."""
        named = self.workspace.reading.themes
        return read_themes(self.workspace.root / named) if named else None

    @property
    def verbatims(self) -> list[str]:
        """The redacted texts of the messages that a person approved for the campaign's report."""
        approved = self.lake.scan("messages").filter(pl.col("message_id").is_in(self.campaign.verbatims)).collect()
        return approved_verbatims(approved, self.campaign.verbatims)

    @cached_property
    def turns(self) -> pl.DataFrame:
        """Labelled turns of all accounts."""
        return self.lake.table("turns")

    @cached_property
    def account_turns(self) -> pl.DataFrame:
        """Labelled turns with the campaign's accounts, whenever they were."""
        own = self.lake.scan("turns", self.accounts).filter(pl.col("account_id").is_in(self.accounts))
        return self.lake.collect("turns", own)

    @cached_property
    def account_messages(self) -> pl.DataFrame:
        """Messages to, from and around the campaign's accounts, those between customers too.

        A message without an account is around those of its thread, and around all where its thread has none. Who wrote each,
        when, in which thread and as an answer to what; not its text.
        """
        return self.read_messages(MESSAGE_FACTS)

    def read_messages(self, columns: list[str]) -> pl.DataFrame:
        """These columns of `account_messages`, in their order if the columns tell it."""
        around, is_own = [*self.accounts, NOBODY], pl.col("account_id").is_in(self.accounts)
        threads = self.lake.scan("turns", around).group_by("thread_id").agg(is_around=is_own.any())
        known = self.lake.scan("messages", around).filter(is_own | pl.col("account_id").is_null())
        placed = known.join(threads, on="thread_id", how="left", maintain_order="left")
        around_them = placed.filter(is_own | pl.col("is_around").fill_null(True))
        return self.lake.collect("messages", around_them.select(columns))

    @property
    def account_labels(self) -> pl.DataFrame:
        """What was read of those messages."""
        labels = self.lake.scan("message_labels", [*self.accounts, NOBODY])
        own = self.account_messages.lazy().select("message_id")
        return self.lake.collect("message_labels", labels.join(own, on="message_id", how="semi", maintain_order="left"))

    @property
    def account_snapshots(self) -> pl.DataFrame:
        """The daily counts of followers of the campaign's accounts."""
        return self.table("accounts").filter(pl.col("account_id").is_in(self.accounts))

    @property
    def account_posts(self) -> pl.DataFrame:
        """What the campaign's accounts published."""
        return self.table("posts").filter(pl.col("account_id").is_in(self.accounts))

    @property
    def account_conversations(self) -> pl.DataFrame:
        """Conversations with the campaign's accounts, whenever they began, as of the cut-off."""
        boundaries, window = self.workspace.boundaries, self.workspace.service.resolution_window_hours
        return self._built(boundaries.private_hours, boundaries.public_hours, window)

    def conversations(
        self, private_hours: float | None = None, public_hours: float | None = None, window_hours: float | None = None
    ) -> pl.DataFrame:
        """The campaign's conversations as of the cut-off; boundaries and window as the workspace says unless given."""
        boundaries, service = self.workspace.boundaries, self.workspace.service
        hours = (
            private_hours or boundaries.private_hours,
            public_hours or boundaries.public_hours,
            window_hours or service.resolution_window_hours,
        )
        return select_campaign(self._built(*hours), *self.period, self.accounts, self.campaign.networks)

    def clocks(self, hours: float) -> pl.DataFrame:
        """The campaign's conversations with another boundary, with no more than when they began and were answered."""
        every = build_clocks(self._turns_around, self.as_of, hours, hours)
        return select_campaign(every, *self.period, self.accounts, self.campaign.networks)

    @cached_property
    def _turns_around(self) -> pl.DataFrame:
        # All turns of whoever had one in the campaign's days: no other's conversation can have begun then.
        inside = pl.col("start_at").is_between(*self.period, closed="left")
        return self.account_turns.filter(inside.any().over(PAIR_NUMBER))

    def _built(self, *hours: float) -> pl.DataFrame:
        *boundaries, window = hours
        return self._once(hours, lambda: gather_conversations(self._placed(*boundaries), self.as_of, window))

    def _placed(self, *boundaries: float) -> pl.DataFrame:
        return self._once(boundaries, lambda: place_turns(self.account_turns, self.as_of, *boundaries))

    def _once(self, hours: tuple[float, ...], build: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        # Kept with the lake, since nearly every metric of every notebook starts from the same conversations. What tells them
        # apart is asked of the lake each time, so that a notebook that finds them kept is known to have read it all the same.
        key = (*self.accounts, self.as_of, *hours)
        if key not in self.lake.kept:
            self.lake.kept[key] = build()
        return self.lake.kept[key]

    def waits(self, private_hours: float | None = None, public_hours: float | None = None) -> pl.DataFrame:
        """Every time that a customer of the campaign's conversations called for an answer, as of the cut-off."""
        boundaries = self.workspace.boundaries
        private, public = private_hours or boundaries.private_hours, public_hours or boundaries.public_hours
        return select_campaign(list_waits(self._placed(private, public)), *self.period, self.accounts, self.campaign.networks)

    @property
    def account_waits(self) -> pl.DataFrame:
        """Every time that a customer called the campaign's accounts for an answer, whenever it was, as of the cut-off."""
        boundaries = self.workspace.boundaries
        return list_waits(self._placed(boundaries.private_hours, boundaries.public_hours))

    @property
    def policies(self) -> list[Policy]:
        """The promises of speed that the workspace states."""
        return [each.policy(self.workspace.calendar(each.calendar)) for each in self.workspace.sla]

    def conversations_before(self, days: int) -> pl.DataFrame:
        """The conversations with the same accounts in so many days before the campaign, as of the campaign's cut-off."""
        start = self.period[0]
        return select_campaign(
            self.account_conversations, start - timedelta(days=days), start, self.accounts, self.campaign.networks
        )

    @cached_property
    def people(self) -> Match | None:
        """Which of the customers whom the campaign answered may be joined to what they bought; None without links."""
        if not self.lake.has("identity_links"):
            return None
        return match_people(list_reached(self.own_turns), self.table("identity_links"))

    @cached_property
    def own_turns(self) -> pl.DataFrame:
        """The turns of the campaign's conversations, with their `conversation_id`."""
        boundaries = self.workspace.boundaries
        placed = self._placed(boundaries.private_hours, boundaries.public_hours)
        return select_campaign(placed, *self.period, self.accounts, self.campaign.networks)

    @cached_property
    def touchpoints(self) -> pl.DataFrame:
        """The touches that are connected, and the first answer to each customer of the campaign who may be joined."""
        told = self.table("touchpoints")
        if self.people is None:
            return told
        known = told.select("conversation_id").drop_nulls()
        answers = care_touches(self.own_turns, self.people.people).unique("conversation_id", keep="first", maintain_order=True)
        own = answers.join(known, on="conversation_id", how="anti", maintain_order="left")
        return pl.concat([told, own.with_columns(campaign_id=pl.lit(self.campaign.id))])

    @cached_property
    def accounts(self) -> list[str]:
        """The accounts that the campaign names, else those of its brand: by the accounts table, or of the same name."""
        return accounts_of(self.workspace, self.campaign, self.lake)


def open_study(workspace: str, campaign: str, refresh: bool = False) -> Study:
    """The study of `campaign` in the workspace folder `workspace`; builds the lake when it has to.

    Databases and object stores are asked again only with `refresh`.

    Raises
    ------
    ConfigError
        If the workspace or the campaign is missing or its file says something impossible.
    SourceError
        If a source cannot be read.
    """
    settings = load_workspace(Path(workspace))
    chosen = load_campaign(settings, campaign)
    return Study(settings, chosen, open_lake(settings, refresh))
