"""Boxes and ideas in lists, and the statuses and answers of an idea."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from intranet.collaboration.ideas.access import is_seen_by
from intranet.collaboration.ideas.models import (
    IDEA,
    Idea,
    IdeaAnswer,
    IdeaBox,
    IdeaStatus,
    IdeaStep,
    IdeaSupport,
)
from intranet.extensions import db
from intranet.messaging.spaces.access import is_current_member
from intranet.messaging.spaces.models import Role, Space, SpaceMember
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.agencies.queries import in_force
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import is_current
from intranet.organisation.people.speakers import posts_spoken_for
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.parsing import MAX_INTEGER
from intranet.platform.core.types import NOW, Id, Instant, id_parameter
from intranet.publishing.publications.contributed import (
    ids_with,
    is_before,
    load_rows,
    load_rows_of,
    newest,
    readable_ids,
)
from intranet.publishing.publications.models import Publication, PublicationVersion
from intranet.publishing.publications.visibility_rule import reaches

MAX_POSTS_OFFERED = 200
SOON_ROUND, LATE_ROUND = 1, 2
"""Values of `Idea.rounds`: reminded before the end of the term, and after it."""


class IdeaOrder(StrEnum):
    """The order of a list of ideas."""

    NEWEST = "newest"
    SUPPORTED = "supported"
    WAITING = "waiting"
    LATE = "late"
    ANSWERED = "answered"


@dataclass(frozen=True)
class IdeaListEntry:
    """An idea in a list, with its publication and its latest version."""

    idea: Idea
    publication: Publication
    version: PublicationVersion


def listed(
    person: Person,
    order: IdeaOrder,
    *,
    box: IdeaBox | None = None,
    status: IdeaStatus | None = None,
    words: str = "",
    after: tuple[str, UUID] | None = None,
    limit: int,
) -> list[IdeaListEntry]:
    """Return ideas that the person may read and that were not merged.

    Args:
        after: the sort value of the last idea shown, as `place_of` writes it, and its id.
    """
    on_its_own = Idea.joined_into_id.is_(None)
    if order == IdeaOrder.NEWEST and box is None and status is None:
        asked = newest(person, IDEA, Idea, on_its_own)
        if at := _instant(after):
            asked = asked.where(is_before((at, after[1]))) if after else asked
    else:
        asked = _ordered(readable_ids(person, Idea).where(on_its_own), order, after)
    if box:
        asked = asked.where(Idea.box_id == box.id)
    if status:
        asked = asked.where(Idea.status == status)
    if words:
        asked = asked.where(Publication.id.in_(ids_with(words)))
    return [IdeaListEntry(*row) for row in load_rows(Idea, asked.limit(limit))]


def waiting(person: Person, limit: int) -> list[IdeaListEntry]:
    """Return ideas that wait for an answer of the person's posts, the earliest due first."""
    ids = execute_prepared(_waiting(limit), person_id=person.id).scalars().all()
    return [IdeaListEntry(*row) for row in load_rows_of(Idea, ids)]


@cache
def _waiting(limit: int) -> Select[UUID]:
    asked = waiting_ids(id_parameter("person_id"), NOW)
    return asked.order_by(Idea.due_at, Idea.publication_id).limit(limit)


def waiting_ids(person_id: Id, now: Instant) -> Select[UUID]:
    """Select the ids of ideas that wait for an answer of the person's posts.

    The person and the instant may be bound later, in a statement that is built once.
    """
    posts = posts_spoken_for(person_id, now).subquery()
    return (
        select(Idea.publication_id)
        .join(IdeaBox, IdeaBox.id == Idea.box_id)
        .join(Publication, Publication.id == Idea.publication_id)
        .where(
            IdeaBox.post_id.in_(select(posts.c.post_id)),
            Idea.answered_at.is_(None),
            Idea.joined_into_id.is_(None),
            reaches(person_id, now),
        )
    )


