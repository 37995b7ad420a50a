"""The weeks of the story in numbers, as they would have been counted."""

from datetime import timedelta

from intranet.attention.statistics.queries import count_week, last_whole_week
from intranet.demo.settling import Settled
from intranet.platform.core.unit_of_work import unit_of_work

COUNTED = 10
IN = ("monteclaro", "altamar")


def count_weeks(settled: Settled) -> None:
    """Count the last weeks; nobody in the story signs in, so that readers are withheld."""
    with unit_of_work() as work:
        for key in IN:
            agency = settled.agencies[key]
            last = last_whole_week(agency)
            for number in range(COUNTED):
                work.add(count_week(agency, last - timedelta(days=7 * number)))
