"""Put posts on hold whose agency requires a second factor that their people do not have.

The rule of an agency about second factors binds what is of that agency. A person of another agency
who took up a post there before the rule, or who removes the second factor, goes on in their own
agency; their appointment there is on hold (`people.models.Appointment`) until they set one up.
"""

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select

from intranet.accounts.events import AccountConcerned
from intranet.accounts.models import Account
from intranet.agencies.models import Agency, Post, SecondFactor
from intranet.core import clock
from intranet.core.unit_of_work import unit_of_work
from intranet.extensions import db
from intranet.people.events import AppointmentChanged, PeopleAppointed
from intranet.people.models import Appointment
from intranet.people.queries import in_parts, is_not_over

WHY: Final = "account_on_hold"


def hold_posts(agency_id: UUID) -> int:
    """Put on hold, or release, what people hold in an agency; gives how many changed."""
    return _apply([Post.agency_id == agency_id])


def hold_posts_of(person_ids: Collection[UUID]) -> int:
    """The same for all that these people hold."""
    return sum(_apply([Appointment.person_id.in_(some)]) for some in in_parts(person_ids))


def mark_new(*conditions: ColumnElement[bool]) -> None:
    """Mark appointments within the event that tells of them: nothing is told a second time."""
    with unit_of_work() as work:
        for row in _differing(conditions):
            row.on_hold = not row.on_hold
        work.flush()


def _apply(conditions: Sequence[ColumnElement[bool]]) -> int:
    with unit_of_work() as work:
        rows = _differing(conditions)
        for row in rows:
            row.on_hold = not row.on_hold
            row.version += 1
        if len(rows) == 1:
            work.publish(AppointmentChanged(rows[0].id, rows[0].person_id))
        elif rows:
            work.publish(PeopleAppointed(tuple({row.person_id for row in rows})))
        for person_id in sorted({row.person_id for row in rows if row.on_hold}):
            work.publish(AccountConcerned(person_id, WHY, "/me/second-factor"))
    return len(rows)


def _differing(conditions: Sequence[ColumnElement[bool]]) -> Sequence[Appointment]:
    """Return the appointments, not over yet, that are on hold and should not be, or should be."""
    lacks_factor = exists().where(
        Account.person_id == Appointment.person_id,
        Account.home_agency_id != Agency.id,
        Account.totp_confirmed_at.is_(None),
    )
    due = and_(Agency.second_factor == SecondFactor.EVERYBODY, lacks_factor)
    return db.session.scalars(
        select(Appointment)
        .join(Post, Post.id == Appointment.post_id)
        .join(Agency, Agency.id == Post.agency_id)
        .where(
            is_not_over(clock.now()),
            or_(and_(Appointment.on_hold, not_(due)), and_(~Appointment.on_hold, due)),
            *conditions,
        )
        .order_by(Appointment.id)
    ).all()
