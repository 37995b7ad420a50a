"""`posts`: positions in units, each by its code within its agency."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from intranet.administration.imports import cell_values
from intranet.administration.imports.csv_lines import CsvLine
from intranet.administration.imports.faults import Rejected
from intranet.administration.imports.importer import Importer, Record
from intranet.administration.imports.kinds.agencies import details_of_change
from intranet.administration.imports.kinds.declared_functions import declared_functions
from intranet.administration.imports.kinds.repeated_codes import Once
from intranet.administration.imports.kinds.role_posts import RolePosts, refuse_own
from intranet.administration.imports.kinds.similar_codes import CodeSuggester
from intranet.administration.imports.outcomes import Fact, ImportEffect, ImportOutcome, rank_of
from intranet.administration.imports.stored_records import (
    NONE,
    KnownAgencies,
    KnownPosts,
    KnownUnits,
    PostFact,
    UnitFact,
    also,
)
from intranet.extensions import db
from intranet.organisation.agencies.functions import FunctionSuggestion, classify
from intranet.organisation.agencies.handles import sort_key_of
from intranet.organisation.agencies.operations.posts import (
    PLACES_LIMIT,
    TITLE_LIMIT,
)
from intranet.organisation.agencies.operations.storing import PostRow, change_posts, store_posts
from intranet.organisation.people.models import Appointment, AppointmentKind
from intranet.organisation.people.queries import is_not_over
from intranet.platform.core import clock
from intranet.platform.core.ids import uuid7
from intranet.platform.core.types import Localized


@dataclass(slots=True)
class PostRecord(Record):
    """A line of `posts`. None leaves a value as it is, or derives it from the title."""

    line: CsvLine
    code: str
    text: str
    unit_code: str
    lang: str | None
    level: int | None
    is_head: bool | None
    functions: list[str] | None
    places: int | None
    valid_from: date | None
    valid_to: date | None

    @property
    def title(self) -> str:
        """The post's title."""
        return self.text


