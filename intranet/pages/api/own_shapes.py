"""JSON schemas of a person's own lists: mentions, threads, drafts, saved messages."""

from typing import Any

from intranet.pages.api.shaping import (
    INSTANT,
    MAYBE_INSTANT,
    MAYBE_TEXT,
    NUMBER,
    TEXT,
    YES,
    one,
    shape,
)

OWN_LISTS: dict[str, Any] = {
    "Mention": shape(message=one("Message"), unread=YES),
    "Thread": shape(message=one("Message"), unread=NUMBER, mentioned=NUMBER, last_at=INSTANT),
    "Following": shape(id=TEXT, state={"enum": ["followed", "left", "muted", None]}),
    "Saved": shape(
        message_id=TEXT,
        message={"anyOf": [one("Message"), {"type": "null"}]},
        saved_at=INSTANT,
        done_at=MAYBE_INSTANT,
        remind_at=MAYBE_INSTANT,
    ),
    "Draft": shape(
        id=MAYBE_TEXT,
        conversation_id=TEXT,
        parent_id=MAYBE_TEXT,
        body=TEXT,
        updated_at=MAYBE_INSTANT,
    ),
}
