"""A study's return: what it cost, what it gained, each once, and how sure that is (METRICS.md M1 to M12, C.9, C.10)."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import polars as pl

from careworth.attribution import select_orders
from careworth.config import Campaign, campaign_ids, load_campaign
from careworth.results import Row, pick, value_row
from careworth.roi import served
from careworth.roi.attributed import attributed_if_causal
from careworth.roi.avoided import avoided_cost
from careworth.roi.cash_flow_rows import cash_flow_rows
from careworth.roi.cost_lines import cost_model, cost_rows, read_cost_lines
from careworth.roi.exclusivity import check_ledger
from careworth.roi.gains import Change, Gain, Terms, join_gains, range_of
from careworth.roi.information import information_rows
from careworth.roi.ledger_table import gain_rows
from careworth.roi.margin import incremental_margin, margin_share
from careworth.roi.model import Correlation, Model
from careworth.roi.outcomes import has_gains, return_rows
from careworth.roi.overlaps import claims_of, overlap_row, share_claims, with_credit
from careworth.roi.productivity import handled_by_contact, handled_by_interval, productivity
from careworth.roi.retention import retained_margin
from careworth.roi.risk_adjustment import risk_adjusted_row
from careworth.roi.rungs import Share, asked, by_experiment, by_series, by_shares, stated
from careworth.roi.sampling import draw_inputs
from careworth.roi.sensitivity import break_even_rows, swing_rows
from careworth.roi.sobol import sobol_rows
from careworth.roi.stated import stated_gains
from careworth.roi.unit_costs import unit_cost_rows
from careworth.roi.unit_ranges import require_ranges
from careworth.stats import Z95
from careworth.study import Study

#: The channel of the contact centre that care spares.
PHONE = "phone"

#: Days after a campaign in which margin of those who stayed is still put down to it (M8).
STAYED_DAYS = 365

#: The rule whose credit is shown as if it were cause, apart from the return.
RULE = "linear"


class Ledger(NamedTuple):
    """A return as a model, each gain in it once, draws of its inputs, and what campaigns share."""

    model: Model
    draws: dict[str, np.ndarray]
    overlap: Row


def terms(study: Study) -> Terms:
    """The currency and the days that all lines of the study's ledger share."""
    return Terms(study.campaign.currency, study.campaign.start, study.campaign.end)


def cost_lines(study: Study) -> pl.DataFrame:
    """One row per cost line: what the campaign bears of it (M1).

    Raises
    ------
    CareworthError
        If a line cannot be counted; the message names it.
    """
    currency, start, end = terms(study)
    return read_cost_lines(study.own("costs"), start, end, currency, study.table("exchange_rates"))


def require_sound_money(study: Study) -> None:
    """Refuse cost lines and unit costs that cannot be counted.

    Raises
    ------
    CareworthError
        It names the first line, what is wrong with it and what to do.
    """
    cost_lines(study)
    require_ranges(study.table("unit_costs"))


def contact_gain(study: Study, conversations: pl.DataFrame, effects: Iterable[Row]) -> Gain:
    """M3 with E4: contacts made unnecessary, by experiment, else time series, else surveys, else what the company states.

    Parameters
    ----------
    effects : iterable of Row
        What time series found of calls (`careworth.changes.effect_rows`); those with control series may serve.
    """
    known, issues, away = terms(study), served.served_issues(conversations), served.sent_away(conversations)
    change = series_change(effects, "E4", "contacts_total")
    surveyed = by_shares(known, issues, away, {served.AGENT: _asked(study, issues)}, (0, 0), PHONE)
    most = None if surveyed is None else range_of(surveyed.inputs, tuple(line for _, line in surveyed.lines)).high
    rungs = [
        by_experiment(known, study.own("experiment_arms"), study.table("contacts"), study.as_of, PHONE),
        None if change is None else by_series(known, change, issues.height, PHONE, most),
        surveyed,
        by_shares(known, issues, away, {served.AGENT: _stated(study.campaign)}, (0, 0), PHONE),
    ]
    return avoided_cost(known, rungs, require_ranges(study.table("unit_costs")), away, study.campaign.freed_hours == "cut")


def _asked(study: Study, issues: pl.DataFrame) -> tuple[Share | None, Share | None]:
    """The shares who would have phoned and who got in touch again, by surveys; the second as it was seen, where it was."""
    would = served.survey_answers(study.table("surveys"), issues, "intent_to_contact")
    again = served.survey_answers(study.table("surveys"), issues, "recontact")
    seen = (0, 0) if study.people is None else _seen(study, issues)
    source = "survey of served customers"
    return asked(would, source), asked(seen, "seen at the contact centre") or asked(again, source)


def _seen(study: Study, issues: pl.DataFrame) -> tuple[int, int]:
    return served.seen_again(issues, study.table("contacts"), study.people.people, study.as_of)


def _stated(campaign: Campaign) -> tuple[Share | None, Share | None]:
    given = {each.name: each for each in campaign.assumptions}
    return stated(given, "would_have_phoned"), stated(given, "phoned_anyway")


def series_change(effects: Iterable[Row], metric_id: str, variant: str) -> Change | None:
    """The change in all of the first series that was compared with controls, with its standard error; None without one."""
    for row in effects:
        if (row["metric_id"], row["variant"], row["grade"]) == (metric_id, variant, "B"):
            return Change(row["value"], (row["high"] - row["low"]) / (2 * Z95), f"time series with controls: {row['slice'][7:]}")
    return None


