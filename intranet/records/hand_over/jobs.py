"""The scheduled job that tells people of hand-overs: who leaves, who comes, who heads the unit."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, select

from intranet.attention.notifications.handlers import tell_of_page
from intranet.attention.notifications.models import Kind
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import (
    administrator_ids,
    head_of_appointment,
    holders,
    is_current,
)
from intranet.organisation.people.vacancy_readers import reading
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.records.hand_over.access import is_near, is_open, standing_of
from intranet.records.hand_over.models import HandOver, HandOverNotice
from intranet.records.hand_over.scopes import entries_of

TELL_FOR = timedelta(days=60)
"""Who comes later than this after an end is told when they come, and nobody else is any more."""
BATCH_SIZE = 500


def tell_of_hand_overs() -> None:
    """Tell each person once: the leaver as the end nears, the head and the holders after it.

    Others are told only if something is left. Each hand-over is its own transaction.
    """
    now = clock.now()
    for appointment_id in _to_tell(now):
        row = db.session.get(Appointment, appointment_id)
        if row is not None:
            _tell(row, now)


def tell_of_unread_posts() -> None:
    """Tell administrators of messages to a vacant post that nobody reads, once for each day."""
    now = clock.now()
    for agency_id, post_id in _unread_since(now - timedelta(days=1)):
        key, path = f"{post_id.hex}:{now.date()}", f"/posts/{post_id}"
        people = administrator_ids(agency_id)
        tell_of_page(Kind.HAND_OVER, people, "hand_over_nobody", path=path, key=key)


def _unread_since(instant: datetime) -> list[tuple[UUID, UUID]]:
    """Return posts, with their agency, to which somebody wrote since and for which nobody reads."""
    rows = db.session.execute(
        select(Post.agency_id, Post.id)
        .where(
            exists().where(Conversation.post_id == Post.id, Conversation.last_message_at > instant),
            ~exists().where(Appointment.post_id == Post.id, is_current(clock.now())),
        )
        .limit(BATCH_SIZE)
    ).all()
    readers = reading([row.id for row in rows], clock.now())
    return [(row.agency_id, row.id) for row in rows if not readers[row.id].people]


def _to_tell(now: datetime) -> list[UUID]:
    """Return the hand-overs that nobody was told of yet, or to whose post somebody came since."""
    after, told = Appointment.__table__.alias(), HandOverNotice
    of_leaver = exists().where(
        told.appointment_id == Appointment.id, told.person_id == Appointment.person_id
    )
    of_any = exists().where(
        told.appointment_id == Appointment.id, told.person_id != Appointment.person_id
    )
    untold_holder = exists().where(
        after.c.post_id == Appointment.post_id,
        after.c.person_id != Appointment.person_id,
        after.c.since <= now,
        (after.c.until.is_(None)) | (after.c.until > now),
        ~exists().where(told.appointment_id == Appointment.id, told.person_id == after.c.person_id),
    )
    is_ahead = Appointment.until > now
    is_past = (Appointment.until <= now) & (
        (~of_any & (Appointment.until > now - TELL_FOR)) | untold_holder
    )
    wanted = select(Appointment.id).where(is_open(), (is_ahead & ~of_leaver) | is_past)
    return list(
        db.session.scalars(
            wanted.order_by(Appointment.until.desc(), Appointment.id).limit(BATCH_SIZE)
        )
    )


def _tell(row: Appointment, now: datetime) -> None:
    path = f"/posts/{row.post_id}/hand-over?of={row.id}"
    with unit_of_work() as work:
        for person_id, why in _receivers(row, now):
            is_new = work.add_unless_there(
                HandOverNotice,
                {"appointment_id": row.id, "person_id": person_id, "told_at": now},
            )
            if not is_new:
                continue
            if why == "hand_over_write" or _has_something(row, person_id):
                tell_of_page(Kind.HAND_OVER, [person_id], why, path=path, key=row.id.hex)
            else:
                work.add_unless_there(HandOver, {"appointment_id": row.id, "settled_at": now})


def _receivers(row: Appointment, now: datetime) -> Iterator[tuple[UUID, str]]:
    if row.until is None or row.until > now:
        if is_near(row, now):
            yield row.person_id, "hand_over_write"
        return
    for held in holders(row.post_id, now):
        if held.person_id != row.person_id:
            yield held.person_id, "hand_over_take"
    head = head_of_appointment(row, now)
    if head and head.person_id != row.person_id:
        yield head.person_id, "hand_over_head"


def _has_something(row: Appointment, person_id: UUID) -> bool:
    person = db.session.get_one(Person, person_id)
    standing = standing_of(person, row)
    return standing is not None and bool(entries_of(person, standing))
