"""Forms for the operations on messages, for pages, REST and sockets."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field

from intranet.messaging.conversations.forms import Epoch
from intranet.platform.core.parsing import MAX_INTEGER, EmptyIsNone, Form, Text

FILES_LIMIT = 10


def as_list(value: Any) -> Any:
    """Return the value of a field as a list, whether it was sent once or several times."""
    return [] if value in (None, "") else value if isinstance(value, list) else [value]


class PostMessage(Form):
    """A message to post. `client_id` is the sender's own, for repeating it safely."""

    conversation_id: UUID
    client_id: UUID
    body: Text = ""
    parent_id: Annotated[UUID | None, EmptyIsNone] = None
    post_id: Annotated[UUID | None, EmptyIsNone] = None
    file_ids: Annotated[list[UUID], BeforeValidator(as_list)] = Field(
        default_factory=list, max_length=FILES_LIMIT
    )


class EditMessage(Form):
    """A new body; `body_rev` is the revision of the text that the writer was editing."""

    id: UUID
    body: Text
    body_rev: Annotated[int, Field(ge=0, le=MAX_INTEGER)]


class NamedMessage(Form):
    """A message, by its id."""

    id: UUID


class SetReaction(Form):
    """A reaction to a message, to add or to remove."""

    message_id: UUID
    emoji: Annotated[Text, Field(min_length=1, max_length=40)]
    on: bool


class MarkRead(Form):
    """How far a person has read; `epoch` is the one in which they were shown that message."""

    conversation_id: UUID
    seq: Annotated[int, Field(ge=0, le=MAX_INTEGER)]
    epoch: Epoch


class KnownRevision(Form):
    """A conversation and the revision that a client has of it.

    It wants the changes up to `to`; all of them, if None.
    """

    id: UUID
    rev: Annotated[int, Field(ge=0, le=MAX_INTEGER)]
    to: Annotated[int, Field(ge=0, le=MAX_INTEGER)] | None = None


def _each_once(conversations: list[KnownRevision]) -> list[KnownRevision]:
    return list({known.id: known for known in conversations}.values())


class Sync(Form):
    """The revisions that a client knows, and their epoch, to be sent what it lacks."""

    epoch: Epoch
    conversations: Annotated[list[KnownRevision], Field(max_length=500), AfterValidator(_each_once)]
