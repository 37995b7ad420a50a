"""Why people are told of an event: words of `notifications.words.WHYS`, and of its mails."""

INVITED = "event_invited"
SOON = "event_soon"
UP = "event_up"
CHANGED = "event_changed"
CANCELLED = "event_cancelled"
ONE_CANCELLED = "event_one_off"
MINUTES = "event_minutes"
