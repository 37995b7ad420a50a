"""What is sent to the operations on messages, from any door."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field

from intranet.messaging.conversations.forms import Epoch
from intranet.platform.core.parsing import PLACES, EmptyIsNone, Form, Text

FILES_LIMIT = 10


def as_list(value: Any) -> Any:
    """A field that is sent once or several times, as a list."""
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
    """A new body; `body_rev` is that of the text which the writer had before them."""

    id: UUID
    body: Text
    body_rev: Annotated[int, Field(ge=0, le=PLACES)]


class NamedMessage(Form):
    """A message, by its id."""

    id: UUID


class SetReaction(Form):
    """One person's sign, on or off."""

    message_id: UUID
    emoji: Annotated[Text, Field(min_length=1, max_length=40)]
    on: bool


class MarkRead(Form):
    """How far somebody has read; `epoch` is the one in which they were told of that place."""

    conversation_id: UUID
    seq: Annotated[int, Field(ge=0, le=PLACES)]
    epoch: Epoch


class Known(Form):
    """A conversation and the revision that a client has of it."""

    id: UUID
    rev: Annotated[int, Field(ge=0, le=PLACES)]


def _each_once(conversations: list[Known]) -> list[Known]:
    return list({known.id: known for known in conversations}.values())


class Sync(Form):
    """What a client knows, and since which epoch, to be told what it lacks."""

    epoch: Epoch
    conversations: Annotated[list[Known], Field(max_length=500), AfterValidator(_each_once)]
