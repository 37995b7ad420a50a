"""JSON schemas of messages and their reactions."""

from typing import Any

from intranet.pages.api.shaping import (
    INSTANT,
    MAYBE_INSTANT,
    MAYBE_NUMBER,
    MAYBE_TEXT,
    NUMBER,
    TEXT,
    TEXTS,
    YES,
    shape,
)

MESSAGES: dict[str, Any] = {
    "Message": shape(
        ("id", "conversation_id", "seq", "rev", "deleted"),
        id=TEXT,
        conversation_id=TEXT,
        seq=NUMBER,
        rev=NUMBER,
        body_rev=NUMBER,
        client_id=TEXT,
        author=shape(id=TEXT, name=TEXT, caption=TEXT),
        body=TEXT,
        html=TEXT,
        parent_id=MAYBE_TEXT,
        parent_seq=MAYBE_NUMBER,
        reply_count=NUMBER,
        created_at=INSTANT,
        edited_at=MAYBE_INSTANT,
        deleted=YES,
        hidden=YES,
        files={"type": "array", "items": {"$ref": "#/components/schemas/File"}},
        mentions={"type": "array", "items": shape(kind=TEXT, id=TEXT, text=TEXT)},
        reactions={"type": "array", "items": shape(emoji=TEXT, count=NUMBER, people=TEXTS)},
        pinned=YES,
        forwarded=shape(
            author=shape(name=TEXT, caption=TEXT),
            **dict.fromkeys(("place", "body", "html"), TEXT),
            said_at=INSTANT,
            files={"type": "array", "items": {"$ref": "#/components/schemas/File"}},
            withdrawn=YES,
        ),
    ),
    "ScheduledMessage": shape(
        **dict.fromkeys(("id", "conversation_id", "client_id", "body", "when"), TEXT),
        **dict.fromkeys(("parent_id", "post_id", "failure"), MAYBE_TEXT),
        files={"type": "array", "items": {"$ref": "#/components/schemas/File"}},
        send_at=INSTANT,
        created_at=INSTANT,
        failed_at=MAYBE_INSTANT,
    ),
    "Reactors": shape(
        emoji=TEXT,
        count=NUMBER,
        mine=YES,
        people={"type": "array", "items": shape(id=TEXT, name=TEXT)},
    ),
}
