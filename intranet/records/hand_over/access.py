"""Access to the hand-over of a post: its readers, who accepts its lines, where things go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from intranet.extensions import db
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import (
    current_appointments,
    head_of_appointment,
    holders,
)
from intranet.organisation.people.vacancy_readers import reads_for
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.types import NOW, UTCDateTime, ago

OPEN_AHEAD = timedelta(weeks=6)
"""How long before a known end the leaver can write, and others can read."""
OPEN_FOR = timedelta(days=180)
"""How long it stays open after the end or, if the next holder came later, after that."""


@dataclass(frozen=True)
class HandOverStanding:
    """The part of a person in a hand-over: leaver, holder, head, or reader in between."""

    appointment: Appointment
    writes: bool
    accepts: bool
    heir: Post | None

    @property
    def post(self) -> Post:
        """The post that is handed over."""
        return self.appointment.post

    @property
    def is_of_post(self) -> bool:
        """Whether the viewer holds the post itself, so that what belongs to it is theirs."""
        return self.writes or (self.accepts and self.heir == self.post)


def is_open() -> ColumnElement[bool]:
    """Return the condition on `Appointment` that its hand-over can be read now.

    It has an end that is near or past, it was not withdrawn before it began, and its person does
    not hold the post on. One corrected to go on has none; the words already written are kept.
    """
    again, after = aliased(Appointment), aliased(Appointment)
    goes_on = exists().where(
        again.post_id == Appointment.post_id,
        again.person_id == Appointment.person_id,
        again.id != Appointment.id,
        or_(again.until.is_(None), again.until > Appointment.until),
    )
    came = (
        select(func.min(after.since, type_=UTCDateTime))
        .where(
            after.post_id == Appointment.post_id,
            after.person_id != Appointment.person_id,
            after.since >= Appointment.until,
        )
        .correlate(Appointment)
        .scalar_subquery()
    )
    held_on = exists().where(
        after.post_id == Appointment.post_id,
        after.person_id != Appointment.person_id,
        after.since < Appointment.until,
        or_(after.until.is_(None), after.until > Appointment.until),
    )
    is_recent = or_(
        Appointment.until > ago(OPEN_FOR),
        and_(~held_on, or_(came.is_(None), came > ago(OPEN_FOR))),
    )
    return and_(
        Appointment.until.is_not(None),
        Appointment.until <= ago(-OPEN_AHEAD),
        Appointment.until > Appointment.since,
        Appointment.since <= NOW,
        ~Appointment.on_hold,
        ~goes_on,
        is_recent,
    )


def is_near(row: Appointment, now: datetime) -> bool:
    """Return whether a running appointment is so near its end that the leaver is asked to write.

    Somebody who comes for a month is not asked on the first day.
    """
    if row.until is None:
        return False
    left = row.until - now
    return left <= OPEN_AHEAD and left <= (row.until - row.since) / 2


def open_hand_overs(post_id: UUID) -> Sequence[Appointment]:
    """Return the ended or ending appointments of a post whose hand-over is open, latest first."""
    wanted = select(Appointment).where(Appointment.post_id == post_id, is_open())
    return db.session.scalars(
        wanted.order_by(Appointment.until.desc(), Appointment.id).limit(20)
    ).all()


def standing_of(viewer: Person, appointment: Appointment) -> HandOverStanding | None:
    """Return what the viewer is in a hand-over; None if they may not know of it.

    The leaver sees it until the end and not after. Whoever holds the post sees and accepts. The
    head of the unit, and whoever reads for the post while it is vacant, see; they accept once the
    post has ended for good, because nobody comes.
    """
    now = clock.now()
    post = appointment.post
    if appointment.person_id == viewer.id and appointment.is_current(now):
        return HandOverStanding(appointment, writes=True, accepts=False, heir=post)
    if any(row.person_id == viewer.id for row in holders(post.id, now)):
        return HandOverStanding(appointment, writes=False, accepts=True, heir=post)
    head = head_of_appointment(appointment, now)
    is_head = head is not None and head.person_id == viewer.id
    if not is_head and not reads_for(viewer, post.id, now):
        return None
    if post.is_in_force(clock.today(post.unit.agency.time_zone)):
        return HandOverStanding(appointment, writes=False, accepts=False, heir=post)
    heir = head.post if is_head and head else _nearest_post(viewer, post)
    return HandOverStanding(appointment, writes=False, accepts=heir is not None, heir=heir)


def _nearest_post(viewer: Person, post: Post) -> Post | None:
    """Return the viewer's post in the agency of a post, the oldest first."""
    held = current_appointments(viewer.id)
    return next((row.post for row in held if row.post.agency_id == post.agency_id), None)


def seen_by(viewer: Person, post: Post) -> list[HandOverStanding]:
    """Return the open hand-overs of a post that the viewer may see, latest end first."""
    found = (standing_of(viewer, row) for row in open_hand_overs(post.id))
    return [one for one in found if one is not None]


def get_standing(viewer: Person, post_id: UUID, appointment_id: UUID | None) -> HandOverStanding:
    """Return a hand-over of a post as the viewer sees it: the one asked for, else the latest.

    Raises:
        NotFound: there is none, or the viewer may not know of it.
    """
    for row in open_hand_overs(post_id):
        if appointment_id in {None, row.id} and (found := standing_of(viewer, row)):
            return found
    raise NotFound


def require_writer(viewer: Person, appointment: Appointment) -> None:
    """Check again, inside a transaction, that the viewer writes this hand-over.

    Raises:
        NotFound: they may not know of it any more.
        Forbidden: another person leaves the post.
    """
    if not get_standing(viewer, appointment.post_id, appointment.id).writes:
        raise Forbidden(_l("Only the person who leaves the post can write here."))


def require_acceptor(viewer: Person, appointment: Appointment) -> HandOverStanding:
    """Check again, inside a transaction, that the viewer accepts what is left.

    Raises:
        NotFound: they may not know of it any more.
        Forbidden: the next holder of the post accepts.
    """
    found = get_standing(viewer, appointment.post_id, appointment.id)
    if not found.accepts:
        raise Forbidden(_l("The next holder of the post reads and accepts this."))
    return found
