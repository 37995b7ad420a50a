"""Creating and changing events. People who answered yes or maybe are notified of changes."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from intranet.collaboration.events import planning as plans
from intranet.collaboration.events.access import get_occurrence, require_changeable
from intranet.collaboration.events.events import CHANGED, INVITED
from intranet.collaboration.events.models import (
    EVENT,
    WHOLE,
    AnswerKind,
    Event,
    EventAnswer,
    EventException,
    EventMinutes,
    EventOccurrence,
)
from intranet.collaboration.events.occurrences import exceptions_of, instant, reckon
from intranet.collaboration.events.operations.answering import move_all_up
from intranet.collaboration.events.recurrence import key_of, read_key
from intranet.extensions import db
from intranet.messaging.spaces.access import leads
from intranet.messaging.spaces.models import Space, Visibility
from intranet.messaging.spaces.queries import member_count
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_line
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.publishing.publications.access import require_writer
from intranet.publishing.publications.events import Concerned
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.contributing import contribute
from intranet.publishing.publications.operations.drafting import Choices, Written, save_draft
from intranet.publishing.publications.operations.publishing import correct
from intranet.publishing.publications.versions import with_working_copy
from intranet.publishing.publications.voices import people_rung

INVITED_LIMIT = 100
"""Any member may invite up to this many people; the head of the space may invite more."""
NOTE_LIMIT = 300
EXCEPTIONS_LIMIT = 366

OfDay = EventException | EventAnswer | EventMinutes
OF_DAYS: tuple[type[OfDay], ...] = (EventException, EventAnswer, EventMinutes)


def plan_event(
    author: Person,
    space: Space,
    post: Post,
    texts: Mapping[str, Written],
    plan: plans.EventPlan,
    *,
    visibility: Visibility,
    topics: Sequence[str] = (),
    file_ids: Sequence[UUID] = (),
    invites: bool = False,
) -> Event:
    """Create an event in a space and notify followers; with `invites`, also the members.

    Raises:
        Forbidden: the author is not in the space, does not hold the post, or invites too many.
        Invalid: a text or a value of the plan is not valid.
    """
    plan = plans.sound(plan)
    with unit_of_work() as work:
        publication = contribute(
            author,
            EVENT,
            space,
            post,
            texts,
            visibility=visibility,
            topics=topics,
            file_ids=file_ids,
        )
        event = Event(publication_id=publication.id, changes=[])
        _apply(event, plan)
        work.add(event)
        work.flush()
        if not reckon(event):
            raise Invalid({"rule": _l("This repeat rule produces no dates.")})
        if invites:
            _invite(work, author, space, event)
    return event


def change_event(
    person: Person,
    event: Event,
    texts: Mapping[str, Written],
    plan: plans.EventPlan,
    *,
    visibility: Visibility | None,
    topics: Sequence[str],
    edition: int,
    note: str = "",
) -> Event:
    """Change the text, time or place of an event. Each day keeps its answers.

    Args:
        texts: the text in each language of the event.
        edition: the edition of the working copy that the person edited.
        note: the change, in the person's words.

    Raises:
        Forbidden: the person may not change it, or it was cancelled.
        Conflict: another person changed it meanwhile.
        Invalid: a text or a value of the plan is not valid.
    """
    plan = plans.sound(plan)
    note = optional_line(note, "note", NOTE_LIMIT)
    with unit_of_work() as work:
        publication = db.session.get_one(Publication, event.publication_id)
        work.lock(publication)
        require_writer(person, publication)
        event = db.session.get_one(Event, publication.id)
        require_changeable(event)
        changes = plans.changes_between(plans.plan_of(event), plan)
        choices = Choices(
            visibility=visibility or publication.visibility,
            has_discussion=publication.has_discussion,
            topics=tuple(topics),
            expires_at=publication.expires_at,
            pinned_until=publication.pinned_until,
        )
        if _rewrite(person, publication, texts, choices, edition=edition, note=note):
            changes.append("text")
        if not changes:
            return event
        _replan(event, plan)
        if "capacity" in changes:
            move_all_up(work, event)
        notify_of_change(work, event, changes, note, person)
    return event


def move_occurrence(
    person: Person, event: Event, recurrence: str, starts: datetime, ends: datetime
) -> None:
    """Move a day of the event to another time. The day keeps its answers.

    Raises:
        NotFound: the event has no such occurrence.
        Forbidden: the person may not change it, or it was cancelled.
        Invalid: it would end before it begins, or would fall on another of its days.
    """
    with unit_of_work() as work:
        publication = db.session.get_one(Publication, event.publication_id)
        work.lock(publication)
        require_writer(person, publication)
        event = db.session.get_one(Event, publication.id)
        require_changeable(event)
        occurrence = get_occurrence(event, recurrence)
        if not event.is_repeating or occurrence.cancelled_at:
            raise Forbidden(_l("You cannot move a day that has been cancelled."))
        if reasons := plans.require_span(starts, ends, event.zone, is_all_day=event.is_all_day):
            raise Invalid(reasons)
        begins = instant(starts, event.zone)
        same = select(EventOccurrence.recurrence).where(
            EventOccurrence.publication_id == event.publication_id,
            EventOccurrence.recurrence != recurrence,
            EventOccurrence.starts_at == begins,
        )
        if db.session.scalar(same):
            raise Invalid({"starts_on": _l("The event is already set for that time.")})
        if begins < clock.now() or begins > clock.now() + timedelta(days=2 * 366):
            raise Invalid({"starts_on": _l("Choose a time within the next two years.")})
        exception = exception_at(work, event, recurrence)
        exception.starts, exception.ends = starts, ends
        reckon(event)
        notify_of_change(work, event, ["time"], "", person, recurrence=recurrence)


def exception_at(work: Work, event: Event, recurrence: str) -> EventException:
    """Return the exception of a day, created where there is none.

    Raises:
        Invalid: too many days depart from the rule.
    """
    found = db.session.get(EventException, (event.publication_id, recurrence))
    if found is None:
        if len(exceptions_of(event)) >= EXCEPTIONS_LIMIT:
            raise Invalid({"at": _l("Too many dates have changed. Create a new event.")})
        found = EventException(publication_id=event.publication_id, recurrence=recurrence)
        work.add(found)
    return found


def notify_of_change(
    work: Work,
    event: Event,
    changes: Sequence[str],
    note: str,
    person: Person,
    *,
    recurrence: str = WHOLE,
    why: str = CHANGED,
) -> None:
    """Record a change for calendars, and notify people who answered yes or maybe."""
    event.sequence += 1
    event.changed_at = clock.now()
    event.changes, event.change_note = list(changes), note
    work.flush()
    coming = coming_ids(event, recurrence) - {person.id}
    if coming:
        key = f"{event.sequence}.{recurrence}"
        told = tuple(sorted(coming))
        work.publish(Concerned(event.publication_id, why, told, key, actor_id=person.id))


def coming_ids(event: Event, recurrence: str = WHOLE) -> set[UUID]:
    """Return the people who answered yes or maybe, including those on the waiting list."""
    asked = select(EventAnswer.person_id, EventAnswer.recurrence, EventAnswer.answer).where(
        EventAnswer.publication_id == event.publication_id
    )
    if recurrence == WHOLE:
        said = asked.where(EventAnswer.answer != AnswerKind.NO)
        return set(db.session.scalars(said.with_only_columns(EventAnswer.person_id)))
    asked = asked.where(EventAnswer.recurrence.in_((WHOLE, recurrence)))
    last: dict[UUID, AnswerKind] = {}
    for person_id, key, answer in db.session.execute(asked):
        if key == recurrence or person_id not in last:
            last[person_id] = answer
    return {person_id for person_id, answer in last.items() if answer != AnswerKind.NO}


def _invite(work: Work, author: Person, space: Space, event: Event) -> None:
    if member_count(space.id, INVITED_LIMIT + 1) > INVITED_LIMIT and not leads(author, space):
        raise Forbidden(_l("Only the head of this space can invite so many people."))
    people = tuple(sorted({*db.session.scalars(people_rung(space))} - {author.id}))
    if people:
        work.publish(Concerned(event.publication_id, INVITED, people, actor_id=author.id))


def _apply(event: Event, plan: plans.EventPlan) -> None:
    event.starts, event.ends, event.zone = plan.starts, plan.ends, plan.zone
    event.is_all_day = plan.is_all_day
    event.place, event.link, event.capacity = plan.place, plan.link, plan.capacity
    event.rule = plan.rule


def _rewrite(
    person: Person,
    publication: Publication,
    texts: Mapping[str, Written],
    choices: Choices,
    *,
    edition: int,
    note: str,
) -> bool:
    """Save the text; return whether it changed."""
    before = _words(with_working_copy(publication))
    publication = save_draft(person, publication, texts, choices, edition=edition)
    if before == _words(publication):
        return False
    words = note or str(_l("Details changed"))
    correct(person, publication, words, edition=publication.edition, asks_again=False)
    return True


def _words(publication: Publication) -> dict[str, Written]:
    return {row.language: Written(row.title, row.body) for row in publication.texts}


def _replan(event: Event, plan: plans.EventPlan) -> None:
    """Apply the new plan; answers, exceptions and minutes move with their days."""
    moved = plan.starts - event.starts
    was_by_day, was_repeating = event.is_answered_by_day, event.is_repeating
    _apply(event, plan)
    db.session.flush()
    if moved or was_repeating != event.is_repeating:
        _carry(event, moved)
    if not reckon(event):
        raise Invalid({"rule": _l("This repeat rule produces no dates.")})
    if event.is_answered_by_day and not was_by_day:
        _answer_by_day(event)
    _drop_lost(event)


def _carry(event: Event, moved: timedelta) -> None:
    """Shift exceptions, answers and minutes of each day by as much as the first day moved."""
    for kind in OF_DAYS:
        rows = _of_days(event, kind)
        values = [_values(row) for row in rows]
        for row in rows:
            db.session.delete(row)
        db.session.flush()
        for value in values:
            value["recurrence"] = key_of(read_key(value["recurrence"]) + moved)
            if value.get("starts"):
                value |= {"starts": value["starts"] + moved, "ends": value["ends"] + moved}
            db.session.add(kind(**value))
        db.session.flush()


def _of_days(event: Event, kind: type[OfDay]) -> list[OfDay]:
    """Return the event's rows of one kind that belong to a single day, not to the whole series."""
    asked = select(kind).where(
        kind.publication_id == event.publication_id, kind.recurrence != WHOLE
    )
    return [*db.session.scalars(asked)]


