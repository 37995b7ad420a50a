"""Pauses of agencies' public sites, from one day to another in the agency's time zone.

No job has to run at midnight for a pause to begin or end: each query uses the current day in the
time zones of the agencies that may be pausing; usually there are none.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select, true

from intranet.extensions import db
from intranet.organisation.agencies.models import Agency
from intranet.platform.core import clock
from intranet.public_site.models import ShowcaseFreeze, ShowcaseItem

MAX_UTC_OFFSET = timedelta(days=1)
"""No time zone is further from UTC than this."""


def is_not_pausing_at(now: datetime) -> ColumnElement[bool]:
    """Return the condition on `ShowcaseItem` that its agency is not pausing at this instant."""
    zones = _zones(now)
    if not zones:
        return true()
    pausing = (
        select(ShowcaseFreeze.agency_id)
        .join(Agency, Agency.id == ShowcaseFreeze.agency_id)
        .where(ShowcaseFreeze.lifted_at.is_(None), _is_on(zones, now))
    )
    return ShowcaseItem.agency_id.not_in(pausing)


def pause_of(agency: Agency, now: datetime) -> ShowcaseFreeze | None:
    """Return the running pause of the agency, the longest where several run."""
    today = now.astimezone(ZoneInfo(agency.time_zone)).date()
    return db.session.scalar(
        select(ShowcaseFreeze)
        .where(
            ShowcaseFreeze.agency_id == agency.id,
            ShowcaseFreeze.lifted_at.is_(None),
            ShowcaseFreeze.starts_on <= today,
            ShowcaseFreeze.ends_on >= today,
        )
        .order_by(ShowcaseFreeze.ends_on.desc(), ShowcaseFreeze.id)
        .limit(1)
    )


def pauses_to_come(agency: Agency, limit: int) -> Sequence[ShowcaseFreeze]:
    """Return the running and future pauses of the agency, the earliest first."""
    return db.session.scalars(
        select(ShowcaseFreeze)
        .where(
            ShowcaseFreeze.agency_id == agency.id,
            ShowcaseFreeze.lifted_at.is_(None),
            ShowcaseFreeze.ends_on >= clock.today(agency.time_zone),
        )
        .order_by(ShowcaseFreeze.starts_on, ShowcaseFreeze.id)
        .limit(limit)
    ).all()


def turned_at(now: datetime, agency_id: UUID | None = None) -> datetime | None:
    """Return the last time before an instant at which a pause began, ended or was lifted."""
    day = now.date()
    asked = (
        select(ShowcaseFreeze, Agency.time_zone)
        .join(Agency, Agency.id == ShowcaseFreeze.agency_id)
        .where(ShowcaseFreeze.starts_on <= day + MAX_UTC_OFFSET)
        .order_by(ShowcaseFreeze.ends_on.desc())
        .limit(50)
    )
    if agency_id:
        asked = asked.where(ShowcaseFreeze.agency_id == agency_id)
    turns = [
        at
        for row, zone in db.session.execute(asked)
        for at in (
            clock.start_of(row.starts_on, zone),
            row.lifted_at or clock.end_of(row.ends_on, zone),
        )
        if at <= now
    ]
    return max(turns, default=None)


def _zones(now: datetime) -> Sequence[str]:
    day = now.date()
    return db.session.scalars(
        select(Agency.time_zone)
        .join(ShowcaseFreeze, ShowcaseFreeze.agency_id == Agency.id)
        .where(
            ShowcaseFreeze.ends_on >= day - MAX_UTC_OFFSET,
            ShowcaseFreeze.starts_on <= day + MAX_UTC_OFFSET,
            ShowcaseFreeze.lifted_at.is_(None),
        )
        .distinct()
    ).all()


def _is_on(zones: Sequence[str], now: datetime) -> ColumnElement[bool]:
    days = {zone: now.astimezone(ZoneInfo(zone)).date() for zone in zones}
    return or_(
        *(
            and_(
                Agency.time_zone == zone,
                ShowcaseFreeze.starts_on <= day,
                ShowcaseFreeze.ends_on >= day,
            )
            for zone, day in days.items()
        )
    )
