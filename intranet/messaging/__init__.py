"""Spaces and their members, conversations and messages."""