def cursor_after(listed: IdeaListEntry, order: IdeaOrder) -> tuple[str, UUID]:
    """Return the cursor at which a list in this order continues after an idea."""
    idea = listed.idea
    at: dict[IdeaOrder, datetime | None] = {
        IdeaOrder.NEWEST: listed.publication.published_at,
        IdeaOrder.WAITING: idea.due_at,
        IdeaOrder.LATE: idea.due_at,
        IdeaOrder.ANSWERED: idea.answered_at,
    }
    if order == IdeaOrder.SUPPORTED:
        return str(idea.supports), idea.publication_id
    moment = at[order]
    return moment.isoformat() if moment else "", idea.publication_id


def _ordered(asked: Select[UUID], order: IdeaOrder, after: tuple[str, UUID] | None) -> Select[UUID]:
    """Sort and continue from a cursor; each order has an index with the id as its last column."""
    match order:
        case IdeaOrder.NEWEST:  # of a box or status: ids sort by time, and an index has them
            asked = asked.order_by(Idea.publication_id.desc())
            return asked.where(Idea.publication_id < after[1]) if after else asked
        case IdeaOrder.SUPPORTED:
            return _down(asked, Idea.supports, _number(after), after)
        case IdeaOrder.ANSWERED:
            asked = asked.where(Idea.answered_at.is_not(None))
            return _down(asked, Idea.answered_at, _instant(after), after)
    asked = asked.where(Idea.answered_at.is_(None))
    if order == IdeaOrder.LATE:
        asked = asked.where(Idea.due_at <= clock.now())
    asked = asked.order_by(Idea.due_at, Idea.publication_id)
    at, last_id = _instant(after), after[1] if after else None
    if at is None:
        return asked
    same = and_(Idea.due_at == at, Idea.publication_id > last_id)
    return asked.where(or_(Idea.due_at > at, same))


def _down(
    asked: Select[UUID],
    key: InstrumentedAttribute[Any],
    value: datetime | int | None,
    after: tuple[str, UUID] | None,
) -> Select[UUID]:
    asked = asked.order_by(key.desc(), Idea.publication_id.desc())
    if value is None or after is None:
        return asked
    same = and_(key == value, Idea.publication_id < after[1])
    return asked.where(or_(key < value, same))


def _number(after: tuple[str, UUID] | None) -> int | None:
    text = after[0] if after else ""
    return (
        min(int(text), MAX_INTEGER)
        if text.isdecimal() and len(text) <= len(str(MAX_INTEGER))
        else None
    )


