"""The holidays and duty rosters of the story, created through the operations."""

from datetime import date, time, timedelta
from typing import Any

from intranet.organisation.worktime.models import DutyKind
from intranet.organisation.worktime.operations import NewDuty, add_day, put_duties
from intranet.organisation.worktime.public_holidays import holidays_of
from intranet.organisation.worktime.rule import instant
from intranet.platform.core.types import Localized
from tools.demo.files import read
from tools.demo.settling import LoadedStory


def set_to_work(settled: LoadedStory) -> None:
    """Add the holidays of each agency for this year and the next, and the duty rosters."""
    said = read("worktime.toml")
    for key, days in said["holidays"].items():
        _add_holidays(settled, key, days)
    for roster in said["roster"]:
        _put_on_duty(settled, roster)


def _add_holidays(settled: LoadedStory, key: str, days: dict[str, dict[str, str]]) -> None:
    agency = settled.agencies[key]
    first = settled.calendar.today.year
    for year in (first, first + 1):
        official = holidays_of(agency.territory, agency.time_zone, year)
        for said, name in days.items():
            day = date.fromisoformat(f"{year}-{said}")
            if day not in official:
                add_day(None, agency, day, Localized(name))


def _put_on_duty(settled: LoadedStory, said: dict[str, Any]) -> None:
    agency = settled.agencies[said["unit"].partition("/")[0]]
    people = settled.story.people_under(said["unit"])[: said["people"]]
    begins, ends = time.fromisoformat(said["from"]), time.fromisoformat(said["to"])
    duties = []
    for night in range(said["nights"]):
        day = settled.calendar.today + timedelta(days=night)
        for place in range(said["at_once"]):
            turn = (night * said["at_once"] + place) % len(people)
            duties.append(
                NewDuty(
                    person_id=settled.people[people[turn]].id,
                    since=instant(day, begins, agency.time_zone),
                    until=instant(day + timedelta(days=1), ends, agency.time_zone),
                    kind=DutyKind(said["kind"]),
                    note=said["note"],
                )
            )
    put_duties(None, agency.id, duties)
