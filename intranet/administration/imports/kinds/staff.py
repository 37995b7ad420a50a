"""`staff`: a single sheet for agencies without HR software; it creates missing units and posts."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from intranet.administration.imports import cell_values, outcomes, stored_records
from intranet.administration.imports.csv_lines import CsvLine
from intranet.administration.imports.faults import Rejected
from intranet.administration.imports.importer import Importer
from intranet.administration.imports.kinds.appointing import (
    Appointing,
    AppointmentTerm,
)
from intranet.administration.imports.kinds.name_readings import identity_of, mark_unsure
from intranet.administration.imports.kinds.people import KINDS
from intranet.administration.imports.kinds.person_records import AppointmentFact, PersonFact
from intranet.administration.imports.kinds.posts import row_of, strengths_of, suggested
from intranet.administration.imports.kinds.staff_records import (
    StaffRecord,
    bucket,
    is_over,
    unit_row,
)
from intranet.organisation.agencies.operations.agencies import NAME_LIMIT as AGENCY_NAME_LIMIT
from intranet.organisation.agencies.operations.names import codes_for
from intranet.organisation.agencies.operations.posts import (
    TITLE_LIMIT,
)
from intranet.organisation.agencies.operations.storing import (
    CODE_LIMIT,
    store_posts,
    store_units,
    widen_posts,
)
from intranet.organisation.people.models import AppointmentKind
from intranet.organisation.people.operations.people import NAME_LIMIT
from intranet.platform.core.ids import uuid7
from intranet.platform.core.text import fold
from intranet.platform.core.types import Localized


class StaffImporter(Importer[StaffRecord]):
    """Finds units by name and posts by title; a post gets as many places as it has holders."""

    def __init__(self, *args: Any, **more: Any) -> None:
        """Start with nothing loaded."""
        super().__init__(*args, **more)
        self._first: dict[tuple[UUID, str], tuple[int, str]] = {}
        self._lines: dict[tuple[UUID, str, str, str], int] = {}
        self._by_text: dict[str, list[stored_records.AgencyFact]] = {}
        self._begin()

    def parse(self, line: CsvLine) -> StaffRecord:
        """Parse a line into values."""
        agency = cell_values.line_of_text(
            self.agency_text(line, "agency"), "agency", AGENCY_NAME_LIMIT
        )
        email = cell_values.email(self.cell(line, "email"))
        reading = self.name_of(line, email)
        name = cell_values.line_of_text(reading.name, "name", NAME_LIMIT)
        first = cell_values.day(self.cell(line, "from"), "from")
        last = cell_values.day(self.cell(line, "to"), "to")
        cell_values.refuse_reversed(first, last, "to")
        kind = cell_values.choice(self.cell(line, "appointment"), "appointment", KINDS)
        post = cell_values.line_of_text(self.cell(line, "post"), "post", TITLE_LIMIT)
        return StaffRecord(
            line,
            cell_values.needed(agency, "agency"),
            identity_of(
                reading,
                cell_values.needed(name, "name"),
                email,
                cell_values.staff_number(self.cell(line, "staff_number")),
            ),
            cell_values.needed(post, "post"),
            cell_values.line_of_text(self.cell(line, "unit"), "unit", AGENCY_NAME_LIMIT),
            cell_values.yes(self.cell(line, "head"), "head"),
            AppointmentTerm(AppointmentKind(kind) if kind else None, first, last),
            cell_values.languages(self.cell(line, "languages")),
            cell_values.phone(self.cell(line, "phone")),
        )

    def load(self, records: Sequence[StaffRecord]) -> None:
        """Load the agencies, units and posts with these names, and the people."""
        if self.is_applying:
            self._begin()
        self._read_agencies(records)
        pairs = [
            (found[0], record)
            for record in records
            if (found := self._by_text.get(fold(record.agency)))
        ]
        agencies = {agency.id for agency, _ in pairs}
        self._read_units(pairs)
        self._read_posts(pairs)
        people = self.appointing.persons
        people.read(
            [record.who.email for record in records if record.who.email],
            [record.who.number for record in records if record.who.number],
            agencies,
        )
        people.read_names(
            (agency.id, record.who.name)
            for agency, record in pairs
            if not (record.who.email or record.who.number)
        )

    def plan(self, record: StaffRecord) -> outcomes.ImportOutcome:
        """Plan what is missing: the unit, the post, the person, the appointment."""
        agency = self._agency(record)
        self._check_once(record, agency)
        unit = self._unit(record, agency)
        person = self.appointing.person(record.who, agency)
        posts = [
            post
            for post in self._posts.get((unit.id, fold(record.post)), ())
            if record.is_head in (None, post.is_head)
        ]
        if person and (held := self._held(person, posts)):
            facts = self.appointing.correct(person, record.who, record.phone, record.languages)
            facts += self.appointing.alter(person, held[0], held[1], record.term)
            what = outcomes.ImportEffect.CHANGED if facts else outcomes.ImportEffect.UNCHANGED
            return self._outcome(record, agency, what, facts)
        facts = [("new", record.post), ("text", unit.text)]
        post = self._post_with_room(posts) or self._make_post(record, unit)
        is_new = person is None
        person = person or self.appointing.make(record.who, agency)
        self.appointing.correct(person, record.who, record.phone, record.languages)
        self.appointing.appoint(person, post, record.term)
        outcome = self._outcome(record, agency, outcomes.ImportEffect.CREATED, facts)
        outcome.joins = unit.rooms
        if is_new:
            mark_unsure(outcome, record.who)
        return outcome

    def write(self) -> None:
        """Write units, posts, and then the appointments."""
        if self._new_units:
            self._give_codes()
            store_units([unit_row(fact) for fact in self._new_units])
        if self._new_posts:
            store_posts([row_of(fact) for fact in self._new_posts])
        widened = {fact.id: fact for fact in self._widened if fact.id and not fact.is_new}
        if widened:
            widen_posts({key: fact.places for key, fact in widened.items()})
        self.appointing.write(self.import_id)

    def _begin(self) -> None:
        self.agencies = stored_records.KnownAgencies()
        self.units = stored_records.KnownUnits(self.agencies)
        self.posts = stored_records.KnownPosts(self.agencies, self.units)
        self.appointing = Appointing(self.scope, is_applying=self.is_applying)
        self._by_text = {}
        self._by_name: dict[tuple[UUID, str], list[stored_records.UnitFact]] = {}
        self._posts: dict[tuple[UUID | None, str], list[stored_records.PostFact]] = {}
        self._posts_read: set[tuple[UUID | None, str]] = set()
        self._new_units: list[stored_records.UnitFact] = []
        self._new_posts: list[stored_records.PostFact] = []
        self._widened: list[stored_records.PostFact] = []

    def _read_agencies(self, records: Sequence[StaffRecord]) -> None:
        """Load agencies in the scope by code, short name or name."""
        new = {record.agency for record in records if fold(record.agency) not in self._by_text}
        if not new:
            return
        self._by_text.update((fold(text), []) for text in new)
        self.agencies.read_texts(new, self.scope)
        for fact in self.agencies.by_id.values():
            for text in fact.texts:
                if fact not in (found := self._by_text.setdefault(text, [])):
                    found.append(fact)

    def _read_units(self, pairs: Sequence[tuple[stored_records.AgencyFact, StaffRecord]]) -> None:
        """Load units by name or code; query each name of an agency once."""
        new = {
            (agency.id, record.unit)
            for agency, record in pairs
            if (agency.id, fold(record.unit)) not in self._by_name
        }
        if not new:
            return
        self._by_name.update(((agency_id, fold(text)), []) for agency_id, text in new)
        known = set(self.units.by_id)
        self.units.read_texts({text for _, text in new}, {agency_id for agency_id, _ in new})
        for unit_id in self.units.by_id.keys() - known:
            fact = self.units.by_id[unit_id]
            texts = {"", fact.code} if fact.parent_id is None else {fact.code, *fact.name.values()}
            for text in {fold(text) for text in texts} if not is_over(fact) else ():
                self._by_name.setdefault((fact.agency.id, text), []).append(fact)
        for agency, record in pairs:  # a name of the agency itself means its root
            found = self._by_name[agency.id, fold(record.unit)]
            if not found and fold(record.unit) in agency.texts and agency.root_id:
                found.append(self.units.by_id[agency.root_id])

    def _read_posts(self, pairs: Sequence[tuple[stored_records.AgencyFact, StaffRecord]]) -> None:
        """Load posts by unit and title; query each once."""
        new = {
            (unit.id, fold(record.post)): record.post
            for agency, record in pairs
            for unit in self._by_name.get((agency.id, fold(record.unit)), ())
            if unit.id and not unit.is_new
        }
        new = {key: title for key, title in new.items() if key not in self._posts_read}
        self._posts_read |= new.keys()
        facts = self.posts.read_titles({unit_id for unit_id, _ in new}, new.values())
        for fact in facts:
            key = (fact.unit.id, fold(fact.text))
            here = self._posts.setdefault(key, [])
            if fact not in here and not (fact.valid_to and fact.valid_to < fact.agency.today):
                here.append(fact)
        self.appointing.holders.read([fact.id for fact in facts if fact.id])

    def _agency(self, record: StaffRecord) -> stored_records.AgencyFact:
        found = self._by_text.get(fold(record.agency), [])
        about = {"value": record.agency}
        if len({fact.id for fact in found}) > 1:
            raise Rejected("agency", "agency_ambiguous", about=about)
        if not found:
            code = "agency_unknown" if self.scope.is_operator else "not_yours"
            raise Rejected("agency", code, about=about)
        return found[0]

    def _check_once(self, record: StaffRecord, agency: stored_records.AgencyFact) -> None:
        if self.is_applying:
            return
        number, key = record.line.number, (agency.id, record.who.key)
        first, name = self._first.setdefault(key, (number, record.who.name))
        if first != number and name != record.who.name:
            column = "email" if record.who.email else "staff_number"
            raise Rejected(column, "identity_twice", about={"line": first, "name": name})
        place = (*key, fold(record.unit), fold(record.post))
        before = self._lines.setdefault(place, number)
        if before != number:
            raise Rejected("post", "twice", about={"line": before})

    def _unit(
        self, record: StaffRecord, agency: stored_records.AgencyFact
    ) -> stored_records.UnitFact:
        """Return the unit with this name, planned if missing; the root if there is no name."""
        found = self._by_name.get((agency.id, fold(record.unit)), [])
        if len({id(fact) for fact in found}) > 1:
            raise Rejected("unit", "unit_ambiguous", about={"value": record.unit})
        if found:
            return found[0]
        fact = stored_records.UnitFact(
            uuid7(),
            agency,
            "",
            Localized({agency.language: record.unit}),
            "unit",
            agency.root_id,
            agency.root_path + "x/",
            None,
            None,
            is_new=True,
        )
        self._by_name[agency.id, fold(record.unit)] = [fact]
        if self.is_applying:
            self._new_units.append(fact)
        return fact

    def _held(
        self, person: PersonFact, posts: Sequence[stored_records.PostFact]
    ) -> tuple[AppointmentFact, stored_records.PostFact] | None:
        """Return the appointment that the person has to one of these posts, and the post."""
        by_id = {post.id: post for post in posts}
        found = (held for held in person.held if held.post_id in by_id and not held.is_over)
        held = next(found, None)
        return (held, by_id[held.post_id]) if held else None

    def _post_with_room(
        self, posts: Sequence[stored_records.PostFact]
    ) -> stored_records.PostFact | None:
        """Return a post with a vacant place; if there is none, add a place to the first post."""
        for post in posts:
            if post.id and self.appointing.holders.count(post.id) < post.places:
                return post
        if not posts:
            return None
        posts[0].places += 1
        posts[0].changes = stored_records.also(posts[0].changes, "places")
        if self.is_applying:
            self._widened.append(posts[0])
        return posts[0]

    def _make_post(
        self, record: StaffRecord, unit: stored_records.UnitFact
    ) -> stored_records.PostFact:
        agency = unit.agency
        suggestion = suggested(record.post, agency.language, (record.unit,) if record.unit else ())
        fact = stored_records.PostFact(
            uuid7(),
            agency,
            unit,
            "",
            Localized({agency.language: record.post}),
            suggestion.level_for(is_head=bool(record.is_head)),
            bool(record.is_head),
            1,
            None,
            None,
            functions=dict.fromkeys(suggestion.functions, True),
            strengths=strengths_of(suggestion),
            is_new=True,
        )
        self._posts.setdefault((unit.id, fold(record.post)), []).append(fact)
        if self.is_applying:
            self._new_posts.append(fact)
        return fact

    def _give_codes(self) -> None:
        """Give the planned units their final codes, from their names."""
        named = [(fact.agency.id, fact.text) for fact in self._new_units]
        for fact, code in zip(self._new_units, codes_for(named, CODE_LIMIT), strict=True):
            fact.code = code

    def _outcome(
        self,
        record: StaffRecord,
        agency: stored_records.AgencyFact,
        what: outcomes.ImportEffect,
        facts: Sequence[outcomes.Fact],
    ) -> outcomes.ImportOutcome:
        return outcomes.ImportOutcome(
            record.line,
            what,
            title=record.who.name,
            facts=list(facts),
            agency_id=agency.id,
            rank=outcomes.rank_of(record.line.number, depth=bucket(record)),
        )
