"""One self-contained page per campaign and one over all of them, made from `metric_values` and nothing else."""

from careworth.report.provenance import provenance
from careworth.report.render import render_index, render_report

__all__ = ["provenance", "render_index", "render_report"]
