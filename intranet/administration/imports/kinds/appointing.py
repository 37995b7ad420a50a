"""The common part of files about people: the person, the appointment, its first and last day."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from intranet.administration.imports.faults import Rejected
from intranet.administration.imports.importer import ImportScope
from intranet.administration.imports.kinds.person_records import (
    AppointmentFact,
    Holders,
    PersonFact,
    Persons,
)
from intranet.administration.imports.kinds.role_posts import RolePosts
from intranet.administration.imports.kinds.rows import (
    account_row,
    appointment_row,
    columns_of,
    person_row,
)
from intranet.administration.imports.outcomes import Fact
from intranet.administration.imports.stored_records import AgencyFact, PostFact, also
from intranet.extensions import db
from intranet.organisation.accounts.models import AccountState
from intranet.organisation.accounts.operations.storing import store_accounts, tell_added
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import AppointmentKind, Person
from intranet.organisation.people.operations.appointments import AppointmentSpec
from intranet.organisation.people.operations.empowering import must_be_new
from intranet.organisation.people.operations.offers import appoint_or_offer
from intranet.organisation.people.operations.storing import (
    change_appointments,
    change_people,
    store_appointments,
    store_people,
)
from intranet.platform.core.errors import Conflict
from intranet.platform.core.ids import uuid7
from intranet.platform.core.text import fold, sort_key


@dataclass(frozen=True, slots=True)
class ImportIdentity:
    """The person of a line. Without e-mail and number, the name identifies them in the agency.

    `alternative` is another reading of the name; one that `is_recased` has lost its capitals.
    """

    name: str
    email: str | None
    number: str | None
    alternative: str = ""
    is_recased: bool = False

    @property
    def key(self) -> str:
        """The text by which the file identifies the person."""
        return self.email or self.number or fold(self.name)

    def is_called(self, name: str) -> bool:
        """Return whether a name is one of the readings; case and accents do not count."""
        return fold(name) in {fold(self.name), fold(self.alternative or self.name)}

    def leaves(self, name: str) -> bool:
        """Return whether a stored name stays, because the line does not know it better."""
        knows_less = self.is_recased or bool(self.alternative)
        return name == self.name or (knows_less and self.is_called(name))


@dataclass(frozen=True, slots=True)
class AppointmentTerm:
    """Kind, first day and last day of an appointment; None where a line does not give them."""

    kind: AppointmentKind | None
    starts_on: date | None
    ends_on: date | None


class Appointing:
    """Finds people, creates them, and appoints them to posts.

    `meant` are the people of the lines, as far as the importing person may know of them.
    """

    def __init__(self, scope: ImportScope, *, is_applying: bool) -> None:
        """Store the agencies to import for."""
        self._scope = scope
        self._is_applying = is_applying
        self.persons = Persons()
        self.holders = Holders()
        self._people: dict[UUID, tuple[PersonFact, UUID]] = {}
        self._changed: dict[UUID, PersonFact] = {}
        self._appointed: list[tuple[PersonFact, AppointmentFact, AgencyFact]] = []
        self._altered: dict[UUID, tuple[PersonFact, AppointmentFact, AgencyFact]] = {}
        self._offered: dict[UUID, tuple[PersonFact, AppointmentFact]] = {}
        self._told: list[tuple[UUID, UUID]] = []
        self._roles = RolePosts(scope)
        self.ended: set[UUID] = set()
        self.meant: dict[UUID, PersonFact] = {}

    def person(self, who: ImportIdentity, agency: AgencyFact) -> PersonFact | None:
        """Return the person of a line, if they are known.

        Raises:
            Rejected: e-mail and number belong to two people, or the e-mail belongs to a person of
                another agency with another name.
        """
        by_email = self.persons.by_email.get(who.email) if who.email else None
        if by_email and not self._may_tell_of(by_email, agency):
            by_email = None
        by_number = self.persons.by_number.get((agency.id, who.number)) if who.number else None
        if by_email and by_number and by_email is not by_number:
            raise Rejected("staff_number", "two_people", about={"value": who.number})
        found = by_email or by_number
        if found is None and not (who.email or who.number):
            return self._called(who, agency)
        if found and not self._is_of(found, agency) and not who.is_called(found.name):
            raise Rejected("email", "email_used", about={"value": who.email})
        if found:
            self.meant[found.id] = found
        return found

    def make(self, who: ImportIdentity, agency: AgencyFact) -> PersonFact:
        """Plan a new person, with an account that awaits an invitation."""
        fact = PersonFact(
            uuid7(),
            who.name,
            "",
            [],
            agency.id,
            who.email,
            who.number,
            AccountState.INVITED if who.email or who.number else None,
            is_invited=False,
            is_new=True,
        )
        self.persons.add(fact, agency.id)
        self.meant[fact.id] = fact
        if self._is_applying:
            self._people[fact.id] = (fact, agency.id)
        return fact

    def correct(
        self, fact: PersonFact, who: ImportIdentity, phone: str, languages: list[str]
    ) -> list[Fact]:
        """Correct a name; fill in fields that the person has not filled in."""
        facts: list[Fact] = []
        is_ours = fact.home_id is not None and self._scope.holds(fact.home_id)
        if is_ours and not who.leaves(fact.name) and not fact.is_new:
            facts += [("old", fact.name), ("new", who.name)]
            fact.name = who.name
            fact.changes = also(fact.changes, "name")
        if fact.is_new or (is_ours and fact.state == AccountState.INVITED):
            if phone and phone != fact.phone:
                facts.append(("new", phone))
                fact.phone = phone
                fact.changes = also(fact.changes, "phone")
            if languages and languages != fact.languages:
                facts.append(("new", " ".join(languages)))
                fact.languages = languages
                fact.changes = also(fact.changes, "languages")
        if facts and self._is_applying and not fact.is_new:
            self._changed[fact.id] = fact
        return facts

    def held(
        self, fact: PersonFact, post: PostFact, term: AppointmentTerm
    ) -> AppointmentFact | None:
        """Return the appointment that a line is about, if there is one.

        It is a current or future appointment or, without one, a past one with the same days.
        """
        here = [held for held in fact.held if held.post_id == post.id]
        if current := [held for held in here if not held.is_over]:
            return current[-1]
        same = (held for held in reversed(here) if _is_same(held, term))
        return next(same, None)

    def appoint(self, fact: PersonFact, post: PostFact, term: AppointmentTerm) -> AppointmentFact:
        """Plan an appointment."""
        starts_on = term.starts_on or min(post.agency.today, term.ends_on or post.agency.today)
        kind = term.kind or AppointmentKind.HOLDER
        self._check(fact, post, kind, starts_on, term.ends_on)
        is_over = term.ends_on is not None and term.ends_on < post.agency.today
        post_id = post.id or uuid7()
        held = AppointmentFact(
            uuid7(), post_id, post.agency.id, kind, starts_on, term.ends_on, is_over, is_new=True
        )
        held.is_offer = self._is_stranger(fact, post.agency)
        fact.held.append(held)
        if kind == AppointmentKind.HOLDER and not (is_over or held.is_offer):
            self.holders.add(post_id, fact, starts_on, term.ends_on)
        if self._is_applying:
            if held.is_offer:
                self._offered[held.id] = (fact, held)
                return held
            self._appointed.append((fact, held, post.agency))
            if fact.home_id and fact.home_id != post.agency.id and not fact.is_new:
                self._told.append((fact.id, post.agency.id))
        return held

    def alter(
        self, fact: PersonFact, held: AppointmentFact, post: PostFact, term: AppointmentTerm
    ) -> list[Fact]:
        """Change the kind or the days of an appointment, where a line gives them."""
        kind = term.kind or held.kind
        starts_on = term.starts_on or held.starts_on
        ends_on = term.ends_on or held.ends_on
        if (kind, starts_on, ends_on) == (held.kind, held.starts_on, held.ends_on):
            return []
        self._check(fact, post, kind, starts_on, ends_on)
        is_new = must_be_new(held.starts_on, starts_on, post.agency.today)
        if is_new and self._scope.actor and self._roles.has_role(post.agency.id, held.post_id):
            raise Rejected("from", "post_with_role")
        facts: list[Fact] = []
        if kind != held.kind:
            facts += [("old", held.kind.value), ("new", kind.value)]
        if starts_on != held.starts_on:
            facts.append(("from", starts_on.isoformat()))
        if ends_on and ends_on != held.ends_on:
            facts.append(("to", ends_on.isoformat()))
            self.ended.add(fact.id)
        held.kind, held.starts_on, held.ends_on = kind, starts_on, ends_on
        if held.is_offer:
            if self._is_applying:
                self._offered[held.id] = (fact, held)
            return facts
        if kind == AppointmentKind.HOLDER:
            self.holders.add(held.post_id, fact, starts_on, ends_on)
        if self._is_applying and not held.is_new:
            self._altered[held.id] = (fact, held, post.agency)
        return facts

    def write(self, import_id: UUID | None = None) -> None:
        """Create people and accounts, marked with their import, then their appointments."""
        if self._people:
            store_people([person_row(fact) for fact, _ in self._people.values()])
            accounts = [
                account_row(*pair, import_id) for pair in self._people.values() if pair[0].state
            ]
            if accounts:
                store_accounts(accounts)
        if self._changed:
            change_people({fact.id: columns_of(fact) for fact in self._changed.values()})
        if self._altered:
            change_appointments([appointment_row(*three) for three in self._altered.values()])
        if self._appointed:
            store_appointments([appointment_row(*three) for three in self._appointed])
        for fact, held in self._offered.values():
            self._offer(fact, held)
        if self._told:
            tell_added(list(dict.fromkeys(self._told)))

    def _is_of(self, fact: PersonFact, agency: AgencyFact) -> bool:
        """Return whether the importing person may know this person already."""
        known = {fact.home_id, *(held.agency_id for held in fact.held)} - {None}
        return fact.is_new or agency.id in known or any(map(self._holds, known))

    def _is_stranger(self, fact: PersonFact, agency: AgencyFact) -> bool:
        """Return whether the person has to accept a post here (see `people.home_agencies`)."""
        if self._scope.is_operator or fact.is_new or fact.home_id in {None, agency.id}:
            return False
        return not any(
            held.agency_id == agency.id and not (held.is_over or held.is_offer)
            for held in fact.held
        )

    def _offer(self, fact: PersonFact, held: AppointmentFact) -> None:
        post = db.session.get_one(Post, held.post_id)
        new = AppointmentSpec(
            post=post,
            person=db.session.get_one(Person, fact.id),
            starts_on=held.starts_on,
            ends_on=held.ends_on,
            kind=held.kind,
        )
        with suppress(Conflict):  # declined lately: do not ask them again
            appoint_or_offer(self._scope.actor, post.unit.agency, new)

    def _holds(self, agency_id: UUID | None) -> bool:
        return agency_id in (self._scope.agency_ids or ())

    def _may_tell_of(self, fact: PersonFact, agency: AgencyFact) -> bool:
        """Return whether an outcome may reveal that a person with the line's e-mail exists.

        A dry run of an administrator reveals nothing about people of other agencies: the outcome is
        the same as for a new person.
        """
        is_told = self._scope.is_operator or self._is_applying
        return is_told or self._is_of(fact, agency)

    def _called(self, who: ImportIdentity, agency: AgencyFact) -> PersonFact | None:
        found = self.persons.by_name.get((agency.id, sort_key(who.name)), [])
        if len(found) > 1:
            raise Rejected("name", "name_ambiguous", about={"value": who.name})
        self.meant.update((fact.id, fact) for fact in found)
        return found[0] if found else None

    def _check(
        self,
        fact: PersonFact,
        post: PostFact,
        kind: AppointmentKind,
        starts_on: date,
        ends_on: date | None,
    ) -> None:
        if ends_on and ends_on < starts_on:
            about = {"first": starts_on.isoformat(), "last": ends_on.isoformat()}
            raise Rejected("to", "dates_reversed", about=about)
        if post.valid_from and starts_on < post.valid_from:
            raise Rejected("from", "post_begins", about={"day": post.valid_from.isoformat()})
        if post.valid_to and (ends_on is None or ends_on > post.valid_to):
            raise Rejected("to", "post_ends", about={"day": post.valid_to.isoformat()})
        is_over = ends_on is not None and ends_on < post.agency.today
        if post.id:
            self._roles.require("post_code", post.agency.id, post.id, fact.id)
        if post.id and is_over:
            self._roles.end("to", post.agency.id, post.id, fact.id)
        if kind != AppointmentKind.HOLDER or is_over or post.id is None:
            return
        if self.holders.count(post.id) < post.places:
            return
        if self.holders.most(post.id, post.code, fact, (starts_on, ends_on)) >= post.places:
            raise Rejected("post_code", "places_taken", about={"count": post.places})


def _is_same(held: AppointmentFact, term: AppointmentTerm) -> bool:
    starts_alike = term.starts_on in {None, held.starts_on}
    return starts_alike and bool(term.ends_on and term.ends_on == held.ends_on)
