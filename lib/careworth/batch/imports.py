"""Everything that a campaign's process needs, imported once before the first is forked; nothing here runs a query."""

import gc

import altair  # noqa: F401
import great_tables  # noqa: F401
import ipywidgets  # noqa: F401
import numpy as np  # noqa: F401
import polars as pl  # noqa: F401
import scipy.sparse  # noqa: F401
import scipy.stats  # noqa: F401
from altair.utils import schemapi

import careworth.batch.worker  # noqa: F401
import careworth.decisions
import careworth.notebook
import careworth.report
import careworth.returns
import careworth.scorecard
import careworth.widgets  # noqa: F401
from careworth.changes.warnings import work_out_limits

# Altair would check every part of a chart against its schema each time it is copied; the whole is still checked when written.
schemapi.disable_debug_mode()

work_out_limits()

# What is there now is shared by all processes; a collection in one of them would copy it page by page.
gc.collect()
gc.freeze()
