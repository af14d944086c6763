"""What part each channel played on the way to an order: roles (M6) and credit (M5), shown and never added to gains."""

from careworth.attribution.paths import (
    RULES,
    build_paths,
    count_roles,
    credit_rows,
    credit_touches,
    match_share,
    role_rows,
    select_orders,
    to_conversions,
)

__all__ = [
    "RULES",
    "build_paths",
    "count_roles",
    "credit_rows",
    "credit_touches",
    "match_share",
    "role_rows",
    "select_orders",
    "to_conversions",
]
