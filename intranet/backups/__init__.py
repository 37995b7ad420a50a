"""Copies of everything, taken while the site runs, and bringing one back into an empty place."""
