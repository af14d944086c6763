"""What each metric counts, in plain words, with its denominator, its variants and its limits (METRICS.md B).

The definitions are data: one TOML file for each block of the scorecard.
"""

from importlib.resources import files

from careworth.registry.loading import CATEGORIES, OBJECTIVES, Metric, load_metrics
from careworth.registry.words import sentence_of, unit_of, variant_words

__all__ = ["CATEGORIES", "METRICS", "OBJECTIVES", "Metric", "load_metrics", "metric_words", "sentence_of", "unit_of"]

#: Every metric by its id, block by block; read and checked once, when this package is first imported.
METRICS = load_metrics({f"{block}.toml": files(__name__).joinpath(f"{block}.toml").read_text("utf-8") for block in CATEGORIES})


def metric_words(metric_id: str, variant: str) -> str:
    """A metric and its variant in words.

    Examples
    --------
    >>> metric_words("S2", "p90"), metric_words("Q1", "rate"), metric_words("S1", "within_24h")
    ('First response time, nine in ten', 'Thank You Score', 'Response rate, within 24 h')
    """
    name, words = METRICS[metric_id].name if metric_id in METRICS else metric_id, variant_words(variant)
    return f"{name}, {words}" if words else name
