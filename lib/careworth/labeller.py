"""Turns to label one by one in JupyterLab, each answer kept in the sample's file as soon as it is given."""

import csv
import io
from html import escape
from pathlib import Path

import ipywidgets
import polars as pl

from careworth.errors import CareworthError
from careworth.files import write_bytes
from careworth.labelling.sample import ASKED, OF_AGENTS, draw_sample, read_sample, write_sample
from careworth.notebook import measure_labels
from careworth.reading.exposure import redacted
from careworth.study import Study

#: What stands in a notebook in which no file was named.
NO_LABELS = "Name a file of the workspace's folder in the parameter `labels`, such as labels.csv, to label a sample of turns."

QUESTIONS = {
    "sentiment": "Tone",
    "opening_state": "They come with",
    "needs_response": "Calls for an answer",
    "thanks": "Says thank you for help",
    "redirect": "Sends them to another channel",
}

WIDE, NAMES = {"width": "640px"}, {"description_width": "200px", "button_width": "90px"}


def label_turns(study: Study, labels: str, size: int = 200, seed: int = 1) -> "Labeller | str":
    """Buttons to answer the turns of the file `labels`, which is drawn first if it is not there; without a name, what to do.

    The file lies in the workspace's folder, since it holds texts. `careworth purge` does not read it: once all is labelled, take
    its column `text` out; the answers are enough.

    Raises
    ------
    CareworthError
        If the file would lie elsewhere, or is no such sample.
    """
    if not labels:
        return NO_LABELS
    path = labels_file(study, labels)
    if not path.exists():
        write_sample(draw_sample(study.turns, study.table("messages"), size, seed), path)
    return Labeller(path)


def label_errors(study: Study, labels: str) -> pl.DataFrame | str:
    """What `measure_labels` gives for the file `labels` of the workspace; without any answer in it, a sentence that says so."""
    if not labels:
        return "Nothing is labelled yet."
    measured = measure_labels(study, str(labels_file(study, labels)))
    return measured if measured.height else f"No turn in {labels} is labelled yet."


def labels_file(study: Study, labels: str) -> Path:
    """The file called `labels` in the workspace's folder; refuses one that lies elsewhere."""
    root = study.workspace.root.resolve()
    path = (root / labels).resolve()
    if not path.is_relative_to(root) or path.suffix.lower() != ".csv" or not path.parent.is_dir():
        raise CareworthError(f"labels: {labels!r} is no .csv in the workspace's folder; name one, such as labels.csv")
    return path


def read_turns(path: Path) -> list[dict[str, str]]:
    """The rows of a sample as they stand in its file, answers included; refuses what is no sample."""
    read_sample(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [{name: text or "" for name, text in row.items() if name} for row in csv.DictReader(file)]
    if not rows or not {"side", "text", *ASKED} <= rows[0].keys():
        raise CareworthError(f"{path.name}: no turns with the columns side, text and {', '.join(ASKED)}; name another file")
    return rows


def write_turns(rows: list[dict[str, str]], path: Path) -> Path:
    """The file of the sample with the rows as they are now, whole or not at all."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return write_bytes(path, out.getvalue().encode("utf-8-sig"))


def questions_for(row: dict[str, str]) -> list[str]:
    """What is asked of a turn: of an agent's whether it redirects, of a customer's all else.

    Examples
    --------
    >>> questions_for({"side": "agent"}), questions_for({"side": "customer"})[:2]
    (['redirect'], ['sentiment', 'opening_state'])
    """
    return [name for name in ASKED if (name in OF_AGENTS) == (row["side"] == "agent")]


class Labeller(ipywidgets.VBox):
    """One turn at a time with a button for each answer; no text is shown, and so none stored, before it is begun."""

    def __init__(self, path: Path):
        self.path, self.rows = path, read_turns(path)
        self.place = next((place for place, row in enumerate(self.rows) if not self._is_answered(row)), 0)
        self.progress, self.words = ipywidgets.HTML(), ipywidgets.HTML(layout=WIDE)
        self.answers: dict[str, ipywidgets.ToggleButtons] = {}
        self.begin, self.back, self.next = (
            ipywidgets.Button(description=words) for words in ("Begin labelling", "Back", "Keep, and next")
        )
        self.begin.on_click(lambda _: self.show(self.place))
        self.back.on_click(lambda _: self.move(-1))
        self.next.on_click(lambda _: self.move(1))
        super().__init__([self.progress, self.begin])
        self._tell()

    def __repr__(self) -> str:
        return f"{sum(map(self._is_answered, self.rows))} of {len(self.rows)} turns in {self.path.name} are labelled"

    def show(self, place: int) -> None:
        """Show the turn at `place` with the answers that it has."""
        self.place = place
        row = self.rows[place]
        self.words.value = f"<b>{escape(row['side'].capitalize())}:</b> <bdi>{escape(_without_names(row['text']))}</bdi>"
        self.answers = {name: _buttons(name, row[name].strip().lower()) for name in questions_for(row)}
        self.children = [self.progress, self.words, *self.answers.values(), ipywidgets.HBox([self.back, self.next])]
        self._tell()

    def move(self, steps: int) -> None:
        """Keep the answers given to this turn, and show the one so many turns on."""
        self.rows[self.place] |= {name: buttons.value or "" for name, buttons in self.answers.items()}
        write_turns(self.rows, self.path)
        self.show(min(max(self.place + steps, 0), len(self.rows) - 1))

    def _is_answered(self, row: dict[str, str]) -> bool:
        return any(row[name].strip() for name in questions_for(row))

    def _tell(self) -> None:
        where = f", this is number {self.place + 1}" if self.answers else ""
        self.progress.value = f"{escape(repr(self))}{where}. What you cannot tell, leave open."


def _without_names(text: str) -> str:
    # The file has an apostrophe before what a spreadsheet would run; here nothing is run.
    plain = text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@", "\t", "\r") else text
    return pl.DataFrame({"text": [plain]}).select(redacted()).item()


def _buttons(name: str, answer: str) -> ipywidgets.ToggleButtons:
    chosen = answer if answer in ASKED[name] else None
    return ipywidgets.ToggleButtons(
        options=ASKED[name], value=chosen, description=QUESTIONS[name], style=NAMES, layout={"width": "760px"}
    )