class PostsImporter(Importer[PostRecord]):
    """Creates, changes and ends posts by their code within the agency of their unit."""

    def __init__(self, *args: Any, **more: Any) -> None:
        """Start with nothing loaded."""
        super().__init__(*args, **more)
        self.once = Once(is_on=not self.is_applying)
        self.near = CodeSuggester()
        self.roles = RolePosts(self.scope)
        self._begin()

    def parse(self, line: CsvLine) -> PostRecord:
        """Parse a line into values."""
        valid_from = cell_values.day(self.cell(line, "valid_from"), "valid_from")
        valid_to = cell_values.day(self.cell(line, "valid_to"), "valid_to")
        cell_values.refuse_reversed(valid_from, valid_to, "valid_to")
        title = cell_values.line_of_text(self.cell(line, "title"), "title", TITLE_LIMIT)
        return PostRecord(
            line,
            cell_values.needed(cell_values.code(self.cell(line, "code"), "code"), "code"),
            cell_values.needed(title, "title"),
            cell_values.needed(
                cell_values.code(self.cell(line, "unit_code"), "unit_code"), "unit_code"
            ),
            cell_values.language(self.cell(line, "lang")),
            cell_values.whole_number(self.cell(line, "level"), "level", 1, 5),
            cell_values.yes(self.cell(line, "head"), "head"),
            declared_functions(self.cell(line, "functions"), self.near),
            cell_values.whole_number(self.cell(line, "places"), "places", 1, PLACES_LIMIT),
            valid_from,
            valid_to,
        )

    def load(self, records: Sequence[PostRecord]) -> None:
        """Load the units and posts with these codes, the posts' functions and their holders."""
        if self.is_applying:
            self._begin()
        agency_ids = self.reach
        codes = {record.unit_code for record in records}
        self.units.read_codes(codes, agency_ids)
        self._read_roots({code for code in codes if not self.units.by_code.get(code)})
        self.units.read_above([each for code in codes for each in self.units.by_code.get(code, ())])
        known = set(self.posts.by_id)
        self.posts.read_codes({record.code for record in records}, agency_ids)
        new = [self.posts.by_id[post_id] for post_id in self.posts.by_id.keys() - known]
        self.posts.read_functions(new)
        self._read_holders([fact.id for fact in new if fact.id])

    def plan(self, record: PostRecord) -> ImportOutcome:
        """Plan to create the post, or to change what differs."""
        unit = self._unit(record)
        key = (unit.agency.id, record.code)
        said = (
            record.unit_code,
            record.level,
            record.is_head,
            tuple(record.functions) if record.functions else None,
            record.places,
            record.valid_from,
            record.valid_to,
        )
        self.once.check(record.line.number, key, record.lang, said)
        there = self.posts.by_key.get(key)
        is_over = record.valid_to is not None and record.valid_to < unit.agency.today
        if unit.valid_to and unit.valid_to < unit.agency.today and not is_over:
            raise Rejected("unit_code", "unit_ended", about={"value": unit.text})
        return self._changed_outcome(record, there, unit) if there else self._created(record, unit)

    def write(self) -> None:
        """Create and change the posts."""
        if self._made:
            store_posts([row_of(fact) for fact in self._made.values()])
        changed = {fact.id: fact for fact in self._changed.values() if fact.id}
        if changed:
            change_posts(
                {post_id: columns_of(fact) for post_id, fact in changed.items()},
                {
                    post_id: list(fact.functions)
                    for post_id, fact in changed.items()
                    if "functions" in fact.changes
                },
            )

    def _begin(self) -> None:
        self.agencies = KnownAgencies()
        self.units = KnownUnits(self.agencies)
        self.posts = KnownPosts(self.agencies, self.units)
        self._made: dict[tuple[UUID, str], PostFact] = {}
        self._changed: dict[tuple[UUID, str], PostFact] = {}
        self._holders: dict[UUID, int] = {}

    def _unit(self, record: PostRecord) -> UnitFact:
        """Return the unit of a post, among those of the agencies in the scope."""
        found = self.units.by_code.get(record.unit_code) or []
        if len(found) == 1:
            return found[0]
        about = {"value": record.unit_code}
        if found:
            raise Rejected("unit_code", "unit_ambiguous", about=about)
        fix = self.near.unit(record.unit_code, self.scope.agency_ids)
        raise Rejected("unit_code", "unit_unknown", fix=fix, about=about)

    def _read_roots(self, codes: set[str]) -> None:
        """Register the root units of the agencies with these codes, which no unit has."""
        self.agencies.read(codes)
        found = [fact for code in codes if (fact := self.agencies.by_code.get(code))]
        reach = self.reach
        roots = {
            fact.root_id: fact.code
            for fact in found
            if fact.root_id and (reach is None or fact.id in reach)
        }
        self.units.read_ids(roots)
        for root_id, code in roots.items():
            self.units.by_code[code] = [self.units.by_id[root_id]]

    def _read_holders(self, post_ids: Sequence[UUID]) -> None:
        held = (
            select(Appointment.post_id, func.count())
            .where(
                Appointment.post_id.in_(post_ids),
                Appointment.kind == AppointmentKind.HOLDER,
                is_not_over(clock.now()),
            )
            .group_by(Appointment.post_id)
        )
        if post_ids:
            for post_id, count in db.session.execute(held):
                self._holders[post_id] = count

    def _created(self, record: PostRecord, unit: UnitFact) -> ImportOutcome:
        lang = record.lang or unit.agency.language
        suggestion = suggested(record.text, lang, self.units.names_up(unit))
        is_head = bool(record.is_head)
        fact = PostFact(
            uuid7(),
            unit.agency,
            unit,
            record.code,
            Localized({lang: record.text}),
            record.level or suggestion.level_for(is_head=is_head),
            is_head,
            record.places or 1,
            record.valid_from,
            record.valid_to,
            functions=dict.fromkeys(record.functions or suggestion.functions, not record.functions),
            strengths={} if record.functions else strengths_of(suggestion),
            is_new=True,
        )
        self.posts.add(fact)
        if self.is_applying:
            self._made[unit.agency.id, record.code] = fact
        else:  # of a hundred thousand facts keep only those that later lines need
            fact.functions = fact.strengths = NONE
        return ImportOutcome(
            record.line,
            ImportEffect.CREATED,
            title=record.text,
            facts=[("text", record.code), ("text", unit.text)],
            agency_id=unit.agency.id,
            rank=rank_of(record.line.number),
        )

    def _check_end(self, there: PostFact, last_day: date | None) -> None:
        if there.id and last_day:
            self.roles.require("code", there.agency.id, there.id, None)
            if last_day < there.agency.today:
                self.roles.end("valid_to", there.agency.id, there.id, None)

    def _changed_outcome(
        self, record: PostRecord, there: PostFact, unit: UnitFact
    ) -> ImportOutcome:
        facts: list[Fact] = []
        path = there.unit.path
        holders = self._holders.get(there.id, 0) if there.id else 0
        lang = record.lang or there.agency.language
        if there.title.get(lang) != record.text:
            facts += details_of_change(there.title.get(lang), record.text)
            there.title = Localized({**there.title, lang: record.text})
            there.changes = also(there.changes, "title")
        if unit is not there.unit:
            facts += details_of_change(there.unit.text, unit.text)
            there.unit = unit
            there.changes = also(there.changes, "unit")
        if record.places and record.places < holders:
            raise Rejected("places", "places_held", about={"count": holders})
        wanted = {
            "level": record.level,
            "is_head": record.is_head,
            "places": record.places,
            "valid_from": record.valid_from,
        }
        for name, value in wanted.items():
            before = getattr(there, name)
            if value is not None and value != before:
                facts += details_of_change(_said(name, before), _said(name, value))
                setattr(there, name, value)
                there.changes = also(there.changes, name)
        if record.functions and (
            set(record.functions) != set(there.functions) or any(there.functions.values())
        ):
            facts += details_of_change(" ".join(there.functions), " ".join(record.functions))
            there.functions = dict.fromkeys(record.functions, False)
            there.changes = also(there.changes, "functions")
        ends = record.valid_to is not None and record.valid_to != there.valid_to
        if ends:
            self._check_end(there, record.valid_to)
            facts.append(("to", str(record.valid_to)))
            there.valid_to = record.valid_to
            there.changes = also(there.changes, "valid_to")
        if facts and there.id:
            own = self.own(there.agency.id)
            refuse_own("code", is_bound=own.bind_post(there.id, path, unit.path))
        if facts and self.is_applying and not there.is_new:
            self._changed[there.agency.id, there.code] = there
        what = ImportEffect.CHANGED if facts else ImportEffect.UNCHANGED
        what = ImportEffect.ENDED if ends else what
        return ImportOutcome(
            record.line,
            what,
            title=there.text,
            facts=facts,
            agency_id=there.agency.id,
            rank=rank_of(record.line.number),
            leaves=holders * unit.rooms if ends else 0,
            subject=("post", there.id) if there.id else None,
        )


