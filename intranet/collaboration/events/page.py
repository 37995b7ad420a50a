"""Contexts of the pages of an event: its times, answers and minutes."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from intranet.collaboration.events import attendance, queries, view_models
from intranet.collaboration.events.access import require_open
from intranet.collaboration.events.models import AnswerKind, Event, EventOccurrence
from intranet.extensions import db
from intranet.messaging.conversations.faces import faces_of
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound, Problem
from intranet.platform.core.web import current_language
from intranet.publishing.publications.view_models import text_of

MAX_TIMES = 12
MAX_NAMES = 300


def event_context(person: Person, event: Event, at: str) -> dict[str, Any]:
    """Return the context of an event at an occurrence, with its answers."""
    time = _time(event, at)
    key = time.recurrence
    answers = attendance.answers_of(person, [event.publication_id])
    mine = view_models.answer_at(answers, event, key)
    coming = attendance.coming(event, key)
    minutes = attendance.minutes_of(event)
    going = [row for row in coming if row.answer == AnswerKind.YES and row.waiting is None]
    return {
        "event": event,
        "time": time,
        "when": view_models.when_of(event, time.starts_at, time.ends_at),
        "repeats": view_models.repeat_words(event),
        "times": view_models.time_rows(event, queries.times_around(event, MAX_TIMES))
        if event.is_repeating
        else [],
        "mine": mine,
        "my_place": next((row.waiting for row in coming if row.person_id == person.id), None),
        "may_answer": _may_answer(event, key),
        "my_posts": _posts(person),
        "numbers": _numbers(coming),
        "free": max(event.capacity - len(going), 0) if event.capacity is not None else None,
        "agencies": _by_agency(person, coming),
        "minutes": minutes.get(key),
        "older_minutes": [
            (row, view_models.when_of(event, times.starts_at, times.ends_at))
            for row, times in _minuted(event, minutes)
            if row.recurrence != key
        ],
        "has_begun": time.starts_at <= clock.now(),
        "exception": next(
            (
                row
                for row in attendance.exceptions([event.publication_id]).get(
                    event.publication_id, ()
                )
                if row.recurrence == key
            ),
            None,
        ),
    }


def people_context(person: Person, event: Event, at: str) -> dict[str, Any]:
    """Return the context of the page of all answers to an occurrence, by agency."""
    time = _time(event, at)
    coming = attendance.coming(event, time.recurrence)
    return {
        "event": event,
        "time": time,
        "when": view_models.when_of(event, time.starts_at, time.ends_at),
        "agencies": _by_agency(person, coming, most=MAX_NAMES),
        "numbers": _numbers(coming),
        "is_cut": len(coming) > MAX_NAMES,
    }


def _time(event: Event, at: str) -> EventOccurrence:
    if at:
        found = db.session.get(EventOccurrence, (event.publication_id, at[:20]))
    else:
        found = queries.next_of(event)
    if found is None:
        raise NotFound
    return found


def _may_answer(event: Event, key: str) -> bool:
    try:
        require_open(event, key)
    except Problem:
        return False
    return True


def _posts(person: Person) -> list[tuple[UUID, str]]:
    return [
        (row.post_id, text_of(row.post.title, row.post.unit.agency.language))
        for row in current_appointments(person.id)
    ]


def _numbers(coming: list[attendance.Coming]) -> dict[str, int]:
    return {
        "yes": sum(row.answer == AnswerKind.YES and row.waiting is None for row in coming),
        "waiting": sum(row.waiting is not None for row in coming),
        "maybe": sum(row.answer == AnswerKind.MAYBE for row in coming),
        "no": sum(row.answer == AnswerKind.NO for row in coming),
    }


def _by_agency(
    person: Person, coming: list[attendance.Coming], most: int = 40
) -> list[dict[str, Any]]:
    """Group people who answered yes or maybe by agency; the agency with most people comes first."""
    rows = [row for row in coming if row.answer != AnswerKind.NO]
    named = rows[:most]
    faces = faces_of([row.person_id for row in named], person)
    ids = {row.agency_id for row in rows}
    names = {
        agency.id: agency.name.text(current_language(), agency.language)
        for agency in db.session.scalars(select(Agency).where(Agency.id.in_(ids)))
    }
    found = []
    for agency_id in ids:
        mine = [row for row in rows if row.agency_id == agency_id]
        found.append(
            {
                "name": names[agency_id],
                **_numbers(mine),
                "people": [
                    (faces[row.person_id], row.answer.value, row.waiting)
                    for row in named
                    if row.agency_id == agency_id and row.person_id in faces
                ],
            }
        )
    return sorted(found, key=lambda row: (-row["yes"], -row["waiting"], row["name"]))


def _minuted(event: Event, minutes: Mapping[str, Any]) -> list[tuple[Any, EventOccurrence]]:
    times = {
        row.recurrence: row
        for row in db.session.scalars(
            select(EventOccurrence).where(
                EventOccurrence.publication_id == event.publication_id,
                EventOccurrence.recurrence.in_(list(minutes)),
            )
        )
    }
    return [(row, times[key]) for key, row in minutes.items() if key in times]
