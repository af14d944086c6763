"""What the campaign returned on its cost: the gate, the ledger of costs and benefits, the simulated range."""

from careworth.roi.definition import definition_in_force
from careworth.roi.efficiency import unit_cost_rows
from careworth.roi.gate import check_gate, gate_reason, gate_rows
from careworth.roi.ledger import (
    avoided_contacts,
    build_ledger,
    call_cost,
    contact_row,
    cost_by_category,
    extra_margin,
    ledger_rows,
    programme_cost,
    survey_answers,
)
from careworth.roi.simulation import roi_rows, simulate, unmeasurable_rows

__all__ = [
    "avoided_contacts",
    "build_ledger",
    "call_cost",
    "check_gate",
    "contact_row",
    "cost_by_category",
    "definition_in_force",
    "extra_margin",
    "gate_reason",
    "gate_rows",
    "ledger_rows",
    "programme_cost",
    "roi_rows",
    "simulate",
    "survey_answers",
    "unit_cost_rows",
    "unmeasurable_rows",
]
