"""Notifications, moderation, statistics and search."""
