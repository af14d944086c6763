"""Queries to real databases: exact texts, one state, nothing written, nothing partial, and no secret told."""

import csv
import gzip
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from decimal import Decimal
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import duckdb
import polars as pl
import psycopg
import pytest

from careworth.errors import SourceError
from careworth.staging import databases
from careworth.staging.databases import run_queries
from tests.postgres import PASSWORD, USER, binaries, free_port, running_server

NO_SERVER = "no PostgreSQL server: install Debian's package postgresql"

SHOP = """
CREATE TABLE orders (id INTEGER, total NUMERIC(12, 2));
CREATE TABLE refunds (id INTEGER, total NUMERIC(12, 2));
INSERT INTO orders VALUES (1, 20), (2, 30);
INSERT INTO refunds VALUES (1, 5);
"""
#: What another program does while we read; after it there are three orders and two refunds.
SALE = "INSERT INTO orders VALUES (3, 7); INSERT INTO refunds VALUES (3, 7);"
COUNTS = {"orders": "SELECT count(*) AS n FROM orders", "refunds": "SELECT count(*) AS n FROM refunds"}

#: 120,000 rows, three batches; the second takes its time.
SLOW = """
SELECT i, CASE WHEN i = 60000 THEN (SELECT 'slept' FROM pg_sleep(0.7)) END AS note FROM generate_series(1, 120000) AS i
"""
#: One row per invoice; cancellations, whose numbers start with C, are refunds.
INVOICES = """
SELECT invoice AS order_id, min(invoiced_at) AS ordered_at, count(*) AS lines,
       CASE WHEN invoice LIKE 'C%' THEN 0 ELSE sum(quantity * unit_price) * 100 END::numeric(20, 1) AS net_tenths,
       CASE WHEN invoice LIKE 'C%' THEN -sum(quantity * unit_price) * 100 ELSE 0 END::bigint AS refund_cents
FROM lines GROUP BY invoice
"""
