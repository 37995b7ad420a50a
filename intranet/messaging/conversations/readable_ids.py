"""The ids of the conversations among some that a person may read, for lists that only count."""

from collections.abc import Collection
from functools import cache
from uuid import UUID

from sqlalchemy import Select, select

from intranet.messaging.conversations.access import is_readable_room, readable_among
from intranet.messaging.conversations.discussions import open_discussions
from intranet.messaging.conversations.models import Conversation
from intranet.organisation.people.models import Person
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import among


def ids_readable_among(person: Person, ids: Collection[UUID]) -> set[UUID]:
    """Return which of these conversations the person may read, in two queries for most people.

    The rule is that of `readable_among`, which is asked for what is left: discussions of what is
    open to people like the reader need nothing else about them, and are most of all.
    """
    found = set(execute_prepared(_rooms(), ids=list(ids), person_id=person.id).scalars())
    if rest := set(ids) - found:
        found |= open_discussions(person, rest)
    if rest := set(ids) - found:
        found |= readable_among(person, rest).keys()
    return found


@cache
def _rooms() -> Select[UUID]:
    return select(Conversation.id).where(among(Conversation.id, "ids"), is_readable_room())
