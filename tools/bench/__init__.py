"""Benchmarks of pages and real WebSockets, against a server started as operators start it."""
