"""Keeping it decent: reports, who decides on them, what becomes of it, and appeals."""
