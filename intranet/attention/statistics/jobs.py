"""Job that counts each week once it is over: past activity cannot be counted later."""

from intranet.attention.statistics.models import Week
from intranet.attention.statistics.queries import count_week, last_whole_week, uncounted
from intranet.extensions import db
from intranet.platform.core.unit_of_work import unit_of_work

BATCH_SIZE = 50


def count_weeks() -> None:
    """Count the last whole week of each agency that lacks it, in a transaction each."""
    for agency in uncounted(BATCH_SIZE):
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
