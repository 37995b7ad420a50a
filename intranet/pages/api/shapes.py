"""JSON schemas of answers, by the names that endpoints give them."""

from typing import Any

from intranet.pages.api.event_shapes import EVENTS
from intranet.pages.api.group_shapes import GROUPS
from intranet.pages.api.initiative_shapes import INITIATIVES
from intranet.pages.api.message_shapes import MESSAGES
from intranet.pages.api.own_shapes import OWN_LISTS
from intranet.pages.api.publication_shapes import PUBLICATIONS
from intranet.pages.api.shaping import (
    BY_LANGUAGE,
    DAY,
    INSTANT,
    MAYBE_DAY,
    MAYBE_INSTANT,
    MAYBE_NUMBER,
    MAYBE_TEXT,
    NUMBER,
    TEXT,
    TEXTS,
    YES,
    Properties,
    many,
    one,
    shape,
)

AGENCY: Properties = {
    **dict.fromkeys(("id", "code", "code_scheme", "handle", "name", "kind", "time_zone"), TEXT),
    "names": BY_LANGUAGE,
    "territory": MAYBE_TEXT,
    "population": MAYBE_NUMBER,
    "languages": TEXTS,
}
UNIT: Properties = {
    **dict.fromkeys(("id", "code", "name", "kind", "agency"), TEXT),
    "names": BY_LANGUAGE,
    "parent_id": MAYBE_TEXT,
    "depth": NUMBER,
    "valid_from": MAYBE_DAY,
    "valid_to": MAYBE_DAY,
    "successor_id": MAYBE_TEXT,
}
POST_LINE: Properties = {"id": TEXT, "code": TEXT, "title": TEXT, "level": NUMBER, "is_head": YES}
FIGURES: Properties = {"posts": NUMBER, "vacant": NUMBER}
FACE: Properties = {
    "id": TEXT,
    "name": TEXT,
    "photo_url": MAYBE_TEXT,
    "availability": {"enum": ["available", "off", "away", None]},
}
APPOINTMENT: Properties = {
    "person": one("Face"),
    "post": one("PostLine"),
    "unit": one("UnitLine"),
    "agency": shape(code=TEXT, name=TEXT),
    "kind": {"enum": ["holder", "acting", "substitute"]},
    "since": DAY,
}
WORKING_DAY: Properties = {
    "place": {"enum": ["office", "home", "elsewhere"]},
    "from": TEXT,
    "to": TEXT,
}
PERSON: Properties = {
    **FACE,
    **dict.fromkeys(("about", "phone", "contact_note"), TEXT),
    "languages": TEXTS,
    "ask_about": TEXTS,
    "week": {"type": "object", "additionalProperties": shape(**WORKING_DAY)},
    "posts": {
        "type": "array",
        "items": shape(**APPOINTMENT, basis=TEXT, functions=many("Function")),
    },
    "before": many("FormerAppointment"),
    "heads": many("Appointment"),
    "absence": {
        **shape(
            starts_on=DAY,
            ends_on=DAY,
            stand_in={**shape(id=TEXT, name=TEXT), "type": ["object", "null"]},
        ),
        "type": ["object", "null"],
    },
}

