"""The ladder of E4: ways to know how many contacts care made unnecessary, the best first (METRICS.md E4)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from careworth.roi.distributions import Beta, Distribution, Fixed, Normal, pert, share_seen
from careworth.roi.gains import Change, Terms, gain_line
from careworth.roi.model import REST, Input, Line
from careworth.roi.served import AGENT
from careworth.targets import Assumption

RESOLVED = "resolved conversations"
REDIRECTED = "conversations sent to the phone or to e-mail"
WOULD = "share who would have phoned"
AGAIN = "share who got in touch again"
ARRIVED = "share of those sent away who arrived"

#: A change is seen four times in five, at 5 %, when it is so many standard errors: 1.96 + 0.84.
DETECTABLE_ERRORS = 2.8016

#: The lines in which contacts are counted, and that in which those caused are taken off.
AVOIDED, CAUSED = "contacts avoided", "contacts caused by redirects"


@dataclass(frozen=True)
class Rung:
    """One estimate of the avoided contacts: inputs and lines in contacts, each line with the channel that it spares.

    `customers` are those behind the resolved conversations, where these were counted. `blind` says why the rung could not
    have seen an effect of the size in question; empty where it could.
    """

    variant: str
    grade: str
    inputs: tuple[Input, ...]
    lines: tuple[tuple[str, Line], ...]
    method: str
    n: int
    denominator: str
    customers: int | None = None
    blind: str = ""


@dataclass(frozen=True)
class Share:
    """A share as it is known: its distribution, its grade, where it comes from and of how many."""

    distribution: Distribution
    grade: str
    source: str
    n: int | None = None


#: What is known of a share of which nothing was seen.
ANY_SHARE = Share(Beta(1, 1), "B", "not seen: anything from none to all")


def asked(answers: tuple[int, int], source: str) -> Share | None:
    """The share as a sample leaves it open; None when nobody answered."""
    yes, count = answers
    return Share(share_seen(yes, count), "B", source, count) if count else None


def stated(assumptions: Mapping[str, Assumption], name: str) -> Share | None:
    """The share as the company's file states it; None when it states none."""
    given = assumptions.get(name)
    return None if given is None else Share(pert(given.low, given.likely, given.high), "C", given.source)


def by_experiment(terms: Terms, arms: pl.DataFrame, contacts: pl.DataFrame, until: datetime, channel: str) -> Rung | None:
    """Contacts per person of the control arm less those of the treated, times the treated; None without two arms and contacts.

    Contacts that care caused are in the difference, so none is taken off. None too where a person is in several experiments.
    """
    both = arms.filter(pl.col("arm").is_in(["treatment", "control"]))
    if contacts.is_empty() or both["person_key"].is_duplicated().any():
        return None
    people = both.join(_contacts_per_person(both, contacts, until, channel), on="person_key", how="left", validate="1:1")
    counts = people.with_columns(pl.col("count").fill_null(0))
    treated, control = (counts.filter(arm=arm)["count"].to_numpy() for arm in ("treatment", "control"))
    if min(len(treated), len(control)) < 2:
        return None
    error = (treated.var(ddof=1) / len(treated) + control.var(ddof=1) / len(control)) ** 0.5
    spared = Normal(float(control.mean() - treated.mean()), float(error))
    words = "randomised experiment"
    inputs = (
        Input("persons in the treated arm", "persons", Fixed(len(treated)), "A", words, len(treated), "persons"),
        Input("contacts spared per person", "contacts", spared, "A", words, people.height, "persons in both arms"),
    )
    line = _spared(terms, AVOIDED, tuple(each.name for each in inputs), words)
    line = replace(line, persons=frozenset(both.filter(arm="treatment")["person_key"]))
    return Rung("avoided_by_experiment", "A", inputs, ((channel, line),), words, people.height, "persons in both arms")


def _contacts_per_person(arms: pl.DataFrame, contacts: pl.DataFrame, until: datetime, channel: str) -> pl.DataFrame:
    made = contacts.filter(channel=channel).select(person_key="customer_id", started_at="started_at")
    theirs = arms.join(made, on="person_key", validate="1:m")
    inside = theirs.filter((pl.col("started_at") >= pl.col("assigned_at")) & (pl.col("started_at") < until))
    return inside.group_by("person_key").agg(count=pl.len())


