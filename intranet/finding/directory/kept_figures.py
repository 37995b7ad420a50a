"""Figures of an organisation, read again only when the organisation has changed.

To count the posts of 34,000 people, each post is looked up with who holds it: half of what the
chart and the list of the largest agency took, at each opening.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache, wraps
from typing import TypeVar, cast
from uuid import UUID

from flask import current_app
from sqlalchemy import Select, bindparam, func, select

from intranet.extensions import db
from intranet.messaging.spaces.models import Space, SpaceKind
from intranet.organisation.agencies.models import Agency
from intranet.organisation.history.models import OrganisationChange
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.per_request import per_request
from intranet.platform.core.recently_used import RecentlyUsed

MAX_KEPT = 200
"""So many figures; those of an agency with 1,900 units are 700 KB, of most 10 KB."""

FRESH_FOR = timedelta(minutes=1)
"""Neither the log nor the membership tells of what is derived, such as functions from titles."""

Read = TypeVar("Read")
_Place = tuple[Callable[[Agency], object], UUID]


def until_it_changes(read: Callable[[Agency], Read]) -> Callable[[Agency], Read]:
    """Keep what is read of an agency until it changes; within a unit of work it is always read.

    It is kept under the agency's last change and the day of its time zone: numbers of its log and
    the version of its membership rise with each commit that changes its units, its posts or who
    holds them, in whatever process. What is kept holds no rows of the session, and is the same for
    every reader.
    """

    @wraps(read)
    def kept(agency: Agency) -> Read:
        if db.session().info.get("work"):
            return read(agency)
        now, state, figures = clock.now(), _state(agency), _kept()
        before, at, value = figures.get((read, agency.id)) or (None, now, None)
        if before != state or not timedelta() <= now - at < FRESH_FOR:
            value = read(agency)
            figures.keep((read, agency.id), (state, now, value))
        return cast("Read", value)

    return kept


def _kept() -> RecentlyUsed[_Place, tuple[object, datetime, object]]:
    found: RecentlyUsed[_Place, tuple[object, datetime, object]] = (
        current_app.extensions.setdefault("organisation_figures", RecentlyUsed(MAX_KEPT))
    )
    return found


@per_request
def _state(agency: Agency) -> tuple[object, ...]:
    row = execute_prepared(_last_change(), agency_id=agency.id).one()
    return clock.today(agency.time_zone), *row


@cache
def _last_change() -> Select[int, int]:
    agency_id = bindparam("agency_id", type_=Agency.id.type)
    number = select(func.max(OrganisationChange.number)).where(
        OrganisationChange.agency_id == agency_id
    )
    version = select(func.max(Space.members_version)).where(
        Space.agency_id == agency_id, Space.kind == SpaceKind.AGENCY
    )
    return select(number.scalar_subquery(), version.scalar_subquery())
