"""Move an installation to another database while people read."""
