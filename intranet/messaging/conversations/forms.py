"""What is sent to the operations on conversations."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from intranet.platform.core.epochs import NAME_LIMIT
from intranet.platform.core.parsing import EmptyIsNone, Form, Text

Epoch = Annotated[
    Annotated[Text, Field(max_length=NAME_LIMIT)] | None, EmptyIsNone, Field(default=None)
]
"""In which epoch a client was told what it says, if it knows of epochs at all."""

COMPOSER = "write-here"
"""Id of the box in which one writes: an address that ends in `#` and this puts the focus there."""


class NamedConversation(Form):
    """A conversation, by its id."""

    conversation_id: UUID


class FavouriteOrder(Form):
    """One's favourites, as they are to stand."""

    ids: list[UUID] = Field(max_length=100)
