"""The search index: one index and one query language on either database."""
