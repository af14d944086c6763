"""Themes that people gave: shares of the first coder, agreement of the two who coded most in common."""

import polars as pl
import pytest

from careworth.metrics.themes import theme_rows
from tests.metrics.cases import row_of, values

SCHEMA = {"message_id": pl.String, "theme": pl.String, "coder": pl.String}


def coded(**by_coder: dict[str, str]) -> pl.DataFrame:
    """The theme of each message by each coder."""
    rows = [
        {"message_id": message, "theme": theme, "coder": coder}
        for coder, themes in by_coder.items()
        for message, theme in themes.items()
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


ANN = {"1": "bill", "2": "bill", "3": "room", "4": "room"}
BOB = {"1": "bill", "2": "room", "3": "room", "4": "room"}


@pytest.mark.parametrize("themes", [None, coded()])
def test_without_themes_the_way_to_some_is_said(themes):
    (row,) = theme_rows(themes)
    assert (row["value"], row["grade"], row["n"], "draw_verbatims" in row["reason"]) == (None, "X", 0, True)


def test_shares_are_of_messages_and_a_second_coder_counts_none_twice():
    """By hand: the first coder by name gave two of four to each; Wilson 2 of 4 is 0.150 to 0.850."""
    rows = theme_rows(coded(bob=BOB, ann=ANN))
    row = row_of(rows, "themes", "theme=bill")
    assert (row["value"], row["n"], round(row["low"], 3), round(row["high"], 3), row["grade"]) == (0.5, 4, 0.15, 0.85, "A")
    assert values(rows, "theme=room") == {"themes": 0.5}


def test_each_theme_has_its_own_share():
    """By hand: three of four bills, one of four rooms."""
    rows = theme_rows(coded(ann={"1": "bill", "2": "bill", "3": "bill", "4": "room"}))
    assert (values(rows, "theme=bill"), values(rows, "theme=room")) == ({"themes": 0.75}, {"themes": 0.25})


def test_a_message_that_only_the_second_coded_counts():
    rows = theme_rows(coded(ann={"1": "bill"}, bob={"1": "room", "2": "room"}))
    assert (values(rows, "theme=bill"), values(rows, "theme=room")) == ({"themes": 0.5}, {"themes": 0.5})


def test_agreement_is_beyond_chance():
    """By hand: they agree on 3 of 4; by chance on 0.5 * 0.25 + 0.5 * 0.75 = 0.5; (0.75 - 0.5) / 0.5 = 0.5."""
    row = row_of(theme_rows(coded(ann=ANN, bob=BOB)), "agreement")
    assert (row["value"], row["n"], row["unit"]) == (0.5, 4, "kappa")
    assert row["low"] < 0.5 < row["high"]


def test_one_coder_agrees_with_nobody():
    row = row_of(theme_rows(coded(ann=ANN)), "agreement")
    assert (row["value"], row["n"], row["reason"]) == (None, 0, "nobody coded a message a second time")


def test_agreement_is_that_of_the_two_who_coded_most_in_common():
    """The first two by name share one message, the last two four."""
    row = row_of(theme_rows(coded(aaron={"1": "room"}, ann=ANN, bob=BOB)), "agreement")
    assert (row["value"], row["n"]) == (0.5, 4)


def test_a_coder_who_writes_a_message_twice_is_counted_once():
    twice = pl.concat([coded(ann=ANN, bob=BOB), coded(ann={"1": "bill"})])
    rows = theme_rows(twice)
    assert (row_of(rows, "agreement")["n"], row_of(rows, "themes", "theme=bill")["n"]) == (4, 4)


def test_one_theme_for_all_is_no_agreement_that_could_be_told_from_chance():
    alike = dict.fromkeys(ANN, "room")
    row = row_of(theme_rows(coded(ann=alike, bob=alike)), "agreement")
    assert (row["value"], row["n"], row["reason"]) == (None, 4, "both gave one theme to all, as chance would")
