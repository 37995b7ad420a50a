"""JSON schemas of events."""

from typing import Any

from intranet.pages.api.shaping import (
    BY_LANGUAGE,
    INSTANT,
    MAYBE_INSTANT,
    MAYBE_NUMBER,
    NUMBER,
    TEXT,
    YES,
    shape,
)

EVENTS: dict[str, Any] = {
    "Event": shape(
        **dict.fromkeys(("id", "at", "url", "title", "space", "agency"), TEXT),
        titles=BY_LANGUAGE,
        post=shape(id=TEXT, title=TEXT),
        starts_at=INSTANT,
        ends_at=INSTANT,
        cancelled_at=MAYBE_INSTANT,
        going=NUMBER,
        answer={"enum": ["yes", "maybe", "no", None]},
        is_waiting=YES,
        **dict.fromkeys(("starts", "ends", "zone", "place", "link", "rule"), TEXT),
        is_all_day=YES,
        capacity=MAYBE_NUMBER,
        sequence=NUMBER,
    ),
}
