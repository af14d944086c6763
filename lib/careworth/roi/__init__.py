"""What the campaign returned on its cost: the gate, the ledger of costs and gains, and how sure the return is."""

from careworth.roi.cost_checks import cost_faults
from careworth.roi.definition import definition_in_force
from careworth.roi.gate import check_gate, gate_reason, gate_rows
from careworth.roi.ledger_table import ledger_table
from careworth.roi.outcomes import has_gains
from careworth.roi.unit_ranges import require_ranges

__all__ = [
    "check_gate",
    "cost_faults",
    "definition_in_force",
    "gate_reason",
    "gate_rows",
    "has_gains",
    "ledger_table",
    "require_ranges",
]
