"""The revisions of conversations that a person may read, for clients that catch up."""

from collections.abc import Collection
from functools import cache
from uuid import UUID

from sqlalchemy import Select, select

from intranet.messaging.conversations.access import is_readable_room
from intranet.messaging.conversations.discussions import discussions_read_among
from intranet.messaging.conversations.models import Conversation
from intranet.organisation.people.models import Person
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import among


def readable_revisions(person: Person, ids: Collection[UUID]) -> dict[UUID, int]:
    """Return the revisions of those of these conversations that the person may read, by id.

    It is `access.readable_among` without the rest of each conversation, which costs far more.
    """
    asked = {"conversation_ids": list(set(ids)), "person_id": person.id}
    found = {row.id: row.rev for row in execute_prepared(_rooms(), **asked)} if ids else {}
    if rest := set(ids) - set(found):
        asked = {"conversation_ids": list(discussions_read_among(person, rest))}
        discussions = execute_prepared(_discussions(), **asked) if asked["conversation_ids"] else ()
        found |= {row.id: row.rev for row in discussions}
    return found


@cache
def _rooms() -> Select[UUID, int]:
    return _revisions().where(among(Conversation.id, "conversation_ids"), is_readable_room())


@cache
def _discussions() -> Select[UUID, int]:
    return _revisions().where(among(Conversation.id, "conversation_ids"))


def _revisions() -> Select[UUID, int]:
    return select(Conversation.id, Conversation.rev)
