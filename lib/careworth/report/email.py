"""The first page as a message: no script, no style sheet, no SVG, since programs for mail take those out."""

import polars as pl

from careworth.config import Campaign, Workspace
from careworth.report.page import page
from careworth.report.pictures import as_png
from careworth.report.render import first_page

#: Mail is cut off by Gmail behind so many bytes.
MOST_BYTES = 102_000


def render_email(values: pl.DataFrame, campaign: Campaign, workspace: Workspace, provenance: dict) -> str:
    """The report's first page as static HTML for a message; the same arguments give the same bytes.

    Pictures are PNG inside the file: programs for mail drop SVG, and pictures from a network would tell who reads when. Some
    drop those too, so each picture has its finding beside it in words, and no number stands in a picture alone. A second picture
    goes where a message would be longer than Gmail shows. Parameters are those of `careworth.report.render_report`.
    """
    told = first_page(values, campaign, workspace, provenance)
    pages = (_message(told, count) for count in range(len(told["money"]), -1, -1))
    return next((each for each in pages if len(each.encode()) <= MOST_BYTES), _message(told, 0))


def _message(told: dict, pictures: int) -> str:
    return page("email.html.j2", picture=as_png, **told | {"money": told["money"][:pictures]})
