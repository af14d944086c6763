"""The page over all campaigns: written again when one of them, a failure, a setting or the code has changed."""

import hashlib
import json
from pathlib import Path

from careworth.batch.ledger import Ledger
from careworth.batch.manifest import NAME
from careworth.config import Workspace, campaign_file, campaign_ids, load_campaign, workspace_file
from careworth.errors import ConfigError
from careworth.files import sha256, write_bytes
from careworth.lake import code_fingerprint

PAGE = "index.html"


def write_index(workspace: Workspace, reports: Path, failures: dict[str, str]) -> Path:
    """The portfolio page over every campaign of the workspace that has a report or whose last run failed."""
    return write_bytes(reports / PAGE, _page(workspace, reports, failures).encode())


def renew_index(workspace: Workspace, reports: Path, ledger: Ledger) -> Ledger:
    """The ledger that knows the portfolio page, which is written again if anything on it may have changed."""
    key, page = _key(workspace, reports, ledger.failed), reports / PAGE
    if key == ledger.index_key and page.is_file() and sha256(page) == ledger.index_sha256:
        return ledger
    return ledger._replace(index_key=key, index_sha256=sha256(write_index(workspace, reports, ledger.failed)))


def _key(workspace: Workspace, reports: Path, failures: dict[str, str]) -> str:
    campaigns = campaign_ids(workspace)
    files = [workspace_file(workspace.root), *(campaign_file(workspace, each) for each in campaigns)]
    manifests = [reports / each / NAME for each in campaigns]
    told = [failures, code_fingerprint(), [sha256(each) if each.is_file() else "" for each in (*files, *manifests)]]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _page(workspace: Workspace, reports: Path, failures: dict[str, str]) -> str:
    import polars as pl

    from careworth.report import render_index

    rows, broken = [], {}
    for campaign_id in campaign_ids(workspace):
        values = reports / campaign_id / "metric_values.parquet"
        try:
            campaign = load_campaign(workspace, campaign_id)
        except ConfigError as error:
            broken[campaign_id] = str(error)
            continue
        if values.is_file() or campaign_id in failures:
            rows.append(
                {
                    "campaign": campaign,
                    "values": pl.read_parquet(values) if values.is_file() else None,
                    "failure": failures.get(campaign_id),
                    "link": f"{campaign_id}/report.html" if values.is_file() else None,
                }
            )
    return render_index(rows, workspace, broken)
