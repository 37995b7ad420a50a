"""`people`: appointments of people to posts, by e-mail or staff number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from intranet.administration.imports import cell_values
from intranet.administration.imports.csv_lines import CsvLine
from intranet.administration.imports.faults import Rejected
from intranet.administration.imports.importer import Importer, Record
from intranet.administration.imports.kinds.appointing import (
    Appointing,
    AppointmentTerm,
    ImportIdentity,
)
from intranet.administration.imports.kinds.name_readings import identity_of, mark_unsure
from intranet.administration.imports.kinds.person_records import PersonFact
from intranet.administration.imports.kinds.similar_codes import CodeSuggester
from intranet.administration.imports.outcomes import Fact, ImportEffect, ImportOutcome, rank_of
from intranet.administration.imports.stored_records import (
    AgencyFact,
    KnownAgencies,
    KnownPosts,
    KnownUnits,
    PostFact,
)
from intranet.organisation.people.models import AppointmentKind
from intranet.organisation.people.operations.people import NAME_LIMIT

KINDS = {
    **{kind.value: kind.value for kind in AppointmentKind},
    "titular": "holder",
    "accidental": "acting",
    "en funciones": "acting",
    "suplente": "substitute",
    "sustituto": "substitute",
    "sustituta": "substitute",
}


@dataclass(slots=True)
class PersonRecord(Record):
    """A line of `people`."""

    line: CsvLine
    who: ImportIdentity
    post_code: str
    kind: AppointmentKind | None
    first: date | None
    last: date | None
    languages: list[str]
    phone: str

    @property
    def title(self) -> str:
        """The person's name."""
        return self.who.name


