"""Batch runs: plan, check everything, run each campaign in a process of its own, publish what ran to its end."""

from careworth.batch.dispatch import Event, Limits, Outcome
from careworth.batch.runs import Plan, Request, plan, run_campaigns

__all__ = ["Event", "Limits", "Outcome", "Plan", "Request", "plan", "run_campaigns"]