@lru_cache(4096)
def suggested(title: str, lang: str, units: tuple[str, ...]) -> FunctionSuggestion:
    """Suggest functions and level from a title and its units; cached, because titles repeat."""
    return classify(title, lang, units=units)


def strengths_of(suggestion: FunctionSuggestion) -> dict[str, float]:
    """Return the strength of each function."""
    return {code: suggestion.strength(code) for code in suggestion.functions}


def row_of(fact: PostFact) -> PostRow:
    """Return the row of a new post."""
    return PostRow(
        id=fact.id or uuid7(),
        agency_id=fact.agency.id,
        language=fact.agency.language,
        unit_id=id_of(fact.unit),
        code=fact.code,
        title=fact.title,
        level=fact.level,
        is_head=fact.is_head,
        places=fact.places,
        functions={code: fact.strengths.get(code, 1.0) for code in fact.functions},
        is_suggested=any(fact.functions.values()),
        valid_from=fact.valid_from,
        valid_to=fact.valid_to,
    )


def id_of(unit: UnitFact) -> UUID:
    """Return the id of a unit that exists or is being created."""
    if unit.id is None:
        raise LookupError(unit.code)
    return unit.id


def columns_of(fact: PostFact) -> dict[str, Any]:
    """Return the changed columns of a post."""
    plain = fact.changes - {"functions", "unit"}
    found: dict[str, Any] = {name: getattr(fact, name) for name in plain}
    if "title" in found:
        found["sort_key"] = sort_key_of(fact.title, fact.agency.language)
    if "unit" in fact.changes:
        found["unit_id"] = id_of(fact.unit)
    return found


def _said(name: str, value: object) -> str:
    """Return a value as the file would write it."""
    if isinstance(value, bool):
        return "head: yes" if value else "head: no"
    return f"{name}: {value}" if value is not None else ""
