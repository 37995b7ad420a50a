"""The audit log: append-only lines, chained by hash, that name people and things by id."""
