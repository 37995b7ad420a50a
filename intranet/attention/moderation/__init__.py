"""Moderation: reports, decisions on them, and appeals."""
