"""The page over all campaigns: one axis, verdicts, numbers, what failed, and the budget question."""

import re
from datetime import UTC, datetime

import pytest

from careworth.report import render_index
from careworth.report.strips import axis_over, strip
from careworth.results import value_row
from careworth.stats import Estimate
from careworth.wording.portfolio import budget_sentence, left_out_sentence, listed, programme_sentence, programme_word
from tests.sample_values import WORKSPACE, campaign, money_rows, service_rows, table, without_revenue


def row(name: str, low: float | None = None, high: float | None = None, **given) -> dict:
    """A campaign of that name, with an ROI between these ends or without any."""
    values = without_revenue() if low is None else table(service_rows(), returned(low, high))
    named = campaign(name).model_copy(update={"id": name.lower()})
    return {"campaign": named, "values": values, "failure": None, "link": f"{name.lower()}/report.html"} | given


def returned(low: float, high: float) -> list[dict]:
    """Money of the sample, by its holdout alone, with the net value that goes with the ROI."""
    net = Estimate(54e3 * (low + high) / 2, 54e3 * low, 54e3 * high)
    kept = [each for each in money_rows(low, high) if each["metric_id"] != "M3"]
    return [*kept, value_row("M9", "net_value", net, "EUR", n=20_000, grade="B")]


FAILED = row("Autumn", values=None, failure="02_metrics: no rows", link=None)
THREE = [row("Spring", -0.15, 0.56), row("Summer", 0.6, 1.0), row("Winter", -0.6, -0.2)]


def words(page: str) -> str:
    """The page's text."""
    text = re.sub(r"<[^>]+>", " ", page.split("</style>")[1]).replace("\xa0", " ")
    return re.sub(r"\s+", " ", text)


def rows_of(page: str) -> list[str]:
    """The names of the picture's rows, from the top."""
    return re.findall(r'<p class="row"><span class="name">(?:<a [^>]*>)?<bdi>([^<]+)</bdi>', page)


def test_rows_stand_by_the_shrunk_estimate_and_the_unmeasured_below():
    assert rows_of(render_index([*THREE, row("Booking"), FAILED], WORKSPACE)) == [
        "Summer",
        "Spring",
        "Winter",
        "Booking",
        "Autumn",
    ]


def test_verdicts_stand_beside_the_rows_and_name_their_share_of_chance():
    """By hand: certain outcomes are p = 2/20,001, two of three; .81 of a gain is p = .38."""
    page = render_index(THREE, WORKSPACE)
    assert re.findall(r'<b class="(?:good|bad|open)">(pays|loses|not shown)</b>', page) == ["pays", "not shown", "loses"]
    assert "of such verdicts at most 10 % are expected to be chance" in words(page)


def test_all_rows_share_one_axis():
    page = render_index(THREE, WORKSPACE)
    evens = set(re.findall(r'class="even" x1="([\d.]+%)"', page))
    assert len(evens) == 1


def test_the_total_leads_and_names_what_it_leaves_out():
    """By hand: three at 54 k are 162 k; gains 24 k each are 72 k; ROI is the mean of the middles 20.5, 80 and -40 %."""
    said = words(render_index([*THREE, row("Booking")], WORKSPACE))
    assert "The three campaigns with a return together cost EUR 162 k and are estimated to have brought EUR 72 k: +20 %" in said
    assert "Not in it, since no return of theirs is known: Booking." in said


def test_what_campaigns_share_is_said_to_count_once():
    shared = value_row("M9", "overlap", 0.2, "share", n=50, denominator="contacts and persons counted")
    values = table(service_rows(), returned(-0.15, 0.56), [shared])
    said = "Customers that several campaigns count are shared equally among them"
    assert said in words(render_index([row("Spring", values=values)], WORKSPACE))
    assert said not in words(render_index([row("Spring", -0.15, 0.56)], WORKSPACE))


def test_a_campaign_that_failed_is_told_with_its_reason():
    said = words(render_index([*THREE, FAILED], WORKSPACE))
    assert "The last run failed: 02_metrics: no rows" in said
    assert "failed; no report" in said


def test_an_older_report_is_called_one():
    old = row("Spring", -0.15, 0.56, failure="04_roi: cost line 12 is negative")
    assert "failed; an older report is linked" in words(render_index([old], WORKSPACE))


