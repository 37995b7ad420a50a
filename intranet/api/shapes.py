"""The shapes that calls answer with, by the names that the doors give them."""

from typing import Any

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
YES = {"type": "boolean"}
INSTANT = {"type": "string", "format": "date-time"}
MAYBE_TEXT = {"type": ["string", "null"]}
MAYBE_NUMBER = {"type": ["integer", "null"]}
MAYBE_INSTANT = {"type": ["string", "null"], "format": "date-time"}
TEXTS = {"type": "array", "items": TEXT}


def shape(required: tuple[str, ...] = (), /, **properties: dict[str, Any]) -> dict[str, Any]:
    """An object with these properties; all of them are there unless some are named."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required or properties),
    }


SHAPES: dict[str, Any] = {
    "Problem": shape(
        ("status", "title", "detail"),
        status=NUMBER,
        title=TEXT,
        detail=TEXT,
        errors={"type": "object", "additionalProperties": TEXT},
        retry_after=NUMBER,
    ),
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
        files={"type": "array", "items": {"$ref": "#/components/schemas/File"}},
        mentions={"type": "array", "items": shape(kind=TEXT, id=TEXT, text=TEXT)},
        reactions={"type": "array", "items": shape(emoji=TEXT, count=NUMBER, people=TEXTS)},
        pinned=YES,
    ),
    "Version": shape(body=TEXT, html=TEXT, written_at=INSTANT),
    "File": shape(
        ("id", "name", "media_type", "size", "url"),
        id=TEXT,
        name=TEXT,
        media_type=TEXT,
        size=NUMBER,
        url=TEXT,
        width=MAYBE_NUMBER,
        height=MAYBE_NUMBER,
        thumbnail_url=TEXT,
        alternative=TEXT,
    ),
    "Conversation": shape(
        id=TEXT,
        kind=TEXT,
        title=TEXT,
        space_id=MAYBE_TEXT,
        unit_id=MAYBE_TEXT,
        agency=MAYBE_TEXT,
        is_main=YES,
        purpose=TEXT,
        people_ids=TEXTS,
        last_seq=NUMBER,
        rev=NUMBER,
        read_seq=NUMBER,
        unread_from=MAYBE_NUMBER,
        unread=NUMBER,
        muted={"type": ["boolean", "null"]},
    ),
    "Member": shape(("id", "name", "role"), id=TEXT, name=TEXT, role=TEXT, by_hand=YES),
    "AudiencePreview": shape(
        count=NUMBER,
        outside=NUMBER,
        sample={"type": "array", "items": shape(id=TEXT, name=TEXT, caption=TEXT)},
        sentence=TEXT,
    ),
}
