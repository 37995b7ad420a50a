"""Saying whether one comes. Places are given in the order in which people said yes."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from intranet.collaboration.events.access import require_open
from intranet.collaboration.events.events import UP
from intranet.collaboration.events.models import (
    WHOLE,
    AnswerKind,
    Event,
    EventAnswer,
    EventOccurrence,
)
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.publishing.publications.access import get_standing, readers_among
from intranet.publishing.publications.events import Concerned
from intranet.publishing.publications.models import Publication


def answer_event(
    person: Person,
    publication: Publication,
    answer: AnswerKind,
    *,
    recurrence: str = WHOLE,
    post_id: UUID | None = None,
) -> EventAnswer:
    """Say whether one comes, to one of its days or to all. The last word counts.

    Where all places are taken, a yes draws a number; who gives a place up lets the first in line
    move up, who is told.

    Args:
        post_id: as which of their posts; without, as that which they have held for longest.

    Raises:
        NotFound: the person does not read it, or it is at no such time.
        Forbidden: it is over or cancelled, or they hold no such post.
        Invalid: each of its days is answered by itself, and none was named.
    """
    with unit_of_work() as work:
        work.lock(publication)  # of two for the last place, one comes after the other
        event = get_standing(person, Event, publication.id)
        post_id, agency_id = _post_of(person, post_id)
        if recurrence == WHOLE and event.is_answered_by_day:
            raise Invalid({"at": _l("Choose a day. Places are counted separately for each day.")})
        require_open(event, recurrence)
        row = db.session.get(EventAnswer, (event.publication_id, recurrence, person.id))
        has_place = row is not None and row.answer == AnswerKind.YES and row.waiting is None
        waits = row is not None and row.waiting is not None
        if row is None:
            row = EventAnswer(
                publication_id=event.publication_id, recurrence=recurrence, person_id=person.id
            )
            work.add(row)
        row.answer, row.answered_at = answer, clock.now()
        row.post_id, row.agency_id = post_id, agency_id
        if answer != AnswerKind.YES:
            row.waiting = None
            work.flush()
            if has_place:
                move_up(work, event, recurrence)
        elif not (has_place or waits):
            row.waiting = _number(event, recurrence, person.id)
        work.flush()
    return row


def move_up(work: Work, event: Event, recurrence: str) -> None:
    """Give the places that are free to the first in line who may still read it, and tell them."""
    if event.capacity is None:
        waiting = _in_line(event, recurrence)
    else:
        free = event.capacity - places_taken(event, recurrence)
        waiting = _in_line(event, recurrence)[: max(free, 0)] if free > 0 else []
    for row in waiting:
        number, row.waiting = row.waiting, None
        work.publish(
            Concerned(event.publication_id, UP, (row.person_id,), f"{recurrence}.{number}")
        )
    work.flush()


def move_all_up(work: Work, event: Event) -> None:
    """The same on each of its days, after it has more places."""
    now = clock.now()
    keys = db.session.scalars(
        select(EventAnswer.recurrence)
        .join(
            EventOccurrence,
            (EventOccurrence.publication_id == EventAnswer.publication_id)
            & (EventOccurrence.recurrence == EventAnswer.recurrence),
        )
        .where(
            EventAnswer.publication_id == event.publication_id,
            EventAnswer.waiting.is_not(None),
            EventOccurrence.ends_at > now,
            EventOccurrence.cancelled_at.is_(None),
        )
        .distinct()
        .order_by(EventAnswer.recurrence)
    ).all()
    for recurrence in keys:
        move_up(work, event, recurrence)


def places_taken(event: Event, recurrence: str) -> int:
    """How many have a place at one time."""
    asked = select(func.count()).where(
        EventAnswer.publication_id == event.publication_id,
        EventAnswer.recurrence == recurrence,
        EventAnswer.answer == AnswerKind.YES,
        EventAnswer.waiting.is_(None),
    )
    return db.session.scalar(asked) or 0


def _number(event: Event, recurrence: str, person_id: UUID) -> int | None:
    """A number in line; None where a place is free, and nobody waits before."""
    if event.capacity is None:
        return None
    others = select(func.count(), func.max(EventAnswer.waiting)).where(
        EventAnswer.publication_id == event.publication_id,
        EventAnswer.recurrence == recurrence,
        EventAnswer.person_id != person_id,
        EventAnswer.answer == AnswerKind.YES,
    )
    taken = db.session.scalar(
        others.with_only_columns(func.count()).where(EventAnswer.waiting.is_(None))
    )
    last = db.session.scalar(others.with_only_columns(func.max(EventAnswer.waiting)))
    if (taken or 0) < event.capacity and last is None:
        return None
    return (last or 0) + 1


def _in_line(event: Event, recurrence: str) -> Sequence[EventAnswer]:
    rows = db.session.scalars(
        select(EventAnswer)
        .where(
            EventAnswer.publication_id == event.publication_id,
            EventAnswer.recurrence == recurrence,
            EventAnswer.waiting.is_not(None),
        )
        .order_by(EventAnswer.waiting)
    ).all()
    if not rows:
        return []
    publication = db.session.get_one(Publication, event.publication_id)
    readers = readers_among(publication, [row.person_id for row in rows])
    return [row for row in rows if row.person_id in readers]


def _post_of(person: Person, post_id: UUID | None) -> tuple[UUID, UUID]:
    held = current_appointments(person.id)
    posts = {row.post_id: row.post.agency_id for row in held}
    if post_id is None and posts:
        post_id = held[0].post_id
    if post_id is None or post_id not in posts:
        raise Forbidden(_l("You do not hold this post at present."))
    return post_id, posts[post_id]
