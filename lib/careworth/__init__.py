"""Careworth measures what social care is worth."""

import sys

__version__ = "0.1.0"

# With JupyterLab installed, jsonschema builds a URI grammar on import that nothing here needs; it costs 1.5 CPU seconds.
sys.modules.setdefault("rfc3987_syntax", None)
