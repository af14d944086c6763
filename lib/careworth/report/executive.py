"""The first page alone, for those who decide: small, and its pictures are drawn already."""

import polars as pl

from careworth.config import Campaign, Workspace
from careworth.report.page import page
from careworth.report.pictures import NARROW, as_svg
from careworth.report.render import first_page


def render_executive(values: pl.DataFrame, campaign: Campaign, workspace: Workspace, provenance: dict) -> str:
    """The report's first page as a file of its own, in which no script runs; the same arguments give the same bytes.

    Parameters are those of `careworth.report.render_report`.
    """
    told = first_page(values, campaign, workspace, provenance)
    return page("executive.html.j2", picture=as_svg, narrow=NARROW, what_if=None, **told)
