"""When agencies show nothing: between two days of their own calendar.

Nothing has to run at midnight for a pause to begin or end: each question reckons with what day it
is in the zones of the agencies that may be pausing, mostly none.
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

ANYWHERE = timedelta(days=1)
"""No zone is further from UTC than that."""


def is_shown_at(now: datetime) -> ColumnElement[bool]:
    """The agency of an item does not pause at this instant, as a condition on `ShowcaseItem`."""
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
    """The pause of the agency that lasts longest of those that run at this instant."""
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
    """Those of the agency that run or are to come, the first first."""
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
    """When a pause last began, ended or was lifted before this instant."""
    day = now.date()
    asked = (
        select(ShowcaseFreeze, Agency.time_zone)
        .join(Agency, Agency.id == ShowcaseFreeze.agency_id)
        .where(ShowcaseFreeze.starts_on <= day + ANYWHERE)
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
            ShowcaseFreeze.ends_on >= day - ANYWHERE,
            ShowcaseFreeze.starts_on <= day + ANYWHERE,
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
