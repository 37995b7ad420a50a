"""JSON schemas of publications."""

from typing import Any

from intranet.pages.api.shaping import (
    BY_LANGUAGE,
    MAYBE_DAY,
    MAYBE_INSTANT,
    MAYBE_TEXT,
    NUMBER,
    TEXT,
    TEXTS,
    YES,
    Properties,
    many,
    shape,
)

PUBLICATION: Properties = {
    **dict.fromkeys(("id", "url", "title", "summary", "place", "agency"), TEXT),
    "kind": {"enum": ["announcement", "article"]},
    "state": {"enum": ["draft", "held", "scheduled", "published", "expired", "withdrawn"]},
    "titles": BY_LANGUAGE,
    "post": shape(id=TEXT, title=TEXT),
    "published_at": MAYBE_INSTANT,
    "expires_at": MAYBE_INSTANT,
    "pinned_until": MAYBE_INSTANT,
    "is_urgent": YES,
    "due_on": MAYBE_DAY,
    "visibility": {"enum": ["members", "agency", "network", None]},
    "version": NUMBER,
    "confirmed_at": MAYBE_INSTANT,
}

DRAFT = shape(
    edition=NUMBER,
    space_id=TEXT,
    texts={"type": "object", "additionalProperties": shape(title=TEXT, body=TEXT)},
    audience={"type": ["object", "null"]},
    audience_version=TEXT,
    scheduled_at=MAYBE_INSTANT,
    counts_newcomers=YES,
    has_discussion=YES,
    is_only_here=YES,
    held_at=MAYBE_INSTANT,
    held_reason=TEXT,
    file_ids=TEXTS,
)

PUBLICATIONS: dict[str, Any] = {
    "AudiencePreview": shape(
        count=NUMBER,
        outside=NUMBER,
        sample={"type": "array", "items": shape(id=TEXT, name=TEXT, caption=TEXT)},
        sentence=TEXT,
        version=TEXT,
        space_id=MAYBE_TEXT,
        post_id=MAYBE_TEXT,
        excluded={
            "type": "array",
            "items": shape(
                reason=TEXT,
                count=NUMBER,
                sample={"type": "array", "items": shape(id=TEXT, name=TEXT, caption=TEXT)},
            ),
        },
    ),
    "Publication": shape(**PUBLICATION),
    "WholePublication": shape(
        **PUBLICATION,
        body=BY_LANGUAGE,
        html=BY_LANGUAGE,
        sha256=TEXT,
        files=many("File"),
        urgent_reason=TEXT,
        author={**shape(id=TEXT, name=TEXT), "type": ["object", "null"]},
        confirmed_version=NUMBER,
        older_languages=TEXTS,
        topics=TEXTS,
        discussion_id=MAYBE_TEXT,
        withdrawn_at=MAYBE_INSTANT,
        withdrawn_reason=TEXT,
        draft={**DRAFT, "type": ["object", "null"]},
    ),
    "Reader": shape(
        person=shape(id=TEXT, name=TEXT),
        post=shape(id=TEXT, title=TEXT),
        unit=shape(id=TEXT, name=TEXT),
        confirmed_at=MAYBE_INSTANT,
    ),
}
