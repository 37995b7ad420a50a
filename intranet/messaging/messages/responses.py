"""Response models of messages and of a person's own lists of them."""

from typing import Literal

from pydantic import MISSING, AwareDatetime

from intranet.delivery.files.responses import FileResponse
from intranet.platform.core.responses import NamedResponse, ResponseModel


class AuthorResponse(NamedResponse):
    """An author, with the post or unit in which they wrote."""

    caption: str


class MentionedResponse(ResponseModel):
    """Somebody or something that a message mentions."""

    kind: str
    id: str
    text: str


class ReactionResponse(ResponseModel):
    """The reactions to a message with one emoji; people by id."""

    emoji: str
    count: int
    people: list[str]


class ForwardedAuthorResponse(ResponseModel):
    """The author of forwarded words."""

    name: str
    caption: str


class ForwardedResponse(ResponseModel):
    """The words that a message forwards."""

    author: ForwardedAuthorResponse
    place: str
    body: str
    html: str
    said_at: AwareDatetime
    files: list[FileResponse]
    withdrawn: bool


class ExpiredResponse(ResponseModel):
    """The rule of retention that removed a message, and when."""

    rule: str
    at: AwareDatetime


class MessageResponse(ResponseModel):
    """A message; of a deleted, hidden or expired one only ids, `seq`, `rev` and that are left."""

    id: str
    conversation_id: str
    seq: int
    rev: int
    deleted: bool
    body_rev: int | MISSING = MISSING
    client_id: str | MISSING = MISSING
    author: AuthorResponse | MISSING = MISSING
    body: str | MISSING = MISSING
    html: str | MISSING = MISSING
    parent_id: str | MISSING | None = MISSING
    parent_seq: int | MISSING | None = MISSING
    reply_count: int | MISSING = MISSING
    created_at: AwareDatetime | MISSING = MISSING
    edited_at: AwareDatetime | MISSING | None = MISSING
    hidden: bool | MISSING = MISSING
    expired: ExpiredResponse | MISSING = MISSING
    files: list[FileResponse] | MISSING = MISSING
    mentions: list[MentionedResponse] | MISSING = MISSING
    reactions: list[ReactionResponse] | MISSING = MISSING
    pinned: bool | MISSING = MISSING
    forwarded: ForwardedResponse | MISSING = MISSING


class ScheduledMessageResponse(ResponseModel):
    """A message to be sent later."""

    id: str
    conversation_id: str
    client_id: str
    body: str
    when: str
    parent_id: str | None
    post_id: str | None
    failure: str | None
    files: list[FileResponse]
    send_at: AwareDatetime
    created_at: AwareDatetime
    failed_at: AwareDatetime | None


class ReactorsResponse(ResponseModel):
    """The first people who reacted with one emoji."""

    emoji: str
    count: int
    mine: bool
    people: list[NamedResponse]


class VersionResponse(ResponseModel):
    """An earlier version of a message."""

    id: str
    body: str
    html: str
    written_at: AwareDatetime
    removed_at: AwareDatetime | None


class MentionResponse(ResponseModel):
    """A message that mentions the reader."""

    message: MessageResponse
    unread: bool


class ThreadResponse(ResponseModel):
    """A thread that the reader follows."""

    message: MessageResponse
    unread: int
    mentioned: int
    last_at: AwareDatetime


class FollowingResponse(ResponseModel):
    """Whether the reader follows a thread."""

    id: str
    state: Literal["followed", "left", "muted"] | None


class SavedResponse(ResponseModel):
    """A message saved for later; None if the reader may no longer read it."""

    message_id: str
    message: MessageResponse | None
    saved_at: AwareDatetime
    done_at: AwareDatetime | None
    remind_at: AwareDatetime | None


class DraftResponse(ResponseModel):
    """A draft; without an id when it has been deleted."""

    id: str | None
    conversation_id: str
    parent_id: str | None
    body: str
    updated_at: AwareDatetime | None
