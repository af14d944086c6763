"""A workspace and its campaigns: plain TOML, checked in full before anything runs."""

import tomllib
from datetime import UTC, date, datetime
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from careworth.errors import ConfigError
from careworth.schemas import TABLES

CAMPAIGN_ID = r"^[a-z0-9][a-z0-9-]{0,63}$"
CURRENCY = r"^[A-Z]{3}$"
METRIC = r"^[A-Z]{1,2}[0-9]{1,2}\.[a-z0-9_]+$"


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name!r} is not an IANA time zone such as 'Europe/Amsterdam'")
    return name


def _inside_workspace(path: str) -> str:
    parts = PurePosixPath(path)
    if parts.is_absolute() or ".." in parts.parts or "\\" in path or "\0" in path:
        raise ValueError(f"{path!r} must lead from the workspace folder downwards, with forward slashes")
    return path


def _in_utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


Zone = Annotated[str, AfterValidator(_known_zone)]
Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class Strict(BaseModel):
    """Settings that refuse unknown keys and never change after they were read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, allow_inf_nan=False)


class Source(Strict):
    """Where one table comes from: the format of the file and its path inside the workspace."""

    format: Literal["canonical", "twcs"]
    path: Annotated[str, AfterValidator(_inside_workspace)]


class Boundaries(Strict):
    """Hours of silence after which a customer's next message opens a new conversation (METRICS.md F3)."""

    private_hours: float = Field(24, gt=0)
    public_hours: float = Field(120, gt=0)


class Service(Strict):
    """Windows of the service metrics, in the unit that each name carries."""

    response_hours: float = Field(24, gt=0)
    resolution_window_hours: float = Field(72, gt=0)


class Money(Strict):
    """How ROI is simulated and when revenue counts as connected (METRICS.md P1)."""

    draws: int = Field(20_000, ge=1_000, le=1_000_000)
    seed: int = Field(7, ge=0)
    lookback_days: float = Field(30, gt=0)
    match_rate_min: float = Field(0.6, ge=0, le=1)
    control_tolerance: float = Field(0.02, ge=0, le=1)


class Goal(Strict):
    """A target for one metric; it counts as met only when it was registered before the campaign began."""

    metric: str = Field(pattern=METRIC)
    target: float
    direction: Literal["up", "down"]
    registered_on: date
    owner: str = ""


class Workspace(Strict):
    """A folder of the user's: who the brand is, where its data lies and how it is measured.

    `demo_seed` is for the demo alone: its sources are generated from that seed when they are missing.
    """

    root: Path
    name: str = Field(min_length=1)
    brand: str = Field(min_length=1)
    time_zone: Zone
    currency: str = Field(pattern=CURRENCY)
    roi_definition: str = Field(min_length=1)
    as_of: Instant | None = None
    demo_seed: int | None = None
    boundaries: Boundaries = Boundaries()
    service: Service = Service()
    roi: Money = Money()
    sources: dict[str, Source]

    @model_validator(mode="after")
    def _known_tables(self) -> "Workspace":
        unknown = sorted(set(self.sources) - set(TABLES))
        if unknown:
            raise ValueError(f"sources: {advice(unknown[0], list(TABLES))}")
        if "messages" not in self.sources:
            raise ValueError("sources: no 'messages'; every report starts from them")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which days and weeks are counted."""
        return ZoneInfo(self.time_zone)


class Campaign(Strict):
    """One campaign: `start` is the first day counted, `end` the first day no longer counted."""

    id: str = Field(pattern=CAMPAIGN_ID)
    name: str = Field(min_length=1)
    brand: str = Field(min_length=1)
    start: date
    end: date
    currency: str = Field(pattern=CURRENCY)
    type: str = "service_line"
    owner: str = ""
    strategy: str = ""
    accounts: list[str] = []
    networks: list[str] = []
    as_of: Instant | None = None
    budget: float | None = Field(None, ge=0)
    goals: list[Goal] = []

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
        If `workspace.toml` is missing, is not TOML, has an unknown key or an impossible value.
    """
    root = Path(root)
    return _checked(Workspace, root / "workspace.toml", "run `careworth init DIR` for one to start from", root=root)


def load_campaign(workspace: Workspace, campaign_id: str) -> Campaign:
    """The campaign called `campaign_id`, checked.

    Raises
    ------
    ConfigError
        If there is no such campaign or its file says something impossible.
    """
    known = campaign_ids(workspace)
    if campaign_id not in known:
        raise ConfigError(f"unknown campaign: {advice(campaign_id, known)}")
    path = workspace.root / "campaigns" / f"{campaign_id}.toml"
    campaign = _checked(Campaign, path, "")
    if campaign.id != campaign_id:
        raise ConfigError(f"{path.name}: id is {campaign.id!r}; name the file {campaign.id}.toml or correct the id")
    if campaign.currency != workspace.currency:
        raise ConfigError(
            f"{path.name}: currency {campaign.currency} is not the workspace's {workspace.currency}; "
            f"use one currency, no exchange rate is connected"
        )
    return campaign


def campaign_ids(workspace: Workspace) -> list[str]:
    """The ids of all campaigns in the workspace, in order; refuses a workspace without any."""
    found = sorted(path.stem for path in (workspace.root / "campaigns").glob("*.toml"))
    if not found:
        raise ConfigError("no campaign: put at least one <id>.toml into the workspace's folder campaigns/")
    return found


def differences_from_defaults(workspace: Workspace) -> list[str]:
    """Every setting of the workspace that is not the default, as 'section.key = value (default: value)'."""
    lines = []
    for section in (workspace.boundaries, workspace.service, workspace.roi):
        name = next(key for key in ("boundaries", "service", "roi") if getattr(workspace, key) is section)
        for key, field in type(section).model_fields.items():
            if getattr(section, key) != field.default:
                lines.append(f"{name}.{key} = {getattr(section, key)} (default: {field.default})")
    return lines


def _checked(model: type[Strict], path: Path, remedy: str, **extra):
    raw = _read_toml(path, remedy)
    try:
        return model.model_validate(raw | extra)
    except ValidationError as error:
        raise ConfigError(f"{path.name}: {_first_fault(error, model)}") from None


def _read_toml(path: Path, remedy: str) -> dict:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        where = path.parent.name or "."
        raise ConfigError(f"no {path.name} in folder {where!r}" + (f"; {remedy}" if remedy else "")) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name} is not valid TOML: {error}; correct that line") from None


def _first_fault(error: ValidationError, model: type[Strict]) -> str:
    faults = error.errors(include_url=False)
    first = next((f for f in faults if f["type"] == "extra_forbidden"), faults[0])
    place = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"unknown key: {advice(place, _keys(model))}"
    if first["type"] == "missing":
        return f"missing key {place!r}; add it"
    found = "" if isinstance(first["input"], dict) else f", found {first['input']!r}"
    message = first["msg"].removeprefix("Value error, ")
    return f"{place}: {message}{found}" if place else message


def _keys(model: type[BaseModel], prefix: str = "") -> list[str]:
    keys = []
    for name, field in model.model_fields.items():
        if name == "root":
            continue
        keys.append(prefix + name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            keys += _keys(field.annotation, f"{prefix}{name}.")
    return keys


def advice(found: str, known: list[str]) -> str:
    """The wrong word, quoted, with the nearest known one or with all that are known.

    Examples
    --------
    >>> advice("tema", ["team", "name"])
    "'tema'; did you mean 'team'?"
    """
    near = get_close_matches(found, known, n=1)
    return f"{found!r}; " + (f"did you mean {near[0]!r}?" if near else f"choose from {', '.join(sorted(known)[:20])}")
