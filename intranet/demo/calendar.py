"""The days of the story: counted in working days before the last one, which becomes today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Madrid")
FRIDAY, SATURDAY = 4, 5
OPENING = time(9, 0)
FIRST_MESSAGE = time(7, 30)
SETTLING_IN = 2  # working days since the newcomer's Monday, at least
TIME_TO_READ = 2  # days until the Friday by which something is to be confirmed, at least


@dataclass(frozen=True, slots=True)
class Calendar:
    """Turns the days and hours of the story into real ones, none later than now."""

    now: datetime
    today: date

    @classmethod
    def at(cls, now: datetime) -> "Calendar":
        """The calendar of a load at this instant; before opening time yesterday is the last day."""
        local = now.astimezone(ZONE)
        last = local.date() if local.time() >= OPENING else local.date() - timedelta(days=1)
        while last.weekday() >= SATURDAY:
            last -= timedelta(days=1)
        return cls(local, last)

    def day(self, said: str) -> date:
        """The day meant by `2014-03-03`, `-12d` or `+5d` (working days), `monday` or `friday`."""
        if said == "monday":
            day = self.day(f"-{SETTLING_IN}d")
            return day - timedelta(days=day.weekday())
        if said == "friday":
            first = self.today + timedelta(days=TIME_TO_READ)
            return first + timedelta(days=(FRIDAY - first.weekday()) % 7)
        if said[0] in "+-" or said == "0d":
            return self._working_day(int(said.removesuffix("d")))
        return date.fromisoformat(said)

    def instant(self, said: str) -> datetime:
        """The instant of `-12d 09:14`; one of today lies before now."""
        return self.moments([said])[0] if said[0] != "+" else self._at(said)

    def moments(self, said: Sequence[str]) -> list[datetime]:
        """Instants of `-12d 09:14`, in order; those of today end before now."""
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
        """Bring what would lie in the future between this morning and now, order kept."""
        if not moments or moments[-1] < self.now:
            return moments
        start = datetime.combine(self.today, FIRST_MESSAGE, tzinfo=ZONE)
        share = (self.now - start) / (moments[-1] + timedelta(minutes=1) - start)
        return [one if one < start else start + (one - start) * share for one in moments]
