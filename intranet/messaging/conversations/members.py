"""List the people who can read a conversation, with what each may do in it."""

from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, tuple_

from intranet.extensions import db
from intranet.messaging.conversations import queries
from intranet.messaging.conversations.faces import faces_of
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.spaces.access import is_current_member, require_listable
from intranet.messaging.spaces.models import Role, SpaceMember, Why
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import names_among
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.rest import after_name
from intranet.platform.core.types import NOW, among, id_parameter

PAGE_SIZE = 50


def members_page(
    viewer: Person,
    conversation: Conversation,
    words: str = "",
    after: tuple[str, UUID] | None = None,
    limit: int = PAGE_SIZE,
) -> dict[str, Any]:
    """Return a page of members by name, after a name and id.

    Each item is a face with `role`, `by_hand`, and whether the person is there for the post;
    `next_cursor` is None on the last page.

    Raises:
        Forbidden: the members of this space are not listed.
    """
    if conversation.space:
        require_listable(conversation.space)
    people = readers_named(conversation, words)
    wanted = select(people.id, people.sort_key)
    if after:
        wanted = wanted.where(tuple_(people.sort_key, people.id) > after)
    rows = db.session.execute(wanted.order_by(people.sort_key, people.id).limit(limit + 1)).all()
    some = rows[:limit]
    faces = faces_of([row.id for row in some], viewer)
    roles = _roles(conversation, [row.id for row in some])
    own = queries.participant_ids(conversation) if conversation.post_id else set()
    return {
        "items": [
            {
                **faces[row.id],
                "role": roles.get(row.id, (Role.MEMBER, False))[0].value,
                "by_hand": roles.get(row.id, (Role.MEMBER, False))[1],
                "is_for_post": conversation.post_id is not None and row.id not in own,
            }
            for row in some
        ],
        "q": words,
        "count": queries.people_count(conversation),
        "next_cursor": after_name(some[-1].sort_key, some[-1].id) if len(rows) > limit else None,
    }


def readers_named(conversation: Conversation, words: str) -> Any:
    """Return `id` and `sort_key` of the participants, or of those with a name, as columns."""
    there = queries.readers(conversation)
    if words:
        return names_among(there, words).c
    return select(Person.id, Person.sort_key).where(Person.id.in_(there)).subquery().c


def _roles(conversation: Conversation, ids: list[UUID]) -> dict[UUID, tuple[Role, bool]]:
    """Return the strongest role of each person, and whether they are members by hand alone."""
    if conversation.space_id is None:
        return {}
    rows = execute_prepared(_member_rows(), space_id=conversation.space_id, ids=ids)
    strength = {Role.MEMBER: 0, Role.SPEAKER: 1, Role.HEAD: 2}
    found: dict[UUID, tuple[Role, bool]] = {}
    for row in rows:
        role, by_hand = found.get(row.person_id, (Role.MEMBER, True))
        stronger = row.role if strength[row.role] > strength[role] else role
        found[row.person_id] = (stronger, by_hand and row.why == Why.HAND)
    return found


@cache
def _member_rows() -> Select[Any, *tuple[Any, ...]]:
    return select(SpaceMember.person_id, SpaceMember.role, SpaceMember.why).where(
        SpaceMember.space_id == id_parameter("space_id"),
        among(SpaceMember.person_id, "ids"),
        is_current_member(NOW),
    )
