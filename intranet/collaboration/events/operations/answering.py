"""Answering an event. Places are given in the order of the answers."""

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
from intranet.publishing.publications.access import get_not_withdrawn, readers_among
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
    """Answer an event, or one of its days. The last answer counts.

    Where all places are taken, a yes goes to the waiting list. When a person gives up a place,
    the first on the list gets it and is notified.

    Args:
        post_id: the post under which the person attends; by default the one held for longest.

    Raises:
        NotFound: the person may not read the event, or it has no such occurrence.
        Forbidden: it is over or cancelled, or the person does not hold the post.
        Invalid: its days are answered separately, and no day was named.
    """
    with unit_of_work() as work:
        work.lock(publication)  # two answers for the last place are handled in turn
        event = get_not_withdrawn(person, Event, publication.id)
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
    """Give free places to the first people on the waiting list who can still read the event."""
    if event.capacity is None:
        waiting = _in_line(event, recurrence)
    else:
        free = event.capacity - count_seats_taken(event, recurrence)
        waiting = _in_line(event, recurrence)[: max(free, 0)] if free > 0 else []
    for row in waiting:
        number, row.waiting = row.waiting, None
        work.publish(
            Concerned(event.publication_id, UP, (row.person_id,), f"{recurrence}.{number}")
        )
    work.flush()


def move_all_up(work: Work, event: Event) -> None:
    """Give free places on each day of the event, after its capacity grew."""
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


def count_seats_taken(event: Event, recurrence: str) -> int:
    """Count the people who have a place at an occurrence."""
    asked = select(func.count()).where(
        EventAnswer.publication_id == event.publication_id,
        EventAnswer.recurrence == recurrence,
        EventAnswer.answer == AnswerKind.YES,
        EventAnswer.waiting.is_(None),
    )
    return db.session.scalar(asked) or 0


def _number(event: Event, recurrence: str, person_id: UUID) -> int | None:
    """Return the next number on the waiting list, or None if the person gets a place at once."""
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
