"""Everything that a campaign's process needs, imported once before the first is forked; nothing here runs a query."""

import gc

import altair  # noqa: F401
import ipywidgets  # noqa: F401
import narwhals._polars.dataframe  # noqa: F401
import nbformat
import numpy as np  # noqa: F401
import papermill  # noqa: F401
import polars as pl  # noqa: F401
import rich.progress
import rich.table  # noqa: F401
import scipy.signal  # noqa: F401
import scipy.sparse  # noqa: F401
import scipy.stats  # noqa: F401
import typer  # noqa: F401  # A process forked for the command imports the command itself again, and that needs rich and typer.
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
from careworth.batch.stages import code_fingerprint, versions
from careworth.changes.warnings import work_out_limits
from careworth.compiling import load_kept
from careworth.report.page import read_templates

# Altair would check every part of a chart against its schema each time it is copied.
schemapi.disable_debug_mode()

# What each process would work out alike.
code_fingerprint()
versions()
read_templates()
work_out_limits()
nbformat.validate(nbformat.v4.new_notebook())

load_kept()

# What is there now is shared by all processes; a collection in one of them would copy it page by page.
gc.collect()
gc.freeze()
