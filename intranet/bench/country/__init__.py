"""A whole country, made in bulk: its agencies and people, and all that they say and publish."""
