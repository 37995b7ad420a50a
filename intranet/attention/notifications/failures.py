"""Failed deliveries to an agency's people, for its administrators, without the content."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from intranet.attention.notifications.models import Channel, Delivery, Notification, State
from intranet.attention.notifications.notifying import enqueue_deliveries
from intranet.extensions import db
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work

RETRY_PERIOD = timedelta(days=14)
MAX_FAILURES = 100


@dataclass(frozen=True)
class Failed:
    """Deliveries to a person that failed lately: the channel, the number and the reason."""

    person: Person
    channel: Channel
    because: str
    count: int
    last_at: datetime


def counts(agency: Agency) -> dict[tuple[str, str], int]:
    """Count the recent deliveries to an agency's people, by channel and state."""
    rows = db.session.execute(
        select(Delivery.channel, Delivery.state, func.count())
        .join(Notification, Notification.id == Delivery.notification_id)
        .where(_is_at_home(agency), Notification.created_at > clock.now() - RETRY_PERIOD)
        .group_by(Delivery.channel, Delivery.state)
    )
    return {(channel.value, state.value): number for channel, state, number in rows}


def failed(agency: Agency, limit: int) -> Sequence[Failed]:
    """Return the people whom deliveries failed to reach lately, latest first."""
    rows = db.session.execute(
        select(
            Notification.person_id,
            Delivery.channel,
            Delivery.because,
            func.count().label("number"),
            func.max(Delivery.settled_at).label("last_at"),
        )
        .join(Notification, Notification.id == Delivery.notification_id)
        .where(_is_at_home(agency), *_failed_lately())
        .group_by(Notification.person_id, Delivery.channel, Delivery.because)
        .order_by(func.max(Delivery.settled_at).desc())
        .limit(limit)
    ).all()
    ids = {row.person_id for row in rows}
    people = {row.id: row for row in db.session.scalars(select(Person).where(Person.id.in_(ids)))}
    return [
        Failed(people[row.person_id], row.channel, row.because, row.number, row.last_at)
        for row in rows
    ]


def retry(actor: Person, agency: Agency, person_id: UUID | None) -> int:
    """Retry what failed lately, for one person or for all; return the number of deliveries."""
    now = clock.now()
    with unit_of_work() as work:
        asked = (
            select(Delivery)
            .join(Notification, Notification.id == Delivery.notification_id)
            .where(_is_at_home(agency), *_failed_lately())
            .options(joinedload(Delivery.notification))
            .limit(MAX_FAILURES)
        )
        if person_id:
            asked = asked.where(Notification.person_id == person_id)
        rows = db.session.scalars(asked).all()
        for row in rows:
            row.state, row.because, row.settled_at, row.due_at = State.WAITING, "", None, now
            enqueue_deliveries(work, row.channel, [row.notification_id], now)
        if rows:
            record(
                "deliveries.retry",
                agency_id=agency.id,
                actor_id=actor.id,
                subject=("person", person_id) if person_id else ("agency", agency.id),
                detail={"count": len(rows)},
            )
    return len(rows)


def _is_at_home(agency: Agency) -> ColumnElement[bool]:
    at_home = select(Account.person_id).where(Account.home_agency_id == agency.id)
    return Notification.person_id.in_(at_home)


def _failed_lately() -> tuple[ColumnElement[bool], ...]:
    return (
        Delivery.state == State.FAILED,
        Delivery.settled_at > clock.now() - RETRY_PERIOD,
    )
