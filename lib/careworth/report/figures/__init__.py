"""The pictures of a report, block by block; one without its numbers is left out."""

from careworth.report.figures.audience import following_figures, loyalist_figures
from careworth.report.figures.issues import issue_figures
from careworth.report.figures.money import money_figures, sales_figures
from careworth.report.figures.service import service_figures

__all__ = ["following_figures", "issue_figures", "loyalist_figures", "money_figures", "sales_figures", "service_figures"]
