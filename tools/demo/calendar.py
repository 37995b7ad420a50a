"""The days of the story, counted in working days before its last day, which becomes today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Madrid")
FRIDAY, SATURDAY = 4, 5
OPENING = time(9, 0)
FIRST_MESSAGE = time(7, 30)
MIN_NEWCOMER_WORKING_DAYS = 2  # since the Monday on which the newcomer started
MIN_READING_DAYS = 2  # until the Friday that is the deadline of a required reading


@dataclass(frozen=True, slots=True)
class Calendar:
    """A mapping of the days and hours of the story to real ones, none later than now."""

    now: datetime
    today: date

    @classmethod
    def at(cls, now: datetime) -> "Calendar":
        """Return the calendar of a load at `now`; before opening, yesterday is the last day."""
        local = now.astimezone(ZONE)
        last = local.date() if local.time() >= OPENING else local.date() - timedelta(days=1)
        while last.weekday() >= SATURDAY:
            last -= timedelta(days=1)
        return cls(local, last)

    def day(self, said: str) -> date:
        """Parse `2014-03-03`, `-12d` or `+5d` (working days), `monday` or `friday`."""
        if said == "monday":
            day = self.day(f"-{MIN_NEWCOMER_WORKING_DAYS}d")
            return day - timedelta(days=day.weekday())
        if said == "friday":
            first = self.today + timedelta(days=MIN_READING_DAYS)
            return first + timedelta(days=(FRIDAY - first.weekday()) % 7)
        if said[0] in "+-" or said == "0d":
            return self._working_day(int(said.removesuffix("d")))
        return date.fromisoformat(said)

    def instant(self, said: str) -> datetime:
        """Parse `-12d 09:14`; an instant of today lies before now."""
        return self.moments([said])[0] if said[0] != "+" else self._at(said)

    def moments(self, said: Sequence[str]) -> list[datetime]:
        """Parse a list of `-12d 09:14`, in order; those of today end before now."""
        return self._squeezed([self._at(words) for words in said])

    def _at(self, said: str) -> datetime:
        day, _, hour = said.partition(" ")
        return datetime.combine(self.day(day), time.fromisoformat(hour), tzinfo=ZONE)

    def _working_day(self, offset: int) -> date:
        day, step = self.today, 1 if offset > 0 else -1
        for _ in range(abs(offset)):
            day = next(
                one
                for one in (day + timedelta(days=step * far) for far in count(1))
                if one.weekday() < SATURDAY
            )
        return day

    def _squeezed(self, moments: list[datetime]) -> list[datetime]:
        """Move future instants between this morning and now, in the same order."""
        if not moments or moments[-1] < self.now:
            return moments
        start = datetime.combine(self.today, FIRST_MESSAGE, tzinfo=ZONE)
        share = (self.now - start) / (moments[-1] + timedelta(minutes=1) - start)
        return [one if one < start else start + (one - start) * share for one in moments]
