"""Messages in the index, without those that they are of."""

from collections.abc import Iterable
from uuid import UUID

from intranet.platform.core.ids import uuid7
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.index.models import DocumentKind
from intranet.platform.index.operations import IndexDocument, put


def put_messages(said: Iterable[tuple[str, UUID, tuple[str, ...]]]) -> None:
    """Put messages into the index: the text, the conversation and the tags of each."""
    with unit_of_work():
        put(
            IndexDocument(
                kind=DocumentKind.MESSAGE,
                subject_id=uuid7(),
                title="",
                body=text,
                tags=tags,
                conversation_id=conversation_id,
            )
            for text, conversation_id, tags in said
        )