def by_series(terms: Terms, change: Change, resolved: int, channel: str, most: float | None = None) -> Rung:
    """The change of calls in a time series, taken the other way round.

    It is blind if the smallest change that it would have seen is not below the `most` contacts that can have been spared,
    which is the number of resolved conversations where a survey does not say less. That rule looks at the error and never at
    the value, or it would choose by what comes out.
    """
    least, limit = DETECTABLE_ERRORS * change.error, resolved if most is None else most
    found = f"it would have seen a change of {least:,.0f} contacts and more, and {limit:,.0f} can have been spared at most"
    given = Input("contacts spared", "contacts", Normal(-change.value, change.error), "B", change.design, resolved, RESOLVED)
    line = _spared(terms, AVOIDED, (given.name,), change.design)
    blind = "" if least < limit else found
    return Rung("avoided_by_series", "B", (given,), ((channel, line),), change.design, resolved, RESOLVED, blind=blind)


def by_shares(
    terms: Terms,
    issues: pl.DataFrame,
    away: pl.DataFrame,
    shares: Mapping[str, tuple[Share | None, Share | None]],
    arrived: tuple[int, int],
    channel: str,
) -> Rung | None:
    """Issues x share who would have phoned x what is left of the share who got in touch again, less contacts caused.

    Parameters
    ----------
    shares : mapping
        For each destination the share who would have phoned and the share who got in touch again; one without both has no line.
    arrived : pair of int
        How many of those sent away arrived, and of how many that is known; where it is not, none to all may have.
    """
    known = {
        destination: both
        for destination, both in shares.items()
        if None not in both and not issues.filter(destination=destination).is_empty()
    }
    if not known:
        return None
    parts = [_settled(terms, issues.filter(destination=name), name, both, channel) for name, both in known.items()]
    caused = _caused(terms, away, _named(WOULD, AGENT if AGENT in known else next(iter(known))), arrived)
    inputs, lines = (tuple(each for part in [*parts, caused] for each in part[k]) for k in (0, 1))
    grades = {each.grade for both in known.values() for each in both}
    sources = dict.fromkeys(each.source for both in known.values() for each in both)
    variant = "avoided_by_assumption" if "C" in grades else "avoided_by_survey"
    counted = issues.filter(pl.col("destination").is_in(list(known)))
    customers = counted["customer_id"].n_unique()
    return Rung(variant, max(grades), inputs, lines, "; ".join(sources), counted.height, RESOLVED, customers)


def _settled(terms: Terms, issues: pl.DataFrame, destination: str, both: tuple[Share, Share], channel: str):
    """The inputs and the line of the issues that one destination settled."""
    count, would, again = (_named(name, destination) for name in (RESOLVED, WOULD, AGAIN))
    ids = frozenset(issues["conversation_id"])
    words = "counted, each issue once, for the destination that helped last"
    counted = Input(count, "conversations", Fixed(len(ids)), "B", words, len(ids), RESOLVED)
    line = _spared(terms, f"{AVOIDED}: {destination}", (count, would, REST + again), "; ".join(each.source for each in both))
    told = [
        Input(name, "share", each.distribution, each.grade, each.source, each.n, RESOLVED)
        for name, each in zip((would, again), both, strict=True)
    ]
    return (counted, *told), ((channel, replace(line, contacts=ids)),)


def _caused(terms: Terms, away: pl.DataFrame, would: str, arrived: tuple[int, int]):
    """Those sent away who would not have called by themselves: their contacts are taken off, at what their channel costs."""
    inputs, lines = [], []
    share = asked(arrived, "seen at the contact centre within 72 hours") or ANY_SHARE
    if not away.is_empty():
        inputs.append(Input(ARRIVED, "share", share.distribution, share.grade, share.source, share.n, REDIRECTED))
    for channel in away["channel"].unique().sort():
        part, count = away.filter(channel=channel), f"conversations sent to {channel}, taken off"
        inputs.append(
            Input(count, "conversations", Fixed(-part.height), "B", "redirects read by a rule", part.height, REDIRECTED)
        )
        factors = (count, ARRIVED, REST + would)
        line = _spared(terms, f"{CAUSED}: {channel}", factors, "redirects read by a rule")
        lines.append((channel, replace(line, contacts=frozenset(part["conversation_id"]))))
    return tuple(inputs), tuple(lines)


def _named(name: str, destination: str) -> str:
    return f"{name} ({destination})"


def _spared(terms: Terms, name: str, factors: tuple[str, ...], method: str) -> Line:
    return gain_line(terms, name, "avoided_contacts", factors, method)
