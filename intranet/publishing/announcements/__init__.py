"""Announcements that are to be confirmed: who has read one, who is reminded, and the proof."""
