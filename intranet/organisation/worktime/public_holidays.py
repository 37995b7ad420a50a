"""The known public holidays, by territory and year (`data/holidays.csv`).

`data/NOTICE.md` says what is known, what is left out, and the source.
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from intranet.organisation.worktime.models import DayScope
from intranet.platform.core.types import Localized

DATA = Path(__file__).parent / "data" / "holidays.csv"
COUNTRY_LENGTH, REGION_LENGTH = len("ES"), len("ES-GA")
SPANISH_ZONES = frozenset({"Europe/Madrid", "Atlantic/Canary", "Africa/Ceuta"})


@dataclass(frozen=True)
class Holiday:
    """A public holiday of a territory."""

    day: date
    scope: DayScope
    name: Localized


def holidays_of(territory: str | None, zone: str, year: int) -> dict[date, Holiday]:
    """Return the official holidays of a year in an agency's territory, in order of date.

    They are those of its country and of its region (`ES-GA-36057` is in `ES-GA`). An agency without
    a territory but with a Spanish zone has those of the State.
    """
    code = territory or ("ES" if zone in SPANISH_ZONES else "")
    found = _by_territory(year)
    of_country = found.get(code[:COUNTRY_LENGTH], [])
    of_region = found.get(code[:REGION_LENGTH], []) if len(code) >= REGION_LENGTH else []
    return {each.day: each for each in sorted([*of_region, *of_country], key=lambda one: one.day)}


def _by_territory(year: int) -> dict[str, list[Holiday]]:
    return _by_year().get(year, {})


@cache
def _by_year() -> dict[int, dict[str, list[Holiday]]]:
    years: dict[int, dict[str, list[Holiday]]] = {}
    with DATA.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names = Localized({tag: row[tag] for tag in ("es", "ca", "gl", "eu", "en")})
            holiday = Holiday(date.fromisoformat(row["day"]), DayScope(row["scope"]), names)
            of_year = years.setdefault(holiday.day.year, {})
            for territory in row["territories"].split():
                of_year.setdefault(territory, []).append(holiday)
    return years
