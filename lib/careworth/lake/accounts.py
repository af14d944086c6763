"""Whose conversations a campaign is about: the accounts that it names, or those of its brand."""

import polars as pl

from careworth.config import Campaign, Workspace, advice, campaign_file
from careworth.errors import ConfigError
from careworth.lake import Lake


def accounts_of(workspace: Workspace, campaign: Campaign, lake: Lake) -> list[str]:
    """The accounts that the campaign names, else those of its brand: by the accounts table, or of the same name.

    Raises
    ------
    ConfigError
        If nobody had a conversation with one that it names, or its brand is in no table and no account.
    """
    known = lake.accounts
    unknown = sorted(set(campaign.accounts) - set(known))
    if unknown:
        found = f"no conversation with account {advice(unknown[0], known)}"
        raise ConfigError(f"{campaign_file(workspace, campaign.id).name}: {found}")
    return campaign.accounts or _brand_accounts(workspace, campaign, lake, known)


def _brand_accounts(workspace: Workspace, campaign: Campaign, lake: Lake, known: list[str]) -> list[str]:
    listed = lake.table("accounts").filter(brand=campaign.brand) if lake.has("accounts") else pl.DataFrame()
    if listed.is_empty() and campaign.brand in known:
        return [campaign.brand]
    if listed.is_empty():
        found = f"brand {campaign.brand!r} has no row in the accounts table; name the campaign's accounts = [...]"
        raise ConfigError(f"{campaign_file(workspace, campaign.id).name}: {found}")
    return listed["account_id"].unique().sort().to_list()
