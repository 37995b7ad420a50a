"""Retention: rules by which content is removed after a time, unless a hold covers it."""
