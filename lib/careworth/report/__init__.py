"""One self-contained page per campaign and one over all of them, made from `metric_values` and nothing else."""

from careworth.report.email import render_email
from careworth.report.executive import render_executive
from careworth.report.portfolio import render_index
from careworth.report.provenance import provenance
from careworth.report.render import render_report
from careworth.report.what_if import read_model, what_if_model, write_model

__all__ = [
    "provenance",
    "read_model",
    "render_email",
    "render_executive",
    "render_index",
    "render_report",
    "what_if_model",
    "write_model",
]
