"""The ids of the conversations among some that a person may read, for lists that only count."""

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


def ids_readable_among(person: Person, ids: Collection[UUID]) -> set[UUID]:
    """Return which of these conversations the person may read; the rule is `readable_among`'s."""
    found = set(execute_prepared(_rooms(), ids=list(ids), person_id=person.id).scalars())
    if rest := set(ids) - found:
        found |= discussions_read_among(person, rest)
    return found


@cache
def _rooms() -> Select[UUID]:
    return select(Conversation.id).where(among(Conversation.id, "ids"), is_readable_room())
