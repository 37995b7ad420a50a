"""The weekly statistics of the story."""

from datetime import timedelta

from intranet.attention.statistics.queries import count_week, last_whole_week
from intranet.platform.core.unit_of_work import unit_of_work
from tools.demo.settling import LoadedStory

WEEK_COUNT = 10
AGENCY_KEYS = ("monteclaro", "altamar")


def count_weeks(settled: LoadedStory) -> None:
    """Count the last weeks; nobody in the story signs in, so reader numbers are withheld."""
    with unit_of_work() as work:
        for key in AGENCY_KEYS:
            agency = settled.agencies[key]
            last = last_whole_week(agency)
            for number in range(WEEK_COUNT):
                work.add(count_week(agency, last - timedelta(days=7 * number)))
