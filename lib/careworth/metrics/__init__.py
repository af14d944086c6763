"""What a campaign's conversations show: volume, tone, service, quality, each as rows of `metric_values`."""

from careworth.metrics.identity import identity_rows
from careworth.metrics.quality import thank_you_rows
from careworth.metrics.reading import error_rows
from careworth.metrics.service import boundary_rows, first_response_rows, resolution_rows, response_rate_rows
from careworth.metrics.tone import sentiment_rows
from careworth.metrics.volume import funnel_rows, volume_rows

__all__ = [
    "boundary_rows",
    "error_rows",
    "first_response_rows",
    "funnel_rows",
    "identity_rows",
    "resolution_rows",
    "response_rate_rows",
    "sentiment_rows",
    "thank_you_rows",
    "volume_rows",
]
