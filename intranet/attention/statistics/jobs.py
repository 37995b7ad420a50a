"""Counting weeks when they are over: later nobody would know who had been here."""

from intranet.attention.statistics.models import Week
from intranet.attention.statistics.queries import count_week, last_whole_week, uncounted
from intranet.extensions import db
from intranet.platform.core.unit_of_work import unit_of_work

AT_ONCE = 50


def count_weeks() -> None:
    """Count the last whole week of each agency where that is not done, each by itself."""
    for agency in uncounted(AT_ONCE):
        starts_on = last_whole_week(agency)
        if db.session.get(Week, (agency.id, starts_on)) is None:
            week = count_week(agency, starts_on)
            with unit_of_work() as work:
                values = {
                    column.key: getattr(week, column.key)
                    for column in Week.__table__.columns
                    if column.key != "counted_at"
                }
                work.add_unless_there(Week, values)
