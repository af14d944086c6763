"""What a campaign really changed: one series, panels, experiments; and the words that each design allows."""
