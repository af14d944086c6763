"""Cohen's kappa against published tables and simulation."""

import numpy as np
import pytest

from careworth.errors import CareworthError
from careworth.stats import cohen_kappa


def labels(table: list[list[int]]) -> tuple[list[int], list[int]]:
    """The labels of two people whose pairs are counted in the table, the first's in rows."""
    pairs = [(row, column) for row, counts in enumerate(table) for column, count in enumerate(counts) for _ in range(count)]
    return tuple(map(list, zip(*pairs, strict=True)))


def test_kappa_matches_the_table_of_fleiss():
    """Fleiss (1981), p. 220: kappa 0.676 of 100 diagnoses; statsmodels 0.15 cohens_kappa gives 0.5046 to 0.8484."""
    kappa = cohen_kappa(*labels([[75, 1, 4], [5, 4, 1], [0, 0, 10]]))
    assert kappa == pytest.approx((0.676470588, 0.504575958, 0.848365218), abs=1e-8)


def test_kappa_by_hand():
    """Agreed 35/50 = 0.7; by chance 1/2 * 0.6 + 1/2 * 0.4 = 0.5; (0.7 - 0.5) / 0.5. The bounds are those of statsmodels 0.15."""
    assert cohen_kappa(*labels([[20, 5], [10, 15]])) == pytest.approx((0.4, 0.151092290, 0.648907710), abs=1e-8)


def test_agreement_by_chance_is_zero():
    assert cohen_kappa(*labels([[25, 25], [25, 25]])).value == pytest.approx(0)


def test_full_agreement_on_few_items_is_no_certainty():
    """Chance agrees in half; the lowest share agreed of 4 in 4 is 4 / (4 + 1.96^2) = 0.5101 by Wilson."""
    assert cohen_kappa(*labels([[2, 0], [0, 2]])) == pytest.approx((1, 0.0202, 1), abs=1e-4)


def test_items_that_one_did_not_label_are_left_out():
    assert cohen_kappa(["a", "b", None, "a"], ["a", "b", "b", None]) == cohen_kappa(["a", "b"], ["a", "b"])


@pytest.mark.parametrize(("first", "second"), [([], []), ([None], ["a"]), (["a", "a"], ["a", "a"])])
def test_kappa_is_unknown_without_items_or_without_choice(first, second):
    assert cohen_kappa(first, second) == (None, None, None)


def test_kappa_refuses_labels_of_other_items():
    with pytest.raises(CareworthError, match="same items"):
        cohen_kappa(["a"], ["a", "b"])


def test_kappa_s_interval_holds_the_truth_nineteen_times_in_twenty():
    """Shares of pairs 0.45 0.1 0.05 0.4: agreed 0.85, by chance 0.55 * 0.5 + 0.45 * 0.5 = 0.5, kappa 0.7."""
    tables = np.random.default_rng(1).multinomial(150, [0.45, 0.1, 0.05, 0.4], 600).reshape(-1, 2, 2)
    estimates = [cohen_kappa(*labels(table.tolist())) for table in tables]
    assert np.mean([low <= 0.7 <= high for _, low, high in estimates]) == pytest.approx(0.95, abs=0.02)
