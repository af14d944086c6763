"""The exports of vendors that are known by name: one module per format, each from the name of a table to how it is made."""

from collections.abc import Mapping

from careworth.formats import (
    amazon_connect,
    chatwoot,
    ga4,
    genesys,
    intercom,
    khoros,
    meta_download,
    meta_graph,
    salesforce,
    shopify,
    stripe,
    x_api,
    x_archive,
    x_archive_dm,
    x_dm,
    zendesk,
)
from careworth.formats.export import Export

__all__ = ["FORMATS", "Export"]

#: By the name that a workspace uses for it, the tables that each format can give.
FORMATS: dict[str, Mapping[str, Export]] = {
    "amazon_connect": amazon_connect.FORMAT,
    "chatwoot": chatwoot.FORMAT,
    "ga4": ga4.FORMAT,
    "genesys": genesys.FORMAT,
    "intercom": intercom.FORMAT,
    "khoros": khoros.FORMAT,
    "meta_download": meta_download.FORMAT,
    "meta_graph": meta_graph.FORMAT,
    "salesforce": salesforce.FORMAT,
    "shopify": shopify.FORMAT,
    "stripe": stripe.FORMAT,
    "x_api": x_api.FORMAT,
    "x_archive": x_archive.FORMAT,
    "x_archive_dm": x_archive_dm.FORMAT,
    "x_dm": x_dm.FORMAT,
    "zendesk": zendesk.FORMAT,
}
