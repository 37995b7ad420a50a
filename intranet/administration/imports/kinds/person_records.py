"""People, their accounts and appointments as plain records, read in bulk."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from intranet.extensions import db
from intranet.organisation.accounts.models import Account, AccountState, OneTimeLink
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import (
    Appointment,
    AppointmentKind,
    AppointmentOffer,
    Person,
)
from intranet.organisation.people.queries import in_parts, is_not_over
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.text import fold, sort_key
from intranet.platform.core.types import NOW, among


@dataclass(slots=True)
class AppointmentFact:
    """An appointment as stored, or as planned."""

    id: UUID
    post_id: UUID
    agency_id: UUID
    kind: AppointmentKind
    starts_on: date
    ends_on: date | None
    is_over: bool = False
    is_new: bool = False
    is_offer: bool = False


@dataclass(slots=True)
class PersonFact:
    """A person as stored or as planned. `home_id` is the agency of their account."""

    id: UUID
    name: str
    phone: str
    languages: list[str]
    home_id: UUID | None
    email: str | None
    number: str | None
    state: AccountState | None
    is_invited: bool
    held: list[AppointmentFact] = field(default_factory=list)
    is_new: bool = False
    changes: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """The text by which a file identifies the person."""
        return self.email or self.number or fold(self.name)

    @property
    def leaves(self) -> bool:
        """Whether every appointment of the person has an end."""
        current = [held for held in self.held if not held.is_over]
        return bool(current) and all(held.ends_on for held in current)


class Persons:
    """People by e-mail, and by staff number or name within an agency."""

    def __init__(self) -> None:
        """Start with nobody loaded."""
        self.by_email: dict[str, PersonFact | None] = {}
        self.by_number: dict[tuple[UUID, str], PersonFact | None] = {}
        self.by_name: dict[tuple[UUID, str], list[PersonFact]] = {}
        self.by_id: dict[UUID, PersonFact] = {}

    def read(
        self, emails: Iterable[str], numbers: Iterable[str], agency_ids: Collection[UUID]
    ) -> None:
        """Load the people with these e-mails, and with these staff numbers in these agencies."""
        new_emails = {email for email in emails if email not in self.by_email}
        new_numbers = {
            number
            for number in numbers
            if any((agency_id, number) not in self.by_number for agency_id in agency_ids)
        }
        self.by_email.update(dict.fromkeys(new_emails))
        for agency_id in agency_ids:
            for number in new_numbers:
                self.by_number.setdefault((agency_id, number), None)
        found: list[Any] = []
        for some in in_parts(new_emails):
            found += execute_prepared(_with_emails(), emails=list(some))
        for some in in_parts(new_numbers):
            given = {"numbers": list(some), "agency_ids": list(agency_ids)}
            found += execute_prepared(_with_numbers(), **given)
        self._take(found)

    def read_names(self, names: Iterable[tuple[UUID, str]]) -> None:
        """Load the people with these names among present and past post holders of an agency."""
        wanted: dict[UUID, set[str]] = {}
        for agency_id, name in names:
            key = (agency_id, sort_key(name))
            if key not in self.by_name:
                self.by_name[key] = []
                wanted.setdefault(agency_id, set()).add(key[1])
        for agency_id, keys in wanted.items():
            there = (
                select(Appointment.id)
                .join(Post, Post.id == Appointment.post_id)
                .where(Appointment.person_id == Person.id, Post.agency_id == agency_id)
            )
            found = db.session.execute(
                _people().where(Person.sort_key.in_(keys), exists(there))
            ).all()
            for fact in self._take(found):
                self.by_name[agency_id, sort_key(fact.name)].append(fact)

    def add(self, fact: PersonFact, agency_id: UUID) -> None:
        """Register a person who is about to be created."""
        self._know(fact)
        if not (fact.email or fact.number):
            self.by_name.setdefault((agency_id, sort_key(fact.name)), []).append(fact)

    def _know(self, fact: PersonFact) -> None:
        self.by_id[fact.id] = fact
        if fact.email:
            self.by_email[fact.email] = fact
        if fact.number and fact.home_id:
            self.by_number[fact.home_id, fact.number] = fact

    def _take(self, rows: Iterable[Any]) -> list[PersonFact]:
        taken, new = [], []
        for row in rows:
            if row[0] not in self.by_id:
                fact = PersonFact(*tuple(row))
                self._know(fact)
                new.append(fact.id)
            taken.append(self.by_id[row[0]])
        self._read_held(new)
        return list({fact.id: fact for fact in taken}.values())

    def _read_held(self, person_ids: Collection[UUID]) -> None:
        now = clock.now()
        for some in in_parts(person_ids):
            rows = (
                select(
                    Appointment.person_id,
                    Appointment.id,
                    Appointment.post_id,
                    Post.agency_id,
                    Appointment.kind,
                    Appointment.starts_on,
                    Appointment.ends_on,
                    Appointment.until,
                )
                .join(Post, Post.id == Appointment.post_id)
                .where(Appointment.person_id.in_(some))
                .order_by(Appointment.since)
            )
            for row in db.session.execute(rows):
                held = AppointmentFact(
                    row.id, row.post_id, row.agency_id, row.kind, row.starts_on, row.ends_on
                )
                held.is_over = row.until is not None and row.until <= now
                self.by_id[row.person_id].held.append(held)
            self._read_offered(some)

    def _read_offered(self, person_ids: Collection[UUID]) -> None:
        """Count a pending offer as an appointment, so that the post is not offered again."""
        rows = (
            select(AppointmentOffer, Post.agency_id)
            .join(Post, Post.id == AppointmentOffer.post_id)
            .where(AppointmentOffer.person_id.in_(person_ids))
            .where(AppointmentOffer.declined_at.is_(None))
        )
        for row, agency_id in db.session.execute(rows):
            held = AppointmentFact(
                row.id, row.post_id, agency_id, row.kind, row.starts_on, row.ends_on
            )
            held.is_offer = True
            self.by_id[row.person_id].held.append(held)


class Holders:
    """Appointments of holders by post, to know whether a place is vacant.

    `ends` are the last days that the same file gives to appointments, by person and post. An
    appointment that the file ends frees its place for a new one, in whatever order the lines are.
    """

    def __init__(self) -> None:
        """Start with no posts loaded."""
        self._of: dict[UUID, tuple[tuple[str, UUID, date, date | None], ...]] = {}
        self.ends: dict[tuple[str, str], date] = {}

    def read(self, post_ids: Collection[UUID]) -> None:
        """Load the current and future holders of these posts."""
        new = [post_id for post_id in post_ids if post_id not in self._of]
        self._of.update(dict.fromkeys(new, ()))
        for some in in_parts(new):
            rows = execute_prepared(_holders(), post_ids=list(some))
            for row in rows:
                key = row.email or row.staff_number or fold(row.name)
                self._of[row.post_id] += ((key, row.person_id, row.starts_on, row.ends_on),)

    def add(self, post_id: UUID, person: PersonFact, first: date, last: date | None) -> None:
        """Register a planned holder of a post, or another last day."""
        others = (held for held in self._of.get(post_id, ()) if held[1] != person.id)
        self._of[post_id] = (*others, (person.key, person.id, first, last))

    def count(self, post_id: UUID) -> int:
        """Return how many hold a post now or later."""
        return len(self._of.get(post_id, ()))

    def most(
        self, post_id: UUID, post_code: str, person: PersonFact, term: tuple[date, date | None]
    ) -> int:
        """Return the largest number of other holders on any day of a term."""
        first, last = term
        others = []
        for key, person_id, begins, ends in self._of.get(post_id, ()):
            over = self.ends.get((key, post_code), ends)
            if person_id == person.id or (over and over < first) or (last and begins > last):
                continue
            others.append((begins, over))
        days = {first, *(begins for begins, _ in others if begins > first)}
        return max(
            sum(begins <= day and (over is None or day <= over) for begins, over in others)
            for day in days
        )


@cache
def _holders() -> Any:
    return (
        select(
            Appointment.post_id,
            Appointment.person_id,
            Appointment.starts_on,
            Appointment.ends_on,
            Account.email,
            Account.staff_number,
            Person.name,
        )
        .join(Person, Person.id == Appointment.person_id)
        .outerjoin(Account, Account.person_id == Appointment.person_id)
        .where(
            among(Appointment.post_id, "post_ids"),
            Appointment.kind == AppointmentKind.HOLDER,
            is_not_over(NOW),
        )
    )


@cache
def _with_emails() -> Any:
    return _people().where(among(Account.email, "emails"))


@cache
def _with_numbers() -> Any:
    return _people().where(
        among(Account.staff_number, "numbers"), among(Account.home_agency_id, "agency_ids")
    )


def _people() -> Any:
    """Query the columns of `PersonFact`, in its order."""
    link = exists(select(OneTimeLink.id).where(OneTimeLink.account_id == Account.id))
    return (
        select(
            Person.id,
            Person.name,
            Person.phone,
            Person.languages,
            Account.home_agency_id,
            Account.email,
            Account.staff_number,
            Account.state,
            link,
        )
        .select_from(Person)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.erased_at.is_(None))
    )
