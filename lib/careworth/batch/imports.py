"""Everything that a campaign's process needs, imported once before the first is forked; nothing here runs a query."""

import gc

import altair  # noqa: F401
import ipywidgets  # noqa: F401
import narwhals._polars.dataframe  # noqa: F401
import nbformat.v4  # noqa: F401
import numpy as np
import papermill  # noqa: F401
import polars as pl  # noqa: F401
import scipy.signal  # noqa: F401
import scipy.sparse  # noqa: F401
import scipy.stats  # noqa: F401
from altair.utils import schemapi

import careworth.attribution
import careworth.batch.worker
import careworth.changes
import careworth.channels
import careworth.comparison
import careworth.completeness
import careworth.decisions
import careworth.engines
import careworth.labeller
import careworth.notebook
import careworth.report
import careworth.returns
import careworth.scorecard
import careworth.widgets  # noqa: F401
from careworth.attribution.rule_kernels import share_equally_among_touches
from careworth.report.page import read_templates

# Altair would check every part of a chart against its schema each time it is copied.
schemapi.disable_debug_mode()

read_templates()

# Numba makes ready what all compiled loops share when the first is called.
share_equally_among_touches(np.array([0, 1]), np.array([True]), np.zeros(1))

# What is there now is shared by all processes; a collection in one of them would copy it page by page.
gc.collect()
gc.freeze()