def time_gain(study: Study) -> Gain:
    """M4: what shorter contacts saved, where the company says what became of the hours."""
    contacts = handled_by_contact(study.table("contacts"))
    handled = handled_by_interval(study.table("contact_intervals")) if contacts.is_empty() else contacts
    hourly = {each.name: each for each in study.campaign.assumptions}.get("cost_per_hour")
    return productivity(terms(study), study.cut, handled, hourly, study.campaign.freed_hours)


def sales_gain(study: Study, effects: Iterable[Row]) -> Gain:
    """M7: margin on sales that would not have happened, in the days of the campaign."""
    change = series_change(effects, "M7", "revenue_total")
    return incremental_margin(terms(study), study.own("experiment_arms"), _orders(study), _days(study), change)


def retention_gain(study: Study) -> Gain:
    """M8: margin of those who stayed, after the window of M7."""
    everything = study.table("orders").filter(brand=study.campaign.brand)
    arms = study.own("experiment_arms")
    return retained_margin(terms(study), arms, everything, study.as_of, _days(study), STAYED_DAYS)


def company_gain(study: Study) -> Gain:
    """The gains that the campaign's file states, grade C."""
    return stated_gains(terms(study), study.campaign.benefits, study.workspace.claims)


def _orders(study: Study) -> pl.DataFrame:
    return select_orders(study.table("orders"), study.campaign.brand, *study.period)


def _days(study: Study) -> int:
    return (study.campaign.end - study.campaign.start).days


def build_ledger(study: Study, costs: pl.DataFrame, gains: Iterable[Gain], draws: int, seed: int) -> Ledger:
    """The ledger in which nothing counts twice, what other campaigns count too shared with them, and draws of its inputs.

    Parameters
    ----------
    draws : int
        Simulated outcomes; the next power of two is drawn.
    """
    currency, start, end = terms(study)
    cost_inputs, cost_of = cost_model(costs, start, end, currency)
    inputs, lines = join_gains(gains)
    together = tuple(Correlation(*each) for each in _correlations(study.campaign))
    model = check_ledger(Model((*cost_inputs, *inputs), (*cost_of, *lines), together))
    claims = pl.concat([claims_of(model, study.campaign.id), *_others_claims(study)])
    shared = with_credit(model, claims, study.campaign.id)
    values = draw_inputs(shared, 1 << (draws - 1).bit_length(), seed)
    return Ledger(shared, values, overlap_row(share_claims(claims), study.campaign.id))


def _correlations(campaign: Campaign) -> list[tuple[str, str, float, str]]:
    """What the campaign's file says of inputs that move together."""
    return [(each.first, each.second, each.value, each.reason) for each in campaign.correlations]


def _others_claims(study: Study) -> list[pl.DataFrame]:
    """What other campaigns of the same days and accounts count: the issues they resolved and the persons they treated."""
    others = [load_campaign(study.workspace, each) for each in campaign_ids(study.workspace) if each != study.campaign.id]
    own = study.campaign
    same_days = [each for each in others if each.start < own.end and own.start < each.end and each.brand == own.brand]
    return [_claims(Study(study.workspace, each, study.lake)) for each in same_days]


def _claims(other: Study) -> pl.DataFrame:
    issues = served.served_issues(other.conversations())["conversation_id"]
    people = other.own("experiment_arms").filter(arm="treatment")["person_key"]
    items = [*("contact " + issues), *("person " + people)]
    return pl.DataFrame({"item": items}, schema={"item": pl.String}).select(campaign_id=pl.lit(other.campaign.id), item="item")


def cost_rows_of(
    study: Study, costs: pl.DataFrame, ledger: Ledger, conversations: pl.DataFrame, window_hours: float
) -> list[Row]:
    """M1, M2 and Q1: the programme's cost, and what one contact, one resolution and one thank-you cost."""
    currency, unit_costs, rates = study.campaign.currency, study.table("unit_costs"), study.table("exchange_rates")
    each = unit_cost_rows(conversations, costs, ledger.draws, unit_costs, study.cut, window_hours, currency, rates)
    return [*cost_rows(costs, ledger.draws, currency), *each]


def worth_rows(study: Study, ledger: Ledger, attributed: pl.DataFrame) -> list[Row]:
    """M9 to M12 behind an open gate: the return, its cash flows, what moves it, and what to measure next.

    Parameters
    ----------
    attributed : DataFrame
        The campaign's `metric_values` of attribution, for the return as if credit were cause, which is printed apart.
    """
    model, draws, _ = ledger
    currency, money = study.campaign.currency, study.workspace.roi
    rows = [*return_rows(model, draws, currency, money.hurdle), *gain_rows(model, draws, currency), ledger.overlap]
    if not has_gains(model):
        return rows
    rows += [risk_adjusted_row(model, draws), *_if_causal(study, ledger, attributed)]
    rows += cash_flow_rows(model, draws, study.campaign.start, money.discount_rate)
    return [*rows, *swing_rows(model), *sobol_rows(model), *information_rows(model, draws, currency), *break_even_rows(model)]


def _if_causal(study: Study, ledger: Ledger, attributed: pl.DataFrame) -> list[Row]:
    credited = pick(attributed, "M5", RULE, "channel=care_social")
    if credited is None or credited["value"] is None:
        return []
    return [attributed_if_causal(ledger.model, ledger.draws, credited["value"], margin_share(_orders(study)), RULE)]


def unmeasured_return(reason: str) -> list[Row]:
    """M9 when the gate is closed: no number, and why."""
    return [value_row("M9", "roi", None, "ratio", reason=reason)]
