"""Find people by a few letters: recipients, and suggestions under `@`."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from intranet.extensions import db
from intranet.messaging.conversations import queries
from intranet.messaging.conversations.access import may_mention_all, rights_of
from intranet.messaging.conversations.faces import Face, faces_of
from intranet.messaging.conversations.members import readers_named
from intranet.messaging.conversations.models import Conversation, ConversationKind
from intranet.messaging.conversations.post_addresses import suggested_posts
from intranet.organisation.people.access import holds_any_post, is_findable_by, own_agency_ids
from intranet.organisation.people.directory_limit import hand_out
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import is_current
from intranet.platform.core import clock
from intranet.platform.core.errors import TooMany
from intranet.platform.core.text import fold
from intranet.platform.index import tags
from intranet.platform.index.expressions import Any as OneOf
from intranet.platform.index.expressions import Tag
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.platform.index.name_spellings import spelled
from intranet.platform.index.prefix_search import begins
from intranet.platform.index.queries import matching, of_kinds

MAX_FOUND = 12
MAX_CANDIDATES = 300
MAX_WORDS = 6
MAX_SUGGESTIONS = 8


def find_people(person: Person, words: str, limit: int = MAX_FOUND) -> list[Face]:
    """Find people by the beginnings of their names, those of the person's agencies first."""
    if not fold(words) or not holds_any_post(person):
        return []
    rows = _people_named(person, words, limit)
    try:
        hand_out(person, rows)
    except TooMany:
        return []
    faces = faces_of(rows, person)
    return [faces[row] for row in rows]


def invitable(person: Person, conversation: Conversation, words: str) -> list[Face]:
    """Find people by the beginnings of their names who are not in the conversation yet."""
    found = find_people(person, words)
    there = queries.readers_among(conversation, [face["id"] for face in found])
    return [face for face in found if face["id"] not in there]


def suggest(
    person: Person, conversation: Conversation, words: str
) -> tuple[list[dict[str, Any]], bool]:
    """Suggest mentions for `@` and these letters, and say whether `@channel` is allowed."""
    rights = rights_of(person, conversation)
    found: list[dict[str, Any]] = []
    if conversation.kind == ConversationKind.DISCUSSION:
        found += _reading(words, conversation, person)
    elif not words or "channel".startswith(fold(words)) or "todos".startswith(fold(words)):
        found.append(
            {
                "kind": "channel",
                "id": str(conversation.id),
                "name": "channel",
                "count": queries.people_count(conversation) - int(rights.is_member),
            }
        )
    found += _among(words, conversation, person)
    found += suggested_posts(person, words)
    return found[:MAX_SUGGESTIONS], may_mention_all(person, conversation)


def suggest_anywhere(person: Person, words: str) -> list[dict[str, Any]]:
    """Suggest mentions in a text that belongs to no conversation."""
    found = [_called(face) for face in find_people(person, words)[: MAX_SUGGESTIONS - 2]]
    return [*found, *suggested_posts(person, words)][:MAX_SUGGESTIONS]


def _reading(words: str, discussion: Conversation, viewer: Person) -> list[dict[str, Any]]:
    """Find people by name who may read a discussion, since nobody is a member of it."""
    faces = find_people(viewer, words)
    there = queries.readers_among(discussion, [face["id"] for face in faces])
    return [_called(face) for face in faces if face["id"] in there]


def _among(words: str, conversation: Conversation, viewer: Person) -> list[dict[str, Any]]:
    if conversation.space and conversation.space.hides_people:
        return []
    people = readers_named(conversation, words)
    rows = db.session.scalars(
        select(people.id)
        .where(people.id != viewer.id)
        .order_by(people.sort_key, people.id)
        .limit(MAX_SUGGESTIONS)
    ).all()
    faces = faces_of(rows, viewer)
    return [_called(faces[row]) for row in rows]


def _called(face: Face) -> dict[str, Any]:
    return {
        "kind": "person",
        "id": str(face["id"]),
        "name": face["name"],
        "note": " · ".join(filter(None, (face["post_title"], face["unit_name"]))),
        "person": face,
    }


def _people_named(person: Person, words: str, limit: int) -> Sequence[UUID]:
    """Find people of the person's agencies by name, then, if these are few, of any agency."""
    named = [begins(word, in_title=True) for word in fold(spelled(words)).split()[:MAX_WORDS]]
    own = [Tag(tags.agency(each)) for each in sorted(own_agency_ids(person))]
    # The index learns some minutes late of appointments that begin or end by date.
    holds = exists().where(Appointment.person_id == Person.id, is_current(clock.now()))
    found: list[UUID] = []
    for places, most in ((own, None), ([Tag(tags.NETWORK), *own], MAX_CANDIDATES)):
        if named and len(found) < limit:
            wanted = of_kinds([DocumentKind.PERSON], *named, OneOf(*places))
            ids = select(matching(wanted, SearchDocument.subject_id, most=most).subquery())
            # By name first, so that rights are asked of no more than are shown.
            by_name = (
                select(Person.id, Person.sort_key)
                .where(
                    Person.id.in_(ids),
                    Person.id.not_in([person.id, *found]),
                    Person.erased_at.is_(None),
                )
                .order_by(Person.sort_key, Person.id)
                .offset(0)  # PostgreSQL keeps the order of such a step
                .subquery()
            )
            found += db.session.scalars(
                select(Person.id)
                .join(by_name, by_name.c.id == Person.id)
                .where(holds, is_findable_by(person))
                .order_by(by_name.c.sort_key, by_name.c.id)
                .limit(limit - len(found))
            )
    return found
