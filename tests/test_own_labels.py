"""A workspace with labels of its own: drawn in the notebook, filled in by a person, stated in the report."""

import shutil

import polars as pl
import pytest

from careworth.errors import CareworthError
from careworth.notebook import draw_label_sample, measure_labels, thanks_to_audit
from careworth.study import Study, open_study

CAMPAIGN = "city-concierge"


@pytest.fixture
def study(demo, tmp_path) -> Study:
    """One campaign of a demo whose settings a test may change."""
    shutil.copytree(demo, tmp_path / "own")
    return open_study(str(tmp_path / "own"), CAMPAIGN)


def fill_in(path, turns: pl.DataFrame) -> None:
    """Every question answered as the reader answers it, but for the first turn."""
    table = pl.read_csv(path, infer_schema=False)
    said = turns.select("sentiment", message_id="first_message_id").unique("message_id")
    own = table.drop("sentiment").join(said, on="message_id", how="left", maintain_order="left")
    first = pl.int_range(pl.len()) == own["sentiment"].is_not_null().arg_max()
    wrong = pl.when(pl.col("sentiment") == "neutral").then(pl.lit("negative")).otherwise(pl.lit("neutral"))
    own.with_columns(pl.when(first).then(wrong).otherwise("sentiment").replace("unscored", "").alias("sentiment")).write_csv(path)


def test_labels_of_ones_own_replace_the_public_errors(study):
    root = study.workspace.root
    assert not study.errors.is_own
    path = draw_label_sample(study, str(root / "labels.csv"), size=60)
    fill_in(path, study.turns)
    assert measure_labels(study, str(path)).height >= 3
    settings = (root / "workspace.toml").read_text(encoding="utf-8")
    (root / "workspace.toml").write_text(settings.replace("[boundaries]", '[reading]\nlabels = "labels.csv"\n\n[boundaries]'))
    errors = open_study(str(root), CAMPAIGN).errors
    assert errors.is_own
    wrong = [errors.of(f"opening_{tone}").false_positive for tone in ("negative", "neutral", "positive")]
    assert sum(wrong) == 1


def test_labels_that_are_not_there_are_named(study):
    root = study.workspace.root
    settings = (root / "workspace.toml").read_text(encoding="utf-8")
    (root / "workspace.toml").write_text(settings.replace("[boundaries]", '[reading]\nlabels = "none.csv"\n\n[boundaries]'))
    with pytest.raises(CareworthError, match="no file 'none.csv'"):
        _ = open_study(str(root), CAMPAIGN).errors


def test_an_engine_that_is_not_there_is_named(study):
    root = study.workspace.root
    settings = (root / "workspace.toml").read_text(encoding="utf-8")
    (root / "workspace.toml").write_text(settings.replace("[boundaries]", '[reading]\nengine = "cares"\n\n[boundaries]'))
    with pytest.raises(CareworthError, match="engine 'cares'"):
        open_study(str(root), CAMPAIGN)


def test_every_thank_you_can_be_looked_at_without_names(study):
    listed = thanks_to_audit(study)
    assert listed.height == study.conversations()["thanks_count"].sum() > 0
    assert not listed["text"].str.contains(r"@\w|https?://").any()


def test_the_lake_says_who_read_what(study):
    labels = study.lake.table("message_labels")
    assert {"sentiment", "opening_state", "thanks", "redirect", "language"} <= set(labels["label_name"])
    assert labels.select("message_id", "label_name", "labeller", "version").is_duplicated().sum() == 0
    assert labels.filter(label_name="sentiment")["labeller"].unique().to_list() == ["care"]


@pytest.mark.parametrize("name", ["/home/ann/ours.npz", "C:\\ours.npz", "../ours.npz", "~/ours.npz"])
def test_a_path_on_a_machine_does_not_reach_a_report(study, name):
    root = study.workspace.root
    settings = (root / "workspace.toml").read_text(encoding="utf-8")
    (root / "workspace.toml").write_text(settings.replace("[boundaries]", f"[reading]\nengine = '{name}'\n\n[boundaries]"))
    with pytest.raises(CareworthError, match="inside the workspace"):
        open_study(str(root), CAMPAIGN)
