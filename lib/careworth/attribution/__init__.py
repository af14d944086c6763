"""What part each channel played on the way to an order: roles (M6) and credit (M5), shown and never added to gains."""

from careworth.attribution.orders import match_share, order_journeys, select_orders, to_conversions
from careworth.attribution.rows import credit_rows, path_rows, role_rows, transition_rows, window_rows

__all__ = [
    "credit_rows",
    "match_share",
    "order_journeys",
    "path_rows",
    "role_rows",
    "select_orders",
    "to_conversions",
    "transition_rows",
    "window_rows",
]
