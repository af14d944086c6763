"""Trends (V6), what coincided with events (V7), and what goes with orders, revenue and cost (M13): series in, rows out."""

from careworth.trends.calendar import Break, Series, list_breaks, list_series, weekly_table
from careworth.trends.discovery import is_found, q_values
from careworth.trends.events import event_rows, happenings, list_windows, profile, profile_rows
from careworth.trends.executive import link_rows, vanity_rows
from careworth.trends.links import Outcome, link
from careworth.trends.statements import trend, trend_rows, year_before

__all__ = [
    "Break",
    "Outcome",
    "Series",
    "event_rows",
    "happenings",
    "is_found",
    "link",
    "link_rows",
    "list_breaks",
    "list_series",
    "list_windows",
    "profile",
    "profile_rows",
    "q_values",
    "trend",
    "trend_rows",
    "vanity_rows",
    "weekly_table",
    "year_before",
]
