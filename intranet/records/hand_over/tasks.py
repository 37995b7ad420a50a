"""Where a hand-over is told of: the page of the post, and the tasks of the first page."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from flask import url_for
from sqlalchemy import Select, exists, or_, select

from intranet.extensions import db
from intranet.finding.directory.post_notes import PostNote, adds_notes
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.dates import day
from intranet.platform.core.i18n import _
from intranet.platform.core.types import id_parameter, ids_parameter
from intranet.records.hand_over.access import is_near, is_open, seen_by
from intranet.records.hand_over.models import HandOver, HandOverNotice

MAX_TASKS = 3


@dataclass(frozen=True)
class HandOverTask:
    """A hand-over that waits for a person: to write it, or to read and accept it."""

    appointment: Appointment
    is_to_write: bool


def tasks_for(person: Person) -> Sequence[HandOverTask]:
    """Return what a person has yet to write or to accept, the nearest end first.

    Almost always one statement that finds nothing, or none: a person is asked to accept once they
    were told of it, and until nothing remained.
    """
    now = clock.now()
    held = current_appointments(person.id)
    if not held:
        return ()
    given = {
        "person_id": person.id,
        "post_ids": [row.post_id for row in held],
        "ending_ids": [row.id for row in held if is_near(row, now)],
    }
    ids = execute_prepared(_task_ids(), **given).scalars().all()
    if not ids:
        return ()
    asked = select(Appointment).where(Appointment.id.in_(ids))
    rows = db.session.scalars(asked.order_by(Appointment.until, Appointment.id))
    return [HandOverTask(row, is_to_write=row.person_id == person.id) for row in rows]


@cache
def _task_ids() -> Select[UUID]:
    person_id = id_parameter("person_id")
    written = exists().where(
        HandOver.appointment_id == Appointment.id, HandOver.written_at.is_not(None)
    )
    settled = exists().where(
        HandOver.appointment_id == Appointment.id, HandOver.settled_at.is_not(None)
    )
    told = exists().where(
        HandOverNotice.appointment_id == Appointment.id, HandOverNotice.person_id == person_id
    )
    return (
        select(Appointment.id)
        .where(
            Appointment.post_id.in_(ids_parameter("post_ids")),
            is_open(),
            or_(
                Appointment.id.in_(ids_parameter("ending_ids")) & ~written,
                (Appointment.person_id != person_id) & told & ~settled,
            ),
        )
        .order_by(Appointment.until, Appointment.id)
        .limit(MAX_TASKS)
    )


@adds_notes
def notes(viewer: Person, post: Post) -> list[PostNote]:
    """Return the open hand-overs of a post that the viewer may see, for its page."""
    return [
        PostNote(
            _words(one.appointment, writes=one.writes),
            _("Write the hand-over") if one.writes else _("Open the hand-over"),
            url_for("hand_over.show", post_id=post.id, of=one.appointment.id),
        )
        for one in seen_by(viewer, post)
    ]


def _words(row: Appointment, *, writes: bool) -> str:
    if writes:
        return _("You leave this post on %(day)s.", day=day(row.ends_on or row.starts_on))
    if row.until and row.until <= clock.now():
        words = _("%(name)s left this post on %(day)s.")
    else:
        words = _("%(name)s leaves this post on %(day)s.")
    return words % {"name": row.person.name, "day": day(row.ends_on or row.starts_on)}
