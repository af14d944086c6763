"""A workspace and its campaigns: TOML or YAML, checked in full before anything runs."""

import os
from datetime import UTC, date, datetime
from pathlib import Path, PureWindowsPath
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from careworth.business_time import Calendar
from careworth.errors import ConfigError
from careworth.promises import Capacity, OpeningHours, Promise
from careworth.schemas import TABLES
from careworth.settings_files import SUFFIXES, read_settings, refusal, shown
from careworth.sources import SECRET, Source, Sources, Zone
from careworth.strict import Day, Instant, Strict, Text, advice, checked
from careworth.targets import Assumption, Benefit, Claim, Correlated, Decided, Decisions, Goal, Outcome

CAMPAIGN_ID = r"^[a-z0-9][a-z0-9-]{0,63}$"
CURRENCY = r"^[A-Z]{3}$"

#: Windows opens a device where a file or folder has such a name, and a campaign's id is the name of its reports.
DEVICES = {"con", "prn", "aux", "nul"} | {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}


def _no_device(campaign_id: str) -> str:
    if campaign_id in DEVICES:
        raise ValueError("Windows keeps this name for a device; choose another, such as one with a year")
    return campaign_id


Currency = Annotated[str, Field(pattern=CURRENCY, description="three capitals, such as EUR")]
CampaignId = Annotated[
    str, Field(pattern=CAMPAIGN_ID, description="small letters, digits and hyphens, 64 at most"), AfterValidator(_no_device)
]


def _in_workspace(name: str) -> str:
    # Reports print these names, and where a folder lies on somebody's machine is nobody else's to read.
    if PureWindowsPath(name).anchor or name.startswith(("/", "~")) or ".." in PureWindowsPath(name).parts:
        raise ValueError("name a file inside the workspace, by its path from there")
    return name


class Boundaries(Strict):
    """Hours of silence after which a customer's next message opens a new conversation (METRICS.md F3)."""

    private_hours: float = Field(24, gt=0)
    public_hours: float = Field(120, gt=0)


class Service(Strict):
    """Windows of the service metrics, in the unit that each name carries."""

    response_hours: float = Field(24, gt=0)
    resolution_window_hours: float = Field(72, gt=0)
    at_once_minutes: float = Field(15, gt=0, description="an answer within so many minutes counts as given at once")
    calendar: str = Field("", description="one of [[calendars.NAME]], in whose hours waits are told a second time")


class Money(Strict):
    """How ROI is simulated and when revenue counts as connected (METRICS.md P1)."""

    draws: int = Field(16_384, ge=1_000, le=1_000_000)
    seed: int = Field(7, ge=0)
    lookback_days: float = Field(30, gt=0)
    match_rate_min: float = Field(0.6, ge=0, le=1)
    control_tolerance: float = Field(0.02, ge=0, le=1)
    discount_rate: float = Field(0, ge=0, le=1, description="of a year, such as 0.08")
    hurdle: float = Field(0, ge=0, description="return on cost that is asked for, such as 0.15")
    false_discovery: float = Field(0.1, gt=0, lt=1, description="share of the verdicts over all campaigns that may be chance")


class Privacy(Strict):
    """How people are named in the lake, and of how many at least anything shared tells.

    People have keyed pseudonyms in the lake where `key` says which environment variable holds the key.
    """

    key: str = Field("", pattern=rf"^({SECRET.pattern})?$", description="env:NAME, the environment variable that holds it")
    smallest_group: int = Field(10, ge=5, description="numbers of fewer people are hidden in whatever is shared")
    keep_days: int = Field(0, ge=0, le=36_500, description="what people did earlier is left out of the lake; 0 keeps all")


class Reading(Strict):
    """What reads customers' texts, and the workspace's files of texts that people labelled, to measure it by, or gave themes."""

    engine: Annotated[Text, AfterValidator(_in_workspace)] = "care"
    labels: Annotated[str, AfterValidator(_in_workspace)] = ""
    themes: Annotated[str, AfterValidator(_in_workspace)] = ""