class PeopleImporter(Importer[PersonRecord]):
    """Creates, appoints and corrects people, and ends their appointments."""

    def __init__(self, *args: Any, **more: Any) -> None:
        """Start with nothing loaded."""
        super().__init__(*args, **more)
        self.near = CodeSuggester()
        self._first: dict[str, tuple[int, str, tuple[object, ...]]] = {}
        self._pairs: dict[tuple[str, str], int] = {}
        self._ends: dict[tuple[str, str], date] = {}
        self._begin()

    def survey(self, lines: Iterable[CsvLine]) -> None:
        """Learn which appointments the file ends, because they free places for others."""
        if "to" not in self.columns:
            return
        for line in lines:
            if self.cell(line, "to").strip():
                try:
                    record = self.parse(line)
                except Rejected:
                    continue
                if record.last:
                    self._ends[record.who.key, record.post_code] = record.last
        self.appointing.holders.ends = self._ends

    def parse(self, line: CsvLine) -> PersonRecord:
        """Parse a line into values."""
        email = cell_values.email(self.cell(line, "email"))
        number = cell_values.staff_number(self.cell(line, "staff_number"))
        reading = self.name_of(line, email)
        name = cell_values.line_of_text(reading.name, "name", NAME_LIMIT)
        cell_values.needed(name, "name")
        if not (email or number):
            raise Rejected("email" if "email" in self.columns else "staff_number", "no_identity")
        first = cell_values.day(self.cell(line, "from"), "from")
        last = cell_values.day(self.cell(line, "to"), "to")
        cell_values.refuse_reversed(first, last, "to")
        kind = cell_values.choice(self.cell(line, "appointment"), "appointment", KINDS)
        return PersonRecord(
            line,
            identity_of(reading, name, email, number),
            cell_values.code(self.cell(line, "post_code"), "post_code"),
            AppointmentKind(kind) if kind else None,
            first,
            last,
            cell_values.languages(self.cell(line, "languages")),
            cell_values.phone(self.cell(line, "phone")),
        )

    def load(self, records: Sequence[PersonRecord]) -> None:
        """Load the posts, their holders, and the people."""
        if self.is_applying:
            self._begin()
        if self.scope.agency_ids:
            self.agencies.read_ids(self.scope.agency_ids)
        codes = {record.post_code for record in records if record.post_code}
        self.posts.read_codes(codes, self.reach)
        posts = [post for code in codes for post in self.posts.by_code.get(code) or []]
        self.appointing.holders.read([post.id for post in posts if post.id])
        agency_ids = self.scope.agency_ids or {post.agency.id for post in posts}
        self.appointing.persons.read(
            [record.who.email for record in records if record.who.email],
            [record.who.number for record in records if record.who.number],
            agency_ids,
        )

    def plan(self, record: PersonRecord) -> ImportOutcome:
        """Plan to create the person, to appoint them, or to change what differs."""
        post = self._post(record) if record.post_code else None
        agency = post.agency if post else self._only_agency(record)
        person = self.appointing.person(record.who, agency)
        self._check_once(record)
        is_new = person is None
        fact = person or self.appointing.make(record.who, agency)
        facts = self.appointing.correct(fact, record.who, record.phone, record.languages)
        outcome = ImportOutcome(
            record.line,
            ImportEffect.CREATED
            if is_new
            else ImportEffect.CHANGED
            if facts
            else ImportEffect.UNCHANGED,
            title=record.who.name,
            facts=[] if is_new else facts,
            agency_id=agency.id,
            rank=rank_of(record.line.number),
        )
        if facts and not is_new:
            outcome.subject = ("person", fact.id)
        if post:
            self._appoint(record, fact, post, outcome)
        if is_new:
            mark_unsure(outcome, record.who)
        return outcome

    def write(self) -> None:
        """Write what was planned."""
        self.appointing.write(self.import_id)

    def _begin(self) -> None:
        self.agencies = KnownAgencies()
        self.units = KnownUnits(self.agencies)
        self.posts = KnownPosts(self.agencies, self.units)
        self.appointing = Appointing(self.scope, is_applying=self.is_applying)

    def _appoint(
        self, record: PersonRecord, fact: PersonFact, post: PostFact, outcome: ImportOutcome
    ) -> None:
        term = AppointmentTerm(record.kind, record.first, record.last)
        held = self.appointing.held(fact, post, term)
        if held is None:
            made = self.appointing.appoint(fact, post, term)
            shown: list[Fact] = [("new", post.text), ("text", post.unit.text)]
            if record.kind and record.kind != AppointmentKind.HOLDER:
                shown.append(("text", record.kind.value))
            shown.append(("from", made.starts_on.isoformat()))
            if made.ends_on:
                shown.append(("to", made.ends_on.isoformat()))
            outcome.what = ImportEffect.CREATED
            outcome.facts = [*shown, *outcome.facts]
            outcome.joins = 0 if made.is_over else post.unit.rooms
            return
        ended_before = held.ends_on
        changed = self.appointing.alter(fact, held, post, term)
        if not changed:
            return
        outcome.subject = ("appointment", held.id)
        if held.ends_on != ended_before:
            outcome.what = ImportEffect.ENDED
            outcome.facts = [*outcome.facts, ("old", post.text), ("text", post.unit.text), *changed]
            outcome.leaves = post.unit.rooms
            outcome.rank = rank_of(record.line.number, phase=0)
        else:
            if outcome.what == ImportEffect.UNCHANGED:
                outcome.what = ImportEffect.CHANGED
            outcome.facts = [*outcome.facts, *changed, ("text", post.text)]

    def _post(self, record: PersonRecord) -> PostFact:
        """Return the post, among those of the agencies in the scope."""
        found = self.posts.by_code.get(record.post_code) or []
        about = {"value": record.post_code}
        if len(found) > 1:
            raise Rejected("post_code", "post_ambiguous", about=about)
        if not found:
            fix = self.near.post(record.post_code, self.scope.agency_ids)
            raise Rejected("post_code", "post_unknown", fix=fix, about=about)
        return found[0]

    def _only_agency(self, record: PersonRecord) -> AgencyFact:
        """Return the agency of a line without a post: the only one in scope, or the home."""
        agency_ids = self.scope.agency_ids or ()
        if len(agency_ids) == 1:
            return self.agencies.by_id[next(iter(agency_ids))]
        known = self.appointing.persons.by_email.get(record.who.email or "")
        home = known.home_id if known else None
        if home and self.scope.holds(home):
            self.agencies.read_ids([home])
            return self.agencies.by_id[home]
        raise Rejected("post_code", "agency_needed")

    def _check_once(self, record: PersonRecord) -> None:
        """Reject a person's second line with the same post, another name or other details."""
        if self.is_applying:
            return
        key, number = record.who.key, record.line.number
        said = (record.phone, tuple(record.languages))
        first, name, before_said = self._first.setdefault(key, (number, record.who.name, said))
        if first != number and name != record.who.name:
            column = "email" if record.who.email else "staff_number"
            raise Rejected(column, "identity_twice", about={"line": first, "name": name})
        if any(now and now != then for now, then in zip(said, before_said, strict=True)):
            raise Rejected("phone", "contradicts", about={"line": first})
        before = self._pairs.setdefault((key, record.post_code), number)
        if before != number:
            raise Rejected("post_code", "twice", about={"line": before})