DIRECTORY: dict[str, Any] = {
    "Agency": shape(**AGENCY),
    "WholeAgency": shape(**AGENCY, **FIGURES, people_count=NUMBER, root_unit_id=TEXT),
    "UnitLine": shape(id=TEXT, code=TEXT, name=TEXT),
    "Unit": shape(**UNIT),
    "WholeUnit": shape(
        **UNIT,
        **FIGURES,
        above=many("UnitLine"),
        below=many("UnitLine"),
        functions=many("Function"),
        channel_id=MAYBE_TEXT,
        people_here=NUMBER,
        posts_here={"type": "array", "items": shape(**POST_LINE, places=NUMBER, vacant=NUMBER)},
    ),
    "Function": shape(code=TEXT, name=TEXT),
    "PostLine": shape(**POST_LINE),
    "Post": shape(
        **POST_LINE,
        **dict.fromkeys(("handle", "address", "kind"), TEXT),
        titles=BY_LANGUAGE,
        places=NUMBER,
        vacant=NUMBER,
        unit=one("UnitLine"),
        agency=shape(code=TEXT, name=TEXT),
        functions=many("Function"),
        fallback_id=MAYBE_TEXT,
        people=many("Appointment"),
        stand_ins=many("Face"),
        before=many("FormerAppointment"),
        valid_from=MAYBE_DAY,
        valid_to=MAYBE_DAY,
    ),
    "Face": shape(**FACE),
    "Appointment": shape(**APPOINTMENT),
    "Counterpart": shape(
        post=shape(
            **POST_LINE,
            unit=one("UnitLine"),
            agency=shape(
                code=TEXT, name=TEXT, kind=TEXT, population=MAYBE_NUMBER, territory=MAYBE_TEXT
            ),
        ),
        people={
            "type": "array",
            "items": shape(
                id=TEXT,
                name=TEXT,
                photo_url=MAYBE_TEXT,
                availability=MAYBE_TEXT,
                has_account=YES,
                open_to_questions=YES,
            ),
        },
        score={"type": "number"},
        reasons=TEXTS,
    ),
    "Found": shape(
        kind={"enum": ["person", "post", "unit", "agency"]},
        id=TEXT,
        name=TEXT,
        agency=shape(code=TEXT, name=TEXT),
        unit={**shape(id=TEXT, code=TEXT, name=TEXT), "type": ["object", "null"]},
        post={**shape(**POST_LINE), "type": ["object", "null"]},
        people=many("Face"),
        reasons=TEXTS,
    ),
    "FormerAppointment": shape(**APPOINTMENT, until=MAYBE_DAY),
    "Person": shape(**PERSON),
    "Me": shape(
        **PERSON,
        version=NUMBER,
        reach={"type": "object", "additionalProperties": {"enum": ["agency", "network"]}},
        showing={"enum": ["hours", "away", "nothing"]},
        open_to_questions=YES,
        is_suggested=YES,
        confirmed_on=MAYBE_DAY,
        email=MAYBE_TEXT,
        staff_number=MAYBE_TEXT,
        home_agency=TEXT,
        administers=TEXTS,
        settings=shape(
            **dict.fromkeys(("language", "time_zone", "theme"), TEXT),
            **dict.fromkeys(("enter_sends", "single_keys"), YES),
        ),
    ),
}

ADMINISTRATION: dict[str, Any] = {
    "AdminUnit": shape(
        **dict.fromkeys(("id", "code", "kind"), TEXT),
        names=BY_LANGUAGE,
        parent_id=MAYBE_TEXT,
        valid_from=MAYBE_DAY,
        valid_to=MAYBE_DAY,
        successor_id=MAYBE_TEXT,
        version=NUMBER,
    ),
    "AdminPost": shape(
        **dict.fromkeys(("id", "code", "handle", "unit_id"), TEXT),
        titles=BY_LANGUAGE,
        kind={"enum": ["employee", "elected", "trust", "external"]},
        level=NUMBER,
        is_head=YES,
        publishes_for_agency=YES,
        places=NUMBER,
        functions=TEXTS,
        fallback_id=MAYBE_TEXT,
        valid_from=MAYBE_DAY,
        valid_to=MAYBE_DAY,
        version=NUMBER,
    ),
    "AdminAgency": shape(
        code=TEXT,
        in_directory=YES,
        contact_outside=YES,
        basis_shown_outside=YES,
        video_mb=NUMBER,
        articles={"enum": ["off", "approval", "free"]},
        registry_post_id=MAYBE_TEXT,
    ),
    "AdminAppointment": shape(
        **dict.fromkeys(("id", "post_id", "person_id", "basis"), TEXT),
        kind={"enum": ["holder", "acting", "substitute"]},
        starts_on=DAY,
        ends_on=MAYBE_DAY,
        since=MAYBE_INSTANT,
        until=MAYBE_INSTANT,
        version=NUMBER,
        on_hold=YES,
        waits=YES,
    ),
    "AdminPerson": shape(
        id=TEXT,
        name=TEXT,
        email=MAYBE_TEXT,
        staff_number=MAYBE_TEXT,
        account={"enum": ["invited", "active", "disabled", None]},
        version=NUMBER,
    ),
    "Invited": shape(email=MAYBE_TEXT, staff_number=MAYBE_TEXT, address=MAYBE_TEXT),
    "AuditLine": shape(
        number=NUMBER,
        at=INSTANT,
        actor_id=MAYBE_TEXT,
        act=TEXT,
        subject=shape(kind=TEXT, id=MAYBE_TEXT),
        detail={"type": "object"},
        previous_hash=TEXT,
        hash=TEXT,
    ),
}

