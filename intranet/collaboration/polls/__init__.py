"""Polls: what people who were fixed at the opening choose, by name or as totals only."""
