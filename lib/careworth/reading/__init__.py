"""Reading what customers and brands say: labels of texts and turns, as Polars expressions and linear models."""