@pytest.mark.parametrize("rows", [[FAILED], [row("Booking")], []], ids=["failed", "not measurable", "none"])
def test_without_any_return_the_page_still_reads(rows):
    said = words(render_index(rows, WORKSPACE))
    assert "We cannot say. No campaign has a return yet; each says below what is missing." in said
    assert "What each returned on its cost" not in said
    assert "None of the campaigns has a return" in said


def test_a_campaign_that_runs_on_is_called_running():
    cut = datetime(2025, 4, 1, tzinfo=UTC)
    running = row("Spring", -0.15, 0.56)
    running["campaign"] = running["campaign"].model_copy(update={"as_of": cut})
    assert "still running · data to 1 April 2025" in words(render_index([running], WORKSPACE))
    assert "complete · data to the last message" in words(render_index([THREE[0]], WORKSPACE))


def test_numbers_have_their_interval_below():
    """The sample's Thank You Score is 590 of 3,212, Wilson 17.1 to 19.7 %."""
    cells = re.findall(r'data-name="Thank You Score"><span>([^<]+)<small>([^<]+)</small>', render_index(THREE, WORKSPACE))
    assert cells == [("18.4 %", "17.1 – 19.7 %")] * 3


def test_nothing_runs_on_the_page_and_a_name_is_only_a_name():
    page = render_index([row("<script>alert(1)</script>", -0.15, 0.56)], WORKSPACE)
    assert "script-src 'none'" in page and "<script" not in page


def test_the_axis_is_short_round_and_holds_break_even():
    assert axis_over([Estimate(0.3, 0.21, 0.39)]).ticks == (0.0, 0.1, 0.2, 0.3, 0.4)
    assert axis_over([]).ticks == (0.0, 0.05)
    assert len(axis_over([Estimate(0.3, -0.9, 140.0)]).ticks) <= 7


def test_a_strip_draws_the_range_where_it_is():
    """By hand: on an axis from -50 to 50 %, 0 % stands at 50 and 25 % at 75."""
    axis = axis_over([Estimate(0.0, -0.5, 0.5)])
    drawn = strip(Estimate(0.25, 0.0, 0.5), None, axis, "good")
    first, last = axis.ticks[0], axis.ticks[-1]
    assert (first, last) == (-0.6, 0.6)
    assert 'class="reach good" x1="50.0%" x2="91.7%"' in drawn and "pulled" not in drawn


@pytest.mark.parametrize(
    ("case", "names", "said"),
    [
        ("few", ["A"], "The evidence does not say. One of the campaigns has a return"),
        ("few", [], "The evidence does not say. None of the campaigns has a return"),
        ("unclear", [], "The evidence does not say. No campaign's return"),
        (
            "weak",
            ["A"],
            "The evidence does not say. A stands out, but a part of the gains was measured by no randomised or time-series",
        ),
        ("weak", ["A", "B"], "The evidence does not say. A and B stand out, but"),
        ("one", ["A"], "To A: its return is clear of zero"),
        ("several", ["A", "B"], "To A or B: their returns are clear of zero"),
        ("least bad", ["A"], "A is ahead of all others once luck is taken off, and yet its range includes a loss"),
    ],
)
def test_the_budget_question_is_answered_as_far_as_the_evidence_goes(case, names, said):
    sentence = budget_sentence(case, names)
    assert sentence.startswith(said)
    assert "a return is an average over what was spent, and the next sum may bring less" in sentence


@pytest.mark.parametrize(
    ("roi", "word"),
    [
        (Estimate(0.2, 0.1, 0.3), "Yes."),
        (Estimate(-0.2, -0.3, -0.1), "No."),
        (Estimate(0.1, 0.0, 0.3), "Not shown either way."),
        (None, "We cannot say."),
    ],
)
def test_the_first_word_follows_the_range_of_the_total(roi, word):
    assert programme_word(roi) == word


def test_one_campaign_is_spoken_of_as_one():
    roi = Estimate(0.2, -0.1, 0.5)
    said = programme_sentence(roi, Estimate(100.0, None, None), Estimate(120.0, None, None), "EUR", 1)
    assert said.startswith("The campaign with a return cost EUR 100 and is estimated to have brought EUR 120: +20 % on the cost")
    assert (left_out_sentence([]), listed(["A", "B"])) == ("", "A and B")
