"""Where a table comes from: a file, a glob, an address of an object store or a query, and what its format leaves open."""

import re
from functools import cache
from pathlib import PurePosixPath
from typing import Annotated, Literal
from zoneinfo import available_timezones

import polars as pl
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from careworth.formats import FORMATS, Export
from careworth.schemas import TABLES, Table
from careworth.strict import Strict, advice

#: Formats that are not a vendor's: ours, the public research file, and any table with a mapping.
OWN_FORMATS = ("canonical", "generic", "twcs")

#: Time formats that count from 1970.
EPOCHS = ("epoch_seconds", "epoch_milliseconds", "epoch_microseconds")

URL = re.compile(r"^([a-z][a-z0-9+.-]*)://")
SECRET = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*")


@cache
def _zones() -> set[str]:
    return available_timezones()


def _known_zone(name: str) -> str:
    if name not in _zones():
        raise ValueError(f"{name!r} is not an IANA time zone such as 'Europe/Amsterdam'")
    return name


def _known_format(name: str) -> str:
    if name not in OWN_FORMATS and name not in FORMATS:
        raise ValueError(advice(name, [*OWN_FORMATS, *FORMATS]))
    return name


def _inside_workspace(path: str) -> str:
    parts = PurePosixPath(path)
    if parts.is_absolute() or ".." in parts.parts or "\\" in path or "\0" in path:
        raise ValueError(f"{path!r} must lead from the workspace folder downwards, with forward slashes")
    return path


def _place(path: str) -> str:
    url = URL.match(path)
    if "::" in path or (url and url[1] in ("file", "local")):
        raise ValueError("leads out of the workspace; name a file in it, or an object store such as s3://")
    if not url:
        return _inside_workspace(path)
    if "?" in path or "#" in path:
        raise ValueError("an address must not hold a signature or other parts behind ? or #; leave them to the environment")
    if "@" in path.split("/")[2]:
        raise ValueError("an address must not hold a user or password; leave them to the environment")
    return path


def _database(place: str) -> str:
    if URL.match(place) or "=" in place:
        raise ValueError("a connection string may hold a password; put it into the environment and write env:ITS_NAME")
    return place if SECRET.fullmatch(place) else _inside_workspace(place)


def _time_format(form: str) -> str:
    if form and form not in EPOCHS:
        try:
            pl.Series(["1"]).str.to_datetime(form.replace(".%f", "%.f"), strict=False)
            pl.Series(["1"]).str.to_date(form.replace(".%f", "%.f"), strict=False)
        except pl.exceptions.PolarsError:
            raise ValueError(f"{form!r} names no instant; write it as strftime does, such as %d/%m/%Y %H:%M") from None
    return form


TimeFormat = Annotated[str, AfterValidator(_time_format)]
Zone = Annotated[str, AfterValidator(_known_zone)]


class Source(Strict):
    """Where one table comes from: its format, its place, and what the format leaves open.

    The place is `path` (a file or a glob inside the workspace, or an address of an object store) or a `query` to a `database`
    (env:NAME of a connection string, or an SQLite or DuckDB file inside the workspace).

    With `format = "generic"`, `columns` leads from each column of the table to the file's own name for it; `values` says for a
    column what each of the file's words means; `zone` is that of times that name none, `amounts` the unit of money in the file.
    `constants` gives values that the file lacks, in any format but canonical; `own_accounts` are the brand's own ids or names
    where a format does not say who is who; `empty_words` stand for nothing; of several records with one key the one whose file
    column `version` is largest is the newest, and counts; `id_prefix` tells ids from equal ones of another source. More than
    `rejected_max` of the records set aside stops the run.
    """

    format: Annotated[str, AfterValidator(_known_format)]
    path: Annotated[str, AfterValidator(_place)] = ""
    database: Annotated[str, AfterValidator(_database)] = ""
    query: str = ""
    columns: dict[str, str] = {}
    constants: dict[str, str | int | float | bool] = {}
    time_format: TimeFormat = ""
    date_format: str = ""
    zone: Zone | None = None
    amounts: Literal["minor", "major"] = "minor"
    decimal_comma: bool = False
    values: dict[str, dict[str, str]] = {}
    delimiter: str = Field(",", min_length=1, max_length=1)
    encoding: Literal["utf-8", "latin-1", "cp1252"] = "utf-8"
    sheet: str = ""
    id_prefix: str = ""
    own_accounts: list[str] = []
    empty_words: list[str] = []
    version: str = ""
    margin_rate: float | None = Field(None, ge=-1, le=1)
    rejected_max: float = Field(0.01, ge=0, le=1)

    @model_validator(mode="after")
    def _one_place(self) -> "Source":
        if bool(self.path) == bool(self.database):
            raise ValueError("give a source one place: either path, or database and query")
        if bool(self.query) != bool(self.database):
            raise ValueError("database and query belong together; give both or none")
        return self

    @property
    def is_remote(self) -> bool:
        """True if it has to be fetched before it can be read."""
        return bool(self.database or URL.match(self.path))

    def require_mapping(self, table: str) -> None:
        """Stop if what is mapped is not what the canonical `table` needs."""
        schema, given = TABLES[table], {**self.columns, **self.constants}
        unknown = sorted({*given, *self.values} - set(schema.columns))
        if unknown:
            raise ValueError(f"sources.{table}: no column {advice(unknown[0], list(schema.columns))}")
        if self.format != "generic" and (self.columns or self.values):
            raise ValueError(f"sources.{table}: only format 'generic' maps columns; leave out columns and values")
        if self.margin_rate is not None and table != "orders":
            raise ValueError(f"sources.{table}: margin_rate belongs to sources.orders; leave it out")
        amounts = [name for name in schema.columns if name.endswith("_minor") and name in self.columns]
        if self.amounts == "major" and amounts and "currency" not in schema.columns:
            raise ValueError(f"sources.{table}: has no currency, so {amounts[0]!r} must be in minor units; leave out amounts")
        if self.format in FORMATS:
            self._require_export(table, schema)
        elif self.format == "generic":
            self._require_columns(table, schema)
        elif self.constants or (self.format == "twcs" and table != "messages"):
            what = "takes no constants" if self.constants else "holds messages only"
            raise ValueError(f"sources.{table}: format {self.format!r} {what}; correct the source")

    def _require_columns(self, table: str, schema: Table) -> None:
        missing = [name for name in schema.required if name not in {**self.columns, **self.constants}]
        if missing and not (self.database and not self.columns):
            raise ValueError(f"sources.{table}: {missing[0]!r} is neither in columns nor in constants; every row needs it")

    def _require_export(self, table: str, schema: Table) -> None:
        if table not in FORMATS[self.format]:
            gives = ", ".join(sorted(FORMATS[self.format]))
            raise ValueError(f"sources.{table}: format {self.format!r} gives {gives}; choose another format")
        export: Export = FORMATS[self.format][table]
        missing = [name for name in schema.required if name not in {**export.columns, **self.constants}]
        if missing:
            raise ValueError(f"sources.{table}: {self.format} does not say {missing[0]!r}; give it in constants")
        if export.author and not self.own_accounts:
            raise ValueError(f"sources.{table}: {self.format} does not say who is the brand; name its ids in own_accounts")


def _as_list(given: object) -> object:
    return given if isinstance(given, list) else [given]


#: One source of a table, or several of them.
Sources = Annotated[list[Source], Field(min_length=1), BeforeValidator(_as_list)]
