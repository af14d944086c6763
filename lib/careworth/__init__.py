"""Careworth measures what social care is worth."""

__version__ = "0.1.0"