def _instant(after: tuple[str, UUID] | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(after[0]) if after else None
    except ValueError:
        return None
    return found.astimezone(UTC) if found and found.tzinfo else None


def boxes(person: Person, limit: int, *, is_open: bool | None = None) -> Sequence[IdeaBox]:
    """Return boxes that the person may see, open ones or all, the newest first."""
    asked = (
        select(IdeaBox)
        .where(is_seen_by(person))
        .options(joinedload(IdeaBox.space), joinedload(IdeaBox.post))
        .order_by(IdeaBox.opened_at.desc(), IdeaBox.id.desc())
        .limit(limit)
    )
    if is_open is not None:
        asked = asked.where(
            IdeaBox.closed_at.is_(None) if is_open else IdeaBox.closed_at.is_not(None)
        )
    return db.session.scalars(asked).all()


def late_in(box_ids: Collection[UUID], now: datetime) -> set[UUID]:
    """Return which of these boxes hold ideas past their term."""
    is_late = (
        exists()
        .where(
            Idea.box_id == IdeaBox.id,
            Idea.due_at <= now,
            Idea.answered_at.is_(None),
            Idea.joined_into_id.is_(None),
            Publication.id == Idea.publication_id,
            Publication.withdrawn_at.is_(None),
        )
        .correlate(IdeaBox)
    )
    asked = select(IdeaBox.id).where(IdeaBox.id.in_(box_ids), is_late)
    return set(db.session.scalars(asked))


def supported_by(person: Person, idea_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these ideas the person supports."""
    return set(
        db.session.scalars(
            select(IdeaSupport.publication_id).where(
                IdeaSupport.publication_id.in_(idea_ids), IdeaSupport.person_id == person.id
            )
        )
    )


def steps(idea: Idea) -> Sequence[IdeaStep]:
    """Return the status changes of an idea, in order."""
    return db.session.scalars(
        select(IdeaStep)
        .where(IdeaStep.publication_id == idea.publication_id)
        .options(joinedload(IdeaStep.post), joinedload(IdeaStep.by))
        .order_by(IdeaStep.at, IdeaStep.id)
    ).all()


def answers_to(idea: Idea) -> Sequence[IdeaAnswer]:
    """Return the official answers to an idea, the latest first."""
    return db.session.scalars(
        select(IdeaAnswer)
        .where(IdeaAnswer.publication_id == idea.publication_id)
        .options(joinedload(IdeaAnswer.post), joinedload(IdeaAnswer.by))
        .order_by(IdeaAnswer.at.desc(), IdeaAnswer.id.desc())
    ).all()


def joined_with(person: Person, idea: Idea, limit: int) -> list[IdeaListEntry]:
    """Return the ideas that were merged into an idea and that the person may read."""
    asked = (
        readable_ids(person, Idea)
        .where(Idea.joined_into_id == idea.publication_id)
        .order_by(Idea.publication_id)
        .limit(limit)
    )
    return [IdeaListEntry(*row) for row in load_rows(Idea, asked)]


def alike(person: Person, idea: Idea, words: str, limit: int) -> list[IdeaListEntry]:
    """Return ideas that an idea could be merged into, those with most support first.

    They match the words or, without words, are in the same box.
    """
    asked = readable_ids(person, Idea).where(
        Idea.joined_into_id.is_(None), Idea.publication_id != idea.publication_id
    )
    if words:
        asked = asked.where(Publication.id.in_(ids_with(words)))
    else:
        asked = asked.where(Idea.box_id == idea.box_id)
    asked = asked.order_by(Idea.supports.desc(), Idea.publication_id.desc()).limit(limit)
    return [IdeaListEntry(*row) for row in load_rows(Idea, asked)]


def to_remind(now: datetime, ahead: timedelta, limit: int) -> Sequence[UUID]:
    """Return the ids of ideas whose term ends soon or is over and whose reminder is due."""
    return db.session.scalars(
        select(Idea.publication_id)
        .join(Publication, Publication.id == Idea.publication_id)
        .where(
            Idea.answered_at.is_(None),
            Idea.joined_into_id.is_(None),
            Publication.withdrawn_at.is_(None),
            or_(
                and_(Idea.due_at <= now, Idea.rounds < LATE_ROUND),
                and_(Idea.due_at > now, Idea.due_at <= now + ahead, Idea.rounds < SOON_ROUND),
            ),
        )
        .order_by(Idea.due_at, Idea.publication_id)
        .limit(limit)
    ).all()


def led_spaces(person: Person) -> Sequence[Space]:
    """Return the spaces in which the person may open boxes."""
    led = select(SpaceMember.space_id).where(
        SpaceMember.person_id == person.id,
        SpaceMember.role == Role.HEAD,
        is_current_member(clock.now()),
    )
    return db.session.scalars(select(Space).where(Space.id.in_(led)).order_by(Space.id)).all()


def posts_offered(person: Person, space: Space, kept: UUID | None = None) -> Sequence[Post]:
    """Return the posts that could answer in a box of a space, in the order of their names.

    These are the posts for which the person acts, the posts of the space's heads, the posts of its
    unit, the heads of its agency, and the post in `kept`.
    """
    now, day = clock.now(), clock.today(space.agency.time_zone)
    spoken = posts_spoken_for(person.id, now).subquery()
    leaders = select(SpaceMember.person_id).where(
        SpaceMember.space_id == space.id,
        SpaceMember.role == Role.HEAD,
        is_current_member(now),
    )
    held = select(Appointment.post_id).where(Appointment.person_id.in_(leaders), is_current(now))
    fits = [
        Post.id.in_(select(spoken.c.post_id)),
        Post.id.in_(held),
        and_(Post.agency_id == space.agency_id, Post.is_head.is_(True)),
    ]
    if space.unit_id:
        fits.append(Post.unit_id == space.unit_id)
    if kept:
        fits.append(Post.id == kept)
    return db.session.scalars(
        select(Post)
        .join(Unit, Unit.id == Post.unit_id)
        .where(or_(*fits), in_force(Post, day))
        .order_by(Post.sort_key, Post.id)
        .limit(MAX_POSTS_OFFERED)
    ).all()
