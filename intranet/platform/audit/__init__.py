"""Who did what, and when: append-only lines chained by hash, by ids without relationships."""
