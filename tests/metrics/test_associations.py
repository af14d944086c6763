"""What goes with thanks, satisfaction and buying again: by hand, beside other computations, and at the edges."""

import numpy as np
import polars as pl
import pytest
from scipy import stats as scipy_stats

from careworth.metrics.associations import (
    adjusted_difference,
    phi_estimate,
    proxy_rows,
    repeat_purchase_by_service,
    satisfaction_by_service,
)
from careworth.schemas import IDENTITY_LINKS, INSTANT, SURVEYS
from tests.metrics.cases import CUT, DAY, answered, at, conversation, conversations, row_of, values


def surveys(*scores: tuple) -> pl.DataFrame:
    """Answers on satisfaction of 1 to 5, by the number of the conversation, an hour after it began."""
    rows = [
        {"survey_id": f"{place}", "kind": "csat", "thread_id": f"thread{number}", "customer_id": f"guest{number}"}
        | {"offered_at": at(60), "responded_at": at(70), "score": float(score), "scale_min": 1.0, "scale_max": 5.0}
        for place, (number, score) in enumerate(scores)
    ]
    return pl.DataFrame(rows, schema=SURVEYS.columns)


def thanked_and_rated(*cells: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Answered conversations that thanked and were rated good, thanked only, rated good only, neither: so many of each."""
    kinds = [kind for kind, count in enumerate(cells) for _ in range(count)]
    table = conversations(*(answered(number, thanks_count=int(kind < 2)) for number, kind in enumerate(kinds)))
    return table, surveys(*((number, 5 if kind in (0, 2) else 1) for number, kind in enumerate(kinds)))


def test_phi_of_thanks_and_satisfaction_is_the_correlation_of_yes_and_no():
    """(20 x 25 - 5 x 10) / sqrt(25 x 35 x 30 x 30) by hand; phi is Pearson's correlation, which scipy gives too."""
    row = row_of(proxy_rows(*thanked_and_rated(20, 5, 10, 25), CUT, 72), "phi_satisfied")
    thanked, good = np.repeat([1, 1, 0, 0], [20, 5, 10, 25]), np.repeat([1, 0, 1, 0], [20, 5, 10, 25])
    assert row["value"] == pytest.approx(450 / (25 * 35 * 30 * 30) ** 0.5)
    assert row["value"] == pytest.approx(scipy_stats.pearsonr(thanked, good).statistic)
    assert (row["n"], row["low"] > 0, row["high"] < 1) == (60, True, True)


def test_the_interval_of_phi_is_that_of_the_share_that_agree():
    """With halves that say yes phi is twice the share that agree less one: of 3,200 of 4,000, 0.6 +- 2 x 1.96 x its error."""
    value, low, high = phi_estimate(
        np.repeat([1, 1, 0, 0], [1600, 400, 400, 1600]), np.repeat([1, 0, 1, 0], [1600, 400, 400, 1600])
    )
    half = 2 * 1.96 * (0.8 * 0.2 / 4_000) ** 0.5
    assert value == pytest.approx(0.6)
    assert (low, high) == (pytest.approx(0.6 - half, abs=0.002), pytest.approx(0.6 + half, abs=0.002))


@pytest.mark.parametrize(("cells", "known"), [((8, 7, 7, 7), False), ((8, 8, 7, 7), True)])
def test_below_thirty_that_have_both_the_proxy_is_unvalidated(cells, known):
    """METRICS.md R003."""
    row = row_of(proxy_rows(*thanked_and_rated(*cells), CUT, 72), "phi_satisfied")
    assert (row["value"] is not None, "proxy unvalidated here" in row["reason"]) == (known, not known)


def test_where_all_thanked_nothing_can_go_with_it():
    row = row_of(proxy_rows(*thanked_and_rated(20, 20, 0, 0), CUT, 72), "phi_satisfied")
    assert (row["value"], row["grade"], "proxy unvalidated here" in row["reason"]) == (None, "X", True)


def test_no_association_is_said_in_words():
    row = row_of(proxy_rows(*thanked_and_rated(10, 10, 10, 10), CUT, 72), "phi_satisfied")
    assert row["value"] == 0
    assert row["reason"].startswith("they may have nothing to do with each other")


def test_thanks_and_resolution_by_hand():
    """Thanked and resolved always together in 40 conversations: phi is 1."""
    kinds = ({"thanks_count": 1}, {"outcome": "open"})
    table = conversations(*(answered(number, **kinds[number % 2]) for number in range(40)))
    assert row_of(proxy_rows(table, surveys(), CUT, 72), "phi_resolved")["value"] == pytest.approx(1)


def test_a_survey_is_about_the_conversation_before_it():
    """The customer's later conversation, which was never answered, is not the one that was rated."""
    rated = [answered(number) for number in range(12)] + [
        conversation(number + 50, DAY, thread_id=f"thread{number}", customer_id=f"guest{number}") for number in range(12)
    ]
    rows = satisfaction_by_service(
        conversations(*rated, *(conversation(number) for number in range(20, 32))),
        surveys(*((number, 5) for number in range(12)), *((number, 1) for number in range(20, 32))),
        CUT,
        24,
    )
    assert values(rows, "wait=within_24h") == {"rate": 1.0}
    assert values(rows, "wait=never") == {"rate": 0.0}
    assert values(rows, "outcome=resolved") == {"rate": 1.0}


def test_a_survey_about_an_unanswered_conversation_says_nothing_of_earlier_thanks():
    """The customer thanked, called again half an hour later in vain, and was asked after that: the answer is of the second."""
    table, told = thanked_and_rated(20, 10, 5, 5)
    again = conversations(conversation(99, 30, thread_id="thread0", customer_id="guest0"))
    row = row_of(proxy_rows(pl.concat([table, again]), told, CUT, 72), "phi_satisfied")
    assert row["n"] == 39


def test_satisfaction_is_told_as_an_association():
    table, told = thanked_and_rated(20, 10, 5, 5)
    rows = satisfaction_by_service(table, told, CUT, 24)
    assert rows and all("no effect" in row["reason"] or "not an effect" in row["reason"] or row["value"] is None for row in rows)


def test_without_surveys_there_is_no_adjusted_difference():
    rows = satisfaction_by_service(conversations(answered(1)), surveys(), CUT, 24)
    assert {(row["value"], row["grade"], row["n"]) for row in rows} == {(None, "X", 0)}
    assert [row["slice"] for row in rows] == ["compared=wait", "compared=outcome", "compared=redirected"]


def stratum(name: str, a: int, n1: int, c: int, n0: int) -> pl.DataFrame:
    """A stratum of n1 that have it, a of them with the flag, and n0 others, c of them with it."""
    flags = [True] * a + [False] * (n1 - a) + [True] * c + [False] * (n0 - c)
    return pl.DataFrame({"flag": flags, "has": [True] * n1 + [False] * n0, "kind": name})


def test_one_stratum_has_the_plain_difference_and_walds_interval():
    """0.6 - 0.4 by hand, with a standard error of sqrt(0.24 / 100 + 0.24 / 100)."""
    value, low, high = adjusted_difference(stratum("one", 60, 100, 40, 100), "flag", "has", ["kind"])
    half = 1.959964 * (0.0024 + 0.0024) ** 0.5
    assert (value, low, high) == (pytest.approx(0.2), pytest.approx(0.2 - half), pytest.approx(0.2 + half))


def test_a_difference_that_is_only_another_mix_is_none():
    """Simpson: 9 in 10 of the easy and 1 in 10 of the hard, with it or without; those that have it are mostly easy."""
    table = pl.concat([stratum("easy", 81, 90, 9, 10), stratum("hard", 1, 10, 9, 90)])
    crude = table.filter("has")["flag"].mean() - table.filter(~pl.col("has"))["flag"].mean()
    assert crude == pytest.approx(0.64)
    assert adjusted_difference(table, "flag", "has", ["kind"]).value == pytest.approx(0)


def test_strata_weigh_by_the_cases_of_both_sides():
    """Mantel and Haenszel by hand: weights 50 x 50 / 100 = 25 and 10 x 90 / 100 = 9; 0.2 and 0.5: (5 + 4.5) / 34."""
    table = pl.concat([stratum("a", 30, 50, 20, 50), stratum("b", 8, 10, 27, 90)])
    assert adjusted_difference(table, "flag", "has", ["kind"]).value == pytest.approx(9.5 / 34)


def test_a_stratum_of_one_side_compares_nothing():
    table = pl.concat([stratum("a", 10, 20, 0, 0), stratum("b", 0, 0, 10, 20)])
    assert adjusted_difference(table, "flag", "has", ["kind"]) == (None, None, None)


def links(*numbers: int) -> pl.DataFrame:
    """Links of guests to customers who consented."""
    rows = [
        {"alias_type": "handle", "alias_value": f"guest{n}", "customer_id": f"p{n}", "method": "deterministic", "consent": True}
        for n in numbers
    ]
    return pl.DataFrame(rows, schema=IDENTITY_LINKS.columns)


def purchases(*rows: tuple) -> pl.DataFrame:
    """Purchases by the number of the customer and the day."""
    table = [{"person_key": f"p{number}", "bought_at": at(day * DAY)} for number, day in rows]
    return pl.DataFrame(table, schema={"person_key": pl.String, "bought_at": INSTANT})


def test_who_bought_again_by_what_happened():
    """By hand: of ten answered in time five bought within 90 days, one before and one after that; of ten never answered none."""
    old = -80 * DAY
    table = conversations(*(answered(n, old) for n in range(10)), *(conversation(n, old) for n in range(10, 20)))
    bought = purchases(*((n, -70) for n in range(5)), (5, -90), (6, 11), (10, -81))
    rows = repeat_purchase_by_service(table, links(*range(20)), bought, CUT, 24)
    assert values(rows, "wait=within_24h") == {"bought_again": 0.5}
    assert values(rows, "wait=never") == {"bought_again": 0.0}
    assert row_of(rows, "adjusted_difference", "compared=wait")["value"] == pytest.approx(0.5)
    assert {row["grade"] for row in rows if row["value"] is not None} == {"C"}


def test_without_links_nobody_is_known_to_buy():
    rows = repeat_purchase_by_service(conversations(answered(1)), links(), purchases((1, 5)), CUT, 24)
    assert {(row["variant"], row["value"], row["grade"]) for row in rows} == {("adjusted_difference", None, "X")}