class Workspace(Strict):
    """A folder of the user's: who the brand is, where its data lies and how it is measured.

    `demo_seed` is for the demo alone: its sources are generated from that seed when they are missing.
    """

    root: Path
    name: Text
    brand: Text
    time_zone: Zone
    currency: Currency
    roi_definition: Text
    as_of: Instant | None = None
    demo_seed: int | None = None
    boundaries: Boundaries = Boundaries()
    service: Service = Service()
    roi: Money = Money()
    privacy: Privacy = Privacy()
    reading: Reading = Reading()
    decisions: Decisions = Decisions()
    capacity: Capacity = Capacity()
    calendars: dict[str, list[OpeningHours]] = {}
    sla: list[Promise] = []
    claims: list[Claim] = []
    sources: dict[str, Sources]

    @model_validator(mode="after")
    def _known_tables(self) -> "Workspace":
        unknown = sorted(set(self.sources) - set(TABLES))
        if unknown:
            raise ValueError(f"sources: {advice(unknown[0], list(TABLES))}")
        if "messages" not in self.sources:
            raise ValueError("sources: no 'messages'; every report starts from them")
        for name, source in self.all_sources:
            source.require_mapping(name)
        return self

    @model_validator(mode="after")
    def _known_calendars(self) -> "Workspace":
        empty = [name for name, hours in self.calendars.items() if not hours]
        if empty:
            raise ValueError(f"calendars.{empty[0]}: no opening hours; write [[calendars.{empty[0]}]] with the hours of each day")
        used = [self.service.calendar, *(each.calendar for each in self.sla)]
        unknown = sorted({name for name in used if name} - set(self.calendars))
        if unknown:
            raise ValueError(f"calendar {advice(unknown[0], list(self.calendars))}")
        return self

    @model_validator(mode="after")
    def _each_claim_once(self) -> "Workspace":
        ids = [claim.id for claim in self.claims]
        if twice := sorted({each for each in ids if ids.count(each) > 1}):
            raise ValueError(f"claims: id {twice[0]!r} more than once; rename one")
        return self

    def calendar(self, name: str) -> list[Calendar]:
        """The successive opening hours of a calendar; none for no name."""
        return [hours.calendar(self.zone) for hours in self.calendars[name]] if name else []

    @property
    def all_sources(self) -> list[tuple[str, Source]]:
        """Each source with the name of its table."""
        return [(name, source) for name, sources in self.sources.items() for source in sources]

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which days and weeks are counted."""
        return ZoneInfo(self.time_zone)


class Campaign(Strict):
    """One campaign: `start` is the first day counted, `end` the first day no longer counted."""

    id: CampaignId
    name: Text
    brand: Text
    start: Day
    end: Day
    currency: Currency
    type: str = "service_line"
    owner: str = ""
    strategy: str = ""
    staffing: str = ""
    accounts: list[str] = []
    networks: list[str] = []
    as_of: Instant | None = None
    budget: float | None = Field(None, ge=0)
    goals: list[Goal] = []
    most_goals: int = Field(5, ge=1)
    decided: list[Decided] = []
    outcomes: list[Outcome] = []
    volume_lift: float = Field(1, gt=0)
    previous: Annotated[str, Field(pattern=rf"^$|{CAMPAIGN_ID}"), AfterValidator(_no_device)] = ""
    verbatims: list[str] = []
    benefits: list[Benefit] = []
    assumptions: list[Assumption] = []
    correlations: list[Correlated] = []
    freed_hours: Literal["", "redeployed", "cut"] = ""

    @model_validator(mode="after")
    def _each_name_once(self) -> "Campaign":
        for kind, named in (("benefits", self.benefits), ("assumptions", self.assumptions)):
            names = [each.name for each in named]
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise ValueError(f"{kind}: {twice[0]!r} more than once; keep one of them")
        return self

    @model_validator(mode="after")
    def _one_primary(self) -> "Campaign":
        if sum(goal.primary for goal in self.goals) > 1:
            raise ValueError("goals: more than one is primary; judge the campaign by one, the others are explored")
        return self

    @model_validator(mode="after")
    def _one_goal_for_each_number(self) -> "Campaign":
        named = [goal.metric for goal in self.goals]
        if twice := sorted({name for name in named if named.count(name) > 1}):
            raise ValueError(f"goals: {twice[0]} has more than one; keep one goal for each number")
        return self

    @model_validator(mode="after")
    def _end_after_start(self) -> "Campaign":
        if self.end <= self.start:
            raise ValueError(f"end {self.end} is not after start {self.start}; end is the first day no longer counted")
        return self

    def starts_at(self, zone: ZoneInfo) -> datetime:
        """The first instant of the campaign: midnight in the reporting zone, in UTC as all data are."""
        return _midnight(self.start, zone)

    def ends_at(self, zone: ZoneInfo) -> datetime:
        """The first instant no longer in the campaign, in UTC."""
        return _midnight(self.end, zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def load_workspace(root: Path) -> Workspace:
    """The workspace in folder `root`, checked.

    Raises
    ------
    ConfigError
        If `workspace.toml` (or .yaml, .yml) is missing, unreadable, has an unknown key or an impossible value.
    """
    root = Path(root)
    path = workspace_file(root)
    return checked(Workspace, read_settings(path), path.name, root=root)


def workspace_file(root: Path) -> Path:
    """The file with the settings of the workspace in folder `root`; refuses none and more than one."""
    found = [f"workspace{suffix}" for suffix in SUFFIXES if (root / f"workspace{suffix}").exists()]
    if not found:
        remedy = "run `careworth init DIR` for one to start from"
        raise ConfigError(f"no workspace.toml in folder {root.name or '.'!r}; {remedy}", "E_MISSING_FILE")
    return root / _only(found, "E_FORMAT")


def _only(found: list[str], code: str) -> str:
    if len(found) > 1:
        raise refusal(" and ".join(found), " say the same thing twice; keep one of them", code)
    return found[0]


def read_campaigns(path: Path) -> list[Campaign]:
    """Every campaign in the file, checked: the one that it describes, or each of its list.

    Raises
    ------
    ConfigError
        If the file cannot be read, a campaign says something impossible, or two ids differ by case at most.
    """
    raw = read_settings(path)
    if not isinstance(raw, list):
        return [checked(Campaign, raw, path.name)]
    if not raw:
        raise refusal(path.name, " is an empty list; describe a campaign", "E_EMPTY_FILE")
    _require_different_ids(raw, path.name)
    return [checked(Campaign, one, f"{path.name}, campaign {number}") for number, one in enumerate(raw, 1)]


def _require_different_ids(raw: list, where: str) -> None:
    seen = set()
    for campaign_id in (str(one.get("id")).casefold() for one in raw if isinstance(one, dict) and "id" in one):
        if campaign_id in seen:
            raise refusal(where, f": id {shown(campaign_id)} more than once, capitals apart; rename one", "E_DUPLICATE_ID")
        seen.add(campaign_id)


def load_campaign(workspace: Workspace, campaign_id: str) -> Campaign:
    """The campaign called `campaign_id`, checked.

    Raises
    ------
    ConfigError
        If there is no such campaign or its file says something impossible.
    """
    path = campaign_file(workspace, campaign_id)
    campaign, *more = read_campaigns(path)
    if more:
        raise refusal(path.name, f": {len(more) + 1} campaigns; in a workspace, make one file of each", "E_FORMAT")
    if campaign.id != campaign_id:
        says = f": id is {campaign.id!r}; name the file {campaign.id}{path.suffix} or correct the id"
        raise refusal(path.name, says, "E_BAD_ID")
    if campaign.currency != workspace.currency:
        says = f": currency {campaign.currency} is not the workspace's {workspace.currency}"
        raise refusal(path.name, f"{says}; use one currency, no exchange rate is connected", "E_BAD_FIELD")
    return campaign


def campaign_file(workspace: Workspace, campaign_id: str) -> Path:
    """The file of the campaign called `campaign_id`; refuses an unknown one and two files for one."""
    files = _campaign_files(workspace)
    if campaign_id not in files:
        raise ConfigError(f"unknown campaign: {advice(campaign_id, sorted(files))}", "E_MISSING_FILE")
    return workspace.root / "campaigns" / files[campaign_id]


def campaign_ids(workspace: Workspace) -> list[str]:
    """The ids of all campaigns in the workspace, in order; refuses a workspace without any and two files for one."""
    return sorted(_campaign_files(workspace))


def _campaign_files(workspace: Workspace) -> dict[str, str]:
    # Names and no paths: each campaign of hundreds looks for its own among all.
    by_id, folder = {}, workspace.root / "campaigns"
    for name in sorted(os.listdir(folder)) if folder.is_dir() else ():
        stem, suffix = os.path.splitext(name)
        if suffix.lower() in SUFFIXES and not name.startswith("."):  # macOS writes ._spring.toml beside spring.toml
            by_id.setdefault(stem.casefold(), []).append(name)
    if not by_id:
        says = "no campaign: put at least one <id>.toml into the workspace's folder campaigns/"
        raise ConfigError(says, "E_MISSING_FILE")
    only = [_only(names, "E_DUPLICATE_ID") for names in by_id.values()]
    return {os.path.splitext(name)[0]: name for name in only}


def differences_from_defaults(workspace: Workspace) -> list[str]:
    """Every setting of the workspace that is not the default, as 'section.key = value (default: value)'."""
    lines = []
    for name in ("boundaries", "service", "roi", "reading", "decisions", "capacity"):
        section = getattr(workspace, name)
        for key, field in type(section).model_fields.items():
            if getattr(section, key) != field.default:
                lines.append(f"{name}.{key} = {getattr(section, key)} (default: {field.default})")
    smallest, usual = workspace.privacy.smallest_group, Privacy.model_fields["smallest_group"].default
    return lines if smallest == usual else [*lines, f"privacy.smallest_group = {smallest} (default: {usual})"]
