"""`units`: the departments of agencies, each by its code, in a tree."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from intranet.administration.imports import cell_values
from intranet.administration.imports.csv_lines import CsvLine
from intranet.administration.imports.faults import Rejected
from intranet.administration.imports.importer import Importer
from intranet.administration.imports.kinds.agencies import details_of_change
from intranet.administration.imports.kinds.remaining_posts import Left
from intranet.administration.imports.kinds.repeated_codes import Once
from intranet.administration.imports.kinds.role_posts import refuse_own
from intranet.administration.imports.kinds.roots import Roots, is_agency_itself
from intranet.administration.imports.kinds.similar_codes import CodeSuggester
from intranet.administration.imports.kinds.tree import BROKEN, ImportTree
from intranet.administration.imports.kinds.unit_rows import (
    UnitRecord,
    new_unit,
    unit_columns_of,
    unit_row_of,
)
from intranet.administration.imports.outcomes import Fact, ImportEffect, ImportOutcome, rank_of
from intranet.administration.imports.stored_records import (
    AgencyFact,
    KnownAgencies,
    KnownUnits,
    UnitFact,
    also,
)
from intranet.organisation.agencies.operations.agencies import NAME_LIMIT
from intranet.organisation.agencies.operations.storing import change_units, store_units
from intranet.organisation.agencies.operations.units import DEPTH_LIMIT
from intranet.organisation.agencies.own_places import path_above
from intranet.platform.core import clock
from intranet.platform.core.types import Localized

UNIT_KIND_LIMIT = 20


class UnitsImporter(Importer[UnitRecord]):
    """Creates, renames, moves and ends units by their code within their agency."""

    def __init__(self, *args: Any, **more: Any) -> None:
        """Start with nothing loaded."""
        super().__init__(*args, **more)
        self.once = Once(is_on=not self.is_applying)
        self.tree: ImportTree | None = None
        self.near = CodeSuggester()
        self._begin()

    def survey(self, lines: Iterable[CsvLine]) -> None:
        """Learn the tree of the file and of the database."""
        tree = ImportTree()
        agency_codes = set()
        tops: list[tuple[str, str, str]] = []
        for line in lines:
            if line.fault:
                continue
            try:
                record = self.parse(line)
            except Rejected:
                continue
            agency_codes.add(record.agency_code)
            if record.parent in {None, "", record.code}:
                tops.append((record.agency_code, record.code, record.name))
            key = (record.agency_code, record.code)
            tree.add_from_file(
                key, record.parent, line.number, is_over=self.is_over(record.valid_to)
            )
        self.agencies.read(agency_codes)
        self._hang(tree, agency_codes, tops)
        tree.settle()
        self.tree = tree

    def parse(self, line: CsvLine) -> UnitRecord:
        """Parse a line into values."""
        code = cell_values.needed(cell_values.code(self.cell(line, "code"), "code"), "code")
        valid_from = cell_values.day(self.cell(line, "valid_from"), "valid_from")
        valid_to = cell_values.day(self.cell(line, "valid_to"), "valid_to")
        cell_values.refuse_reversed(valid_from, valid_to, "valid_to")
        return UnitRecord(
            line,
            code,
            cell_values.needed(
                cell_values.line_of_text(self.cell(line, "name"), "name", NAME_LIMIT), "name"
            ),
            cell_values.needed(
                cell_values.code(self.agency_text(line, "agency_code"), "agency_code"),
                "agency_code",
            ),
            cell_values.code(self.cell(line, "parent_code"), "parent_code")
            if "parent_code" in self.columns
            else None,
            cell_values.language(self.cell(line, "lang")),
            cell_values.code(self.cell(line, "kind"), "kind")[:UNIT_KIND_LIMIT],
            valid_from,
            valid_to,
        )

    def load(self, records: Sequence[UnitRecord]) -> None:
        """Load the agencies, the units with these codes, and their ancestors."""
        if self.is_applying:
            self._begin()
        self.agencies.read(record.agency_code for record in records)
        codes = {record.code for record in records}
        codes |= {record.parent for record in records if record.parent}
        found = (self.agencies.by_code.get(record.agency_code) for record in records)
        agencies = {agency.id: agency for agency in found if agency}
        self.units.read_codes(codes, agencies)
        self.units.read_ids([one.root_id for one in agencies.values() if one.root_id])
        self.read_left([self.key_of(record) for record in records if record.valid_to])

    def plan(self, record: UnitRecord) -> ImportOutcome:
        """Plan to create the unit, or to change what differs."""
        agency = self.agency_of(record)
        self.once.check(
            record.line.number,
            (agency.id, record.code),
            record.lang,
            (record.parent, record.kind, record.valid_from, record.valid_to),
        )
        return self.planned(record, agency)

    def planned(self, record: UnitRecord, agency: AgencyFact) -> ImportOutcome:
        """Return the outcome of a unit whose agency is in the scope."""
        there = self.units.by_key.get((agency.id, record.code))
        if is_agency_itself(agency, record.code, record.name, record.parent, there):
            return self._root_outcome(record, agency)
        parent = self._parent(record, agency, there)
        depth = self.tree.depth(agency.code, record.code) if self.tree else 1
        if depth == BROKEN:
            raise Rejected("parent_code", "cycle")
        if depth > DEPTH_LIMIT:
            raise Rejected("parent_code", "too_deep", about={"limit": DEPTH_LIMIT})
        if there is None:
            return self._created(record, agency, parent, depth)
        return self._changed_outcome(record, there, parent, depth)

    def write(self) -> None:
        """Create and change the units, parents first."""
        self.roots.write(self.scope.actor)
        if self._made:
            rows = [unit_row_of(fact, self._parents[key]) for key, fact in self._made.items()]
            store_units(rows)
        changes = {fact.id: unit_columns_of(fact) for fact in self._changed.values() if fact.id}
        if changes:
            change_units(changes)

    def agency_of(self, record: UnitRecord) -> AgencyFact:
        """Return the agency of a line; a rejection hides whether an agency out of scope exists."""
        agency = self.agencies.by_code.get(record.agency_code)
        if agency is None or not self.scope.holds(agency.id):
            code = "agency_unknown" if self.scope.is_operator else "not_yours"
            raise Rejected("agency_code", code, about={"value": record.agency_code})
        return agency

    def key_of(self, record: UnitRecord) -> tuple[UUID, str] | None:
        """Return the agency's id and the code of the unit; None if the agency is unknown."""
        known = self.agencies.by_code.get(record.agency_code)
        return (known.id, record.code) if known else None

    def is_over(self, valid_to: date | None) -> bool:
        """Return whether a last day is today or past."""
        return valid_to is not None and valid_to <= clock.today("Europe/Madrid")

    def read_left(self, keys: Collection[tuple[UUID, str] | None]) -> None:
        """Count the posts and units that remain in units that end."""
        found = (self.units.by_key.get(key) for key in keys if key)
        self._left.read([fact.id for fact in found if fact and fact.id and not fact.is_new])

    def _hang(
        self, tree: ImportTree, agency_codes: Iterable[str], tops: Iterable[tuple[str, str, str]]
    ) -> None:
        """Add every stored unit of these agencies to the tree, besides those of the file."""
        known = [self.agencies.by_code.get(code) for code in agency_codes]
        units = KnownUnits(self.agencies)
        units.read_agencies([agency.id for agency in known if agency and not agency.is_new])
        for fact in units.by_id.values():
            if fact.parent_id is None:
                continue
            above = units.by_id[fact.parent_id]
            parent = "" if above.parent_id is None else above.code
            tree.add_from_database(
                (fact.agency.code, fact.code), parent, is_over=self.is_over(fact.valid_to)
            )
        self._find_roots(tops, units)
        for (agency_code, code), node in list(tree.nodes.items()):
            agency = self.agencies.by_code.get(str(agency_code))
            if agency and agency.is_root(code):
                del tree.nodes[agency_code, code]
            elif agency and node.parent and agency.is_root(node.parent):
                node.parent = ""

    def _find_roots(self, tops: Iterable[tuple[str, str, str]], units: KnownUnits) -> None:
        """Find the codes that stand for agencies themselves, before their lines are read."""
        for agency_code, code, name in tops:
            agency = self.agencies.by_code.get(agency_code)
            if agency is None or agency.is_new or agency.is_root(code):
                continue
            if is_agency_itself(agency, code, name, "", units.by_key.get((agency.id, code))):
                agency.root_code = code

    def _begin(self) -> None:
        self.agencies = KnownAgencies()
        self.units = KnownUnits(self.agencies)
        self.roots = Roots(self.units)
        self._made: dict[tuple[UUID, str], UnitFact] = {}
        self._changed: dict[tuple[UUID, str], UnitFact] = {}
        self._left = Left()
        self._parents: dict[tuple[UUID, str], UnitFact | None] = {}

    def _parent(
        self, record: UnitRecord, agency: AgencyFact, there: UnitFact | None
    ) -> UnitFact | None:
        """Return the parent unit; None for the root, or if the line gives none.

        Raises:
            Rejected: no unit has this code.
        """
        if not record.parent or agency.is_root(record.parent):
            return None
        found = self.units.by_key.get((agency.id, record.parent))
        if found is None and self.tree and self.tree.holds(agency.code, record.parent):
            return UnitFact(
                None, agency, record.parent, Localized(), "", None, "", None, None, is_new=True
            )
        if found is None:
            return self.without_parent(record, agency, there)
        return found

    def without_parent(
        self, record: UnitRecord, agency: AgencyFact, _there: UnitFact | None
    ) -> UnitFact | None:
        """Handle a unit whose parent is in neither the file nor the database.

        Raises:
            Rejected: always; `dir3` overrides this.
        """
        value = str(record.parent)
        fix = self.near.unit(value, {agency.id})
        raise Rejected("parent_code", "parent_unknown", fix=fix, about={"value": value})

    def _root_outcome(self, record: UnitRecord, agency: AgencyFact) -> ImportOutcome:
        """Return the outcome for the root: it takes code and names, and never ends or moves."""
        if record.valid_to:
            raise Rejected("valid_to", "is_root")
        if record.parent and self.tree and self.tree.holds(agency.code, record.parent):
            raise Rejected("parent_code", "is_root")
        lang = record.lang or agency.language
        facts = self.roots.change(agency, record.code, record.name, lang, record.valid_from)
        return ImportOutcome(
            record.line,
            ImportEffect.CHANGED if facts else ImportEffect.UNCHANGED,
            title=record.name,
            facts=facts,
            agency_id=agency.id,
            rank=rank_of(record.line.number, phase=0),
            subject=("unit", agency.root_id) if agency.root_id else None,
        )

    def _created(
        self, record: UnitRecord, agency: AgencyFact, parent: UnitFact | None, depth: int
    ) -> ImportOutcome:
        fact = new_unit(record, agency, parent)
        self.units.add(fact)
        if self.is_applying:
            self._made[agency.id, record.code] = fact
            self._parents[agency.id, record.code] = parent
        facts: list[Fact] = [("text", record.code)]
        if record.parent:
            facts.append(("text", (parent.text if parent else "") or record.parent))
        return ImportOutcome(
            record.line,
            ImportEffect.CREATED,
            title=record.name,
            facts=facts,
            agency_id=agency.id,
            rank=rank_of(record.line.number, depth=depth),
        )

    def _changed_outcome(
        self, record: UnitRecord, there: UnitFact, parent: UnitFact | None, depth: int
    ) -> ImportOutcome:
        facts: list[Fact] = []
        agency = there.agency
        lang = record.lang or agency.language
        if there.name.get(lang) != record.name:
            facts += details_of_change(there.name.get(lang), record.name)
            there.name = Localized({**there.name, lang: record.name})
            there.changes = also(there.changes, "name")
        facts += self._moved(record, there, parent)
        for name in ("kind", "valid_from"):
            value = getattr(record, name)
            if value and value != getattr(there, name):
                facts += details_of_change(str(getattr(there, name) or ""), str(value))
                setattr(there, name, value)
                there.changes = also(there.changes, name)
        ends = record.valid_to is not None and record.valid_to != there.valid_to
        if ends:
            bound = self.own(agency.id).bind_end(there.path, None, path_above(there.path))
            refuse_own("valid_to", is_bound=bound)
            self._refuse_left(there, record)
            facts.append(("to", str(record.valid_to)))
            there.valid_to = record.valid_to
            there.changes = also(there.changes, "valid_to")
        if facts and self.is_applying and not there.is_new:
            self._changed[agency.id, there.code] = there
        # Ends come last, the deepest units first.
        phase, place = (2, DEPTH_LIMIT - depth) if ends else (1, depth)
        rank = rank_of(record.line.number, phase, place)
        what = ImportEffect.CHANGED if facts else ImportEffect.UNCHANGED
        what = ImportEffect.ENDED if ends else what
        return ImportOutcome(
            record.line,
            what,
            title=there.text,
            facts=facts,
            agency_id=agency.id,
            rank=rank,
            subject=("unit", there.id) if there.id else None,
        )

    def _moved(self, record: UnitRecord, there: UnitFact, parent: UnitFact | None) -> list[Fact]:
        """Plan the move to another parent, if the file has one."""
        if record.parent is None or there.is_new:
            return []
        agency, wanted = there.agency, parent.id if parent else there.agency.root_id
        is_new_parent = parent is not None and parent.id is None
        if not is_new_parent and wanted == there.parent_id:
            return []
        into = parent.path if parent else agency.root_path
        bound = self.own(agency.id).bind_unit(there.path, into)
        refuse_own("parent_code", is_bound=bound)
        there.parent_id = wanted
        there.changes = also(there.changes, "parent_id")
        above = parent.text or parent.code if parent else agency.name.text(agency.language)
        return [("new", above)]

    def _refuse_left(self, there: UnitFact, record: UnitRecord) -> None:
        """Reject the end of a unit in which posts or units remain."""
        if there.id is None or not self.is_over(record.valid_to):
            return
        posts, units = self._left.posts.get(there.id, 0), self._left.units.get(there.id, 0)
        if self.tree:
            units = self.tree.below(there.agency.code, there.code)
        if posts or units:
            raise Rejected("valid_to", "not_empty", about={"posts": posts, "units": units})
