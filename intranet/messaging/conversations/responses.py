"""Response models of conversations and their members."""

from typing import Literal

from intranet.organisation.people.availability import AvailabilityState
from intranet.platform.core.responses import ResponseModel


class FaceResponse(ResponseModel):
    """A person with portrait and availability."""

    id: str
    name: str
    photo_url: str | None
    availability: AvailabilityState | None


class MemberResponse(FaceResponse):
    """A person who can read a conversation."""

    post_title: str
    unit_name: str
    agency_name: str
    role: Literal["member", "speaker", "head"]
    by_hand: bool


class ConversationResponse(ResponseModel):
    """A conversation, and the reader's position in it."""

    id: str
    kind: str
    title: str
    post_id: str | None
    space_id: str | None
    unit_id: str | None
    agency: str | None
    is_main: bool
    purpose: str
    people_ids: list[str]
    last_seq: int
    rev: int
    read_seq: int
    unread_from: int | None
    unread: int
    muted: bool | None
    archived_at: str | None
    carried_on_by: str | None
    favourite: bool
    may_post: bool
    may_reply: bool
