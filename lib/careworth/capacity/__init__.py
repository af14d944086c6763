"""Capacity (S20): arrivals by hour of the week, the hours of agents that a promise takes, and what staffed hours keep."""
