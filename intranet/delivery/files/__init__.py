"""Bytes and their limits: who holds a file serves it."""
