"""`duties`: people on duty between two times, by staff number or e-mail."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from intranet.administration.imports import cell_values
from intranet.administration.imports.csv_lines import CsvLine
from intranet.administration.imports.faults import Rejected
from intranet.administration.imports.importer import Importer, Record
from intranet.administration.imports.outcomes import Fact, ImportEffect, ImportOutcome, rank_of
from intranet.extensions import db
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import is_not_over
from intranet.organisation.worktime.models import Duty, DutyKind
from intranet.organisation.worktime.operations import NewDuty, put_duties
from intranet.organisation.worktime.rule import instant
from intranet.platform.core import clock

NOTE_LIMIT = 120
MAX_DUTY_DURATION = timedelta(days=31)
REPEATS = "RRULE"
SHIFT_WORDS = ("turno", "torn", "quenda", "txanda", "shift")
ON_CALL_WORDS = ("guardia", "garda", "zaintza", "reten", "on call", "oncall")
KINDS = {
    **dict.fromkeys(SHIFT_WORDS, DutyKind.SHIFT.value),
    **dict.fromkeys(ON_CALL_WORDS, DutyKind.ON_CALL.value),
}
MINUTES_OF_A_DAY = 24 * 60
_MOMENT = re.compile(
    r"(?:(\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4})[T ]\s*)?"
    r"(\d{1,2})[:.h](\d{2})(?::\d{2}(?:\.\d+)?)?\s*(Z?)"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, if given, and the minutes since its start; in UTC or in the agency's zone."""

    day: date | None
    minutes: int
    in_utc: bool

    def at(self, day: date, zone: str) -> datetime:
        """Return the instant, on that day if the moment has none."""
        later, minutes = divmod(self.minutes, MINUTES_OF_A_DAY)
        that_day = (self.day or day) + timedelta(days=later)
        hour, minute = divmod(minutes, 60)
        return instant(that_day, time(hour, minute), "UTC" if self.in_utc else zone)