def _answer_by_day(event: Event) -> None:
    """Move answers to the whole series to its next day, since days are now answered one by one."""
    following = db.session.scalar(
        select(EventOccurrence.recurrence)
        .where(
            EventOccurrence.publication_id == event.publication_id,
            EventOccurrence.ends_at > clock.now(),
            EventOccurrence.cancelled_at.is_(None),
        )
        .order_by(EventOccurrence.starts_at)
        .limit(1)
    )
    rows = db.session.scalars(
        select(EventAnswer).where(
            EventAnswer.publication_id == event.publication_id, EventAnswer.recurrence == WHOLE
        )
    ).all()
    for row in rows:
        there = db.session.get(EventAnswer, (row.publication_id, following, row.person_id))
        if following and there is None:
            db.session.add(EventAnswer(**{**_values(row), "recurrence": following}))
        db.session.delete(row)
    db.session.flush()


def _drop_lost(event: Event) -> None:
    """Delete exceptions and answers of days that the event no longer has."""
    mine = EventOccurrence.publication_id == event.publication_id
    keys = set(db.session.scalars(select(EventOccurrence.recurrence).where(mine)))
    for kind in OF_DAYS[:2]:
        for row in _of_days(event, kind):
            if row.recurrence not in keys:
                db.session.delete(row)
    db.session.flush()


def _values(row: OfDay) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}
