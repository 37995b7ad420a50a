"""Stored files and their limits. The package whose row holds a file also serves it."""
