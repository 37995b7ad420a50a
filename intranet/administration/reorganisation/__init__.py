"""Reorganisations: many changes of units and posts as one plan, applied and undone as a whole."""
