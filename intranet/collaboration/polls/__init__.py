"""Polls among people fixed at the opening, with votes by name or as totals only."""
