"""Reasons of notifications about events: keys of `notifications.sentences.SENTENCES`."""

INVITED = "event_invited"
SOON = "event_soon"
UP = "event_up"
CHANGED = "event_changed"
CANCELLED = "event_cancelled"
ONE_CANCELLED = "event_one_off"
MINUTES = "event_minutes"