@dataclass(slots=True)
class DutyRecord(Record):
    """A line of `duties`. An end without a day is on the first day or the day after."""

    line: CsvLine
    email: str | None
    number: str | None
    day: date
    since: Moment
    until: Moment
    kind: DutyKind
    note: str

    @property
    def title(self) -> str:
        """The person's e-mail or staff number, as in the file."""
        return self.email or self.number or ""


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A person, and the agency for which they would be on duty."""

    person_id: UUID
    name: str
    agency_id: UUID
    zone: str


class DutiesImporter(Importer[DutyRecord]):
    """Creates duties; a duty that begins with an existing one of the person changes it."""

    def __init__(self, *args: Any, **more: Any) -> None:
        """Start with nothing loaded."""
        super().__init__(*args, **more)
        self._people: dict[str, list[OnDuty]] = {}
        self._there: dict[tuple[UUID, UUID, datetime], Duty] = {}
        self._first_in: dict[tuple[UUID, datetime], int] = {}
        self._planned_of: dict[UUID, list[NewDuty]] = {}

    def parse(self, line: CsvLine) -> DutyRecord:
        """Parse a line into values."""
        email = cell_values.email(self.cell(line, "email"))
        number = cell_values.staff_number(self.cell(line, "staff_number"))
        if not email and not number:
            raise Rejected("", "no_identity")
        if REPEATS in (self.cell(line, "from"), self.cell(line, "to")):
            raise Rejected("from", "repeats")
        since = _moment(self.cell(line, "from"), "from")
        until = _moment(self.cell(line, "to"), "to")
        day = since.day or cell_values.day(self.cell(line, "day"), "day")
        if day is None:
            raise Rejected("day", "day_missing")
        if until.day is None and until.minutes <= since.minutes:  # it crosses midnight
            until = Moment(None, until.minutes + MINUTES_OF_A_DAY, until.in_utc)
        return DutyRecord(
            line,
            email,
            number,
            day,
            since,
            until,
            _kind(self.cell(line, "kind")),
            cell_values.line_of_text(self.cell(line, "note")[:NOTE_LIMIT], "note", NOTE_LIMIT),
        )

    def load(self, records: Sequence[DutyRecord]) -> None:
        """Load these people, the agencies where they hold a post, and their duties."""
        emails = {record.email for record in records if record.email}
        numbers = {record.number for record in records if record.number}
        self._people = {}
        for email, number, home_id, found in self._who(emails, numbers):
            if email in emails:
                self._know(email, found)
            if number in numbers and self.scope.holds(home_id):
                self._know(number, found)
        people = {each.person_id for some in self._people.values() for each in some}
        rows = select(Duty).where(Duty.person_id.in_(people), Duty.until > clock.now())
        self._there = {
            (row.agency_id, row.person_id, row.since): row for row in db.session.scalars(rows)
        }

    def plan(self, record: DutyRecord) -> ImportOutcome:
        """Plan a new duty, or another end of an existing one."""
        who = self._person(record)
        since = record.since.at(record.day, who.zone)
        until = record.until.at(record.day, who.zone)
        if until <= since:
            raise Rejected("to", "ends_before", about={"value": self.cell(record.line, "to")[:60]})
        if until - since > MAX_DUTY_DURATION:
            raise Rejected("to", "lasts_too_long", about={"days": MAX_DUTY_DURATION.days})
        if until <= clock.now():
            raise Rejected("to", "is_over", about={"value": self.cell(record.line, "to")[:60]})
        first = self._first_in.setdefault((who.person_id, since), record.line.number)
        if first != record.line.number:
            raise Rejected("from", "twice", about={"line": first})
        duty = NewDuty(
            person_id=who.person_id, since=since, until=until, kind=record.kind, note=record.note
        )
        there = self._there.get((who.agency_id, who.person_id, since))
        what = ImportEffect.CREATED
        if there:
            is_same = (there.until, there.kind, there.note) == (until, record.kind, record.note)
            what = ImportEffect.UNCHANGED if is_same else ImportEffect.CHANGED
        if what != ImportEffect.UNCHANGED:
            self._planned_of.setdefault(who.agency_id, []).append(duty)
        return ImportOutcome(
            record.line,
            what,
            title=who.name,
            facts=_facts(duty),
            agency_id=who.agency_id,
            rank=rank_of(record.line.number),
        )

    def write(self) -> None:
        """Create and change the duties."""
        for agency_id, duties in self._planned_of.items():
            put_duties(self.scope.actor, agency_id, duties)
        self._planned_of = {}

    def _called(self, line: CsvLine) -> str:
        """Return the e-mail or staff number of an unreadable line, if it can be read."""
        called = self.cell(line, "email") or self.cell(line, "staff_number")
        return called.strip()[:120] if called.isprintable() else ""

    def _person(self, record: DutyRecord) -> OnDuty:
        """Return the person of a line.

        Raises:
            Rejected: nobody or several people match, or e-mail and number belong to two people.
        """
        column = "email" if record.email else "staff_number"
        found = self._people.get(record.email or record.number or "", [])
        if len(found) > 1:
            raise Rejected(column, "name_ambiguous")
        if not found:
            raise Rejected(column, "person_unknown", about={"value": record.title[:80]})
        if record.email and record.number:
            others = self._people.get(record.number, [])
            if others and others[0].person_id != found[0].person_id:
                raise Rejected("staff_number", "two_people", about={"value": record.number})
        return found[0]

    def _know(self, key: str, found: OnDuty) -> None:
        """Register a person for an e-mail or number; their oldest post decides the agency."""
        known = self._people.setdefault(key, [])
        if all(each.person_id != found.person_id for each in known):
            known.append(found)

    def _who(
        self, emails: set[str], numbers: set[str]
    ) -> list[tuple[str | None, str | None, UUID, OnDuty]]:
        """Query e-mail, number and home of people with a current or future post in the scope."""
        rows = (
            select(
                Account.email,
                Account.staff_number,
                Account.home_agency_id,
                Person.id,
                Person.name,
                Agency.id,
                Agency.time_zone,
            )
            .join(Person, Person.id == Account.person_id)
            .join(Appointment, Appointment.person_id == Person.id)
            .join(Post, Post.id == Appointment.post_id)
            .join(Agency, Agency.id == Post.agency_id)
            .where(
                or_(Account.email.in_(emails), Account.staff_number.in_(numbers)),
                is_not_over(clock.now()),
            )
            .order_by(Appointment.since, Appointment.id)
        )
        if self.scope.agency_ids is not None:
            rows = rows.where(Agency.id.in_(self.scope.agency_ids))
        return [
            (email, number, home_id, OnDuty(person_id, name, agency_id, zone))
            for email, number, home_id, person_id, name, agency_id, zone in db.session.execute(rows)
        ]


def _moment(cell: str, column: str) -> Moment:
    """Parse a time of day, perhaps with a day: `22:00`, `24/12/2026 22:00`, `2026-12-24 21:00Z`."""
    text = cell_values.needed(cell_values.plain(cell), column)
    found = _MOMENT.fullmatch(text)
    if not found:
        raise Rejected(column, "time", about={"value": text[:60]})
    day = cell_values.day(found[1], column) if found[1] else None
    minutes = int(found[2]) * 60 + int(found[3])
    if int(found[3]) > 59 or minutes > MINUTES_OF_A_DAY:  # noqa: PLR2004 - the last minute
        raise Rejected(column, "time", about={"value": text[:60]})
    return Moment(day, minutes, in_utc=bool(found[4]))


def _kind(cell: str) -> DutyKind:
    """Parse the kind of duty: a shift unless the text says on call."""
    return DutyKind(cell_values.choice(cell, "kind", KINDS) or DutyKind.SHIFT)


def _facts(duty: NewDuty) -> list[Fact]:
    """Return the details to show: the two instants, the kind of duty and the note."""
    stretch = "/".join(at.astimezone(UTC).isoformat() for at in (duty.since, duty.until))
    facts = [("stretch", stretch), ("duty", duty.kind.value)]
    return [*facts, ("text", duty.note)] if duty.note else facts