FILE = shape(
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
    duration_ms=MAYBE_NUMBER,
)

SHAPES: dict[str, Any] = {
    **DIRECTORY,
    **ADMINISTRATION,
    **PUBLICATIONS,
    **GROUPS,
    **INITIATIVES,
    **EVENTS,
    **OWN_LISTS,
    **MESSAGES,
    "Problem": shape(
        ("status", "title", "detail"),
        errors={"type": "object", "additionalProperties": TEXT},
        **dict.fromkeys(("status", "retry_after"), NUMBER),
        **dict.fromkeys(("title", "detail", "request_id"), TEXT),
    ),
    "SearchHit": shape(
        kind={"enum": ["person", "post", "unit", "agency", "message", "file", "publication"]},
        **dict.fromkeys(("id", "name", "url"), TEXT),
        excerpt={"type": "array", "items": shape(text=TEXT, is_hit=YES)},
        at=MAYBE_INSTANT,
        author={"anyOf": [shape(id=TEXT, name=TEXT, caption=TEXT), {"type": "null"}]},
        conversation={"anyOf": [shape(id=TEXT, title=TEXT), {"type": "null"}]},
        message_id=MAYBE_TEXT,
        seq=MAYBE_NUMBER,
    ),
    "Notification": shape(
        **dict.fromkeys(("id", "kind", "title", "detail", "place", "url", "why"), TEXT),
        **dict.fromkeys(("created_at", "acted_at"), INSTANT),
        actor_id=MAYBE_TEXT,
        count=NUMBER,
        seen=YES,
        deliveries={
            "type": "array",
            "items": shape(
                channel={"enum": ["mail", "push"]},
                state={"enum": ["waiting", "digest", "sent", "failed", "left_out"]},
                because=TEXT,
                at=MAYBE_INSTANT,
            ),
        },
    ),
    "FavouriteOrder": shape(ids={"type": "array", "items": TEXT}),
    "Seen": shape(unseen=NUMBER),
    "Version": shape(id=TEXT, body=TEXT, html=TEXT, written_at=INSTANT, removed_at=MAYBE_INSTANT),
    "File": FILE,
    "Upload": shape(
        ("id", "name", "size", "offset", "part_size"),
        **dict.fromkeys(("id", "name"), TEXT),
        **dict.fromkeys(("size", "offset", "part_size"), NUMBER),
        file={**FILE, "type": ["object", "null"]},
    ),
    "Conversation": shape(
        **dict.fromkeys(("id", "kind", "title"), TEXT),
        **dict.fromkeys(("post_id", "space_id"), MAYBE_TEXT),
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
        archived_at=MAYBE_TEXT,
        carried_on_by=MAYBE_TEXT,
        **dict.fromkeys(("favourite", "may_post", "may_reply"), YES),
    ),
    "Member": shape(
        **FACE,
        **dict.fromkeys(("post_title", "unit_name", "agency_name"), TEXT),
        role={"enum": ["member", "speaker", "head"]},
        by_hand=YES,
    ),
}
