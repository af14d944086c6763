"""Early warning (V8): what would have been normal, what came instead, and how often chance alone would say so."""
