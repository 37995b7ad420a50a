"""Forms for the operations on conversations."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from intranet.platform.core.epochs import NAME_LIMIT
from intranet.platform.core.parsing import EmptyIsNone, Form, Text

Epoch = Annotated[
    Annotated[Text, Field(max_length=NAME_LIMIT)] | None, EmptyIsNone, Field(default=None)
]
"""The epoch in which a client got the numbers that it sends; None for old clients."""

COMPOSER = "write-here"
"""Id of the composer: an address that ends in `#` and this id puts the focus there."""


class NamedConversation(Form):
    """A conversation, by its id."""

    conversation_id: UUID


class FavouriteOrder(Form):
    """The ids of a person's favourites in their new order."""

    ids: list[UUID] = Field(max_length=100)
