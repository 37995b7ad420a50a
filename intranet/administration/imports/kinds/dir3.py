"""`dir3`: the common directory. Its roots are administrations; other lines are units below them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from intranet.administration.imports import cell_values, dir3
from intranet.administration.imports.csv_lines import CsvLine
from intranet.administration.imports.faults import Rejected
from intranet.administration.imports.kinds.agencies import columns_of, details_of_change, row_of
from intranet.administration.imports.kinds.unit_rows import UnitRecord
from intranet.administration.imports.kinds.units import UnitsImporter
from intranet.administration.imports.outcomes import Fact, ImportEffect, ImportOutcome, rank_of
from intranet.administration.imports.stored_records import AgencyFact, UnitFact, also
from intranet.organisation.agencies.operations.agencies import NAME_LIMIT
from intranet.organisation.agencies.operations.storing import (
    ROOT_CODE,
    change_agencies,
    change_roots,
    store_agencies,
)
from intranet.platform.core import clock
from intranet.platform.core.ids import uuid7
from intranet.platform.core.types import Localized


@dataclass(slots=True)
class Dir3Record(UnitRecord):
    """A line of the directory. `agency_code` is the root's."""

    root_name: str = ""
    province: str = ""
    is_in_force: bool = True

    @property
    def is_root(self) -> bool:
        """Whether the line is itself an administration."""
        return self.code == self.agency_code


class Dir3Importer(UnitsImporter):
    """Imports roots as agencies; a unit whose parent is no longer listed goes below the root."""

    def __init__(self, *args: Any, **more: Any) -> None:
        """Start with nothing loaded."""
        self._new: dict[UUID, AgencyFact] = {}
        self._renamed: dict[UUID, AgencyFact] = {}
        self._coded: dict[UUID, str] = {}
        super().__init__(*args, **more)

    def parse(self, line: CsvLine) -> Dir3Record:
        """Parse a line by position."""
        code = cell_values.needed(cell_values.code(self.cell(line, "code"), "code"), "code").upper()
        name = cell_values.line_of_text(self.cell(line, "name"), "name", NAME_LIMIT)
        root_code = cell_values.code(self.cell(line, "root_code"), "root_code").upper()
        root_name = cell_values.line_of_text(self.cell(line, "root_name"), "root_name", NAME_LIMIT)
        if not root_code:
            root_code, root_name = self._root_of(code)
        state = self.cell(line, "state").strip().upper()
        is_in_force = state in dir3.IN_FORCE
        return Dir3Record(
            line,
            code,
            cell_values.needed(name, "name"),
            root_code,
            cell_values.code(self.cell(line, "parent_code"), "parent_code").upper(),
            None,
            dir3.unit_kind(name, self.cell(line, "entity_type").strip().upper()),
            cell_values.day(self.cell(line, "valid_from"), "valid_from", is_past=True),
            None if is_in_force else clock.today("Europe/Madrid") - timedelta(days=1),
            root_name,
            self.cell(line, "province").strip()[:2],
            is_in_force,
        )

    def survey(self, lines: Iterable[CsvLine]) -> None:
        """Learn the tree of the file, with roots in the place of their agencies."""
        super().survey(lines)
        if self.tree:
            for key in [key for key in self.tree.nodes if key[0] == key[1]]:
                del self.tree.nodes[key]

    def plan(self, record: UnitRecord) -> ImportOutcome:
        """Plan the agency of a root, and the unit of any other line."""
        if not isinstance(record, Dir3Record):
            raise TypeError
        if not self._is_ours(record):
            self.passed_over += 1
            return ImportOutcome(record.line, ImportEffect.UNCHANGED, title=record.name)
        if record.agency_code in dir3.HEADINGS or record.code in dir3.HEADINGS:
            return ImportOutcome(record.line, ImportEffect.UNCHANGED, title=record.name)
        if not record.agency_code:
            raise Rejected("code", "root_unknown", about={"value": record.code})
        self.once.check(record.line.number, (record.code,), None, ())
        if record.is_root:
            return self._root(record)
        agency = self.agencies.by_code.get(record.agency_code) or self._make(record)
        there = self.units.by_key.get((agency.id, record.code))
        if not record.is_in_force and (there is None or there.valid_to):
            return ImportOutcome(
                record.line, ImportEffect.UNCHANGED, title=record.name, agency_id=agency.id
            )
        return self.planned(record, agency)

    def write(self) -> None:
        """Write agencies first, then their units."""
        if self._new:
            store_agencies([row_of(fact) for fact in self._new.values()])
            self._read_roots()
        changes = {fact.id: columns_of(fact) for fact in self._renamed.values()}
        if changes:
            change_agencies(changes)
        if self._coded:
            change_roots({agency_id: {"code": code} for agency_id, code in self._coded.items()})
        super().write()

    def without_parent(
        self,
        record: UnitRecord,  # noqa: ARG002 - as the importer of units has it
        agency: AgencyFact,
        there: UnitFact | None,
    ) -> UnitFact | None:
        """Keep a unit with an extinguished parent where it is; put a new one below the root."""
        if there is None or there.parent_id == agency.root_id:
            return None
        return self.units.by_id.get(there.parent_id) if there.parent_id else None

    def load(self, records: Sequence[UnitRecord]) -> None:
        """Load the units of these records, and their stored parents."""
        super().load(records)
        above = [
            self.units.by_key[key].parent_id
            for key in map(self.key_of, records)
            if key and key in self.units.by_key
        ]
        self.units.read_ids([unit_id for unit_id in above if unit_id])

    def _is_ours(self, record: Dir3Record) -> bool:
        """Return whether a line is for the importing person; the operator imports all of them.

        The directory lists every administration of the country: those of others are passed over.
        """
        if self.scope.is_operator:
            return True
        agency = self.agencies.by_code.get(record.agency_code)
        return agency is not None and self.scope.holds(agency.id)

    def _begin(self) -> None:
        super()._begin()
        self._new = {}
        self._renamed = {}
        self._coded = {}

    def _root_of(self, code: str) -> tuple[str, str]:
        """Return the root of a line without one: from its code, or from the stored unit."""
        if root := dir3.root_by_code(code):
            return root.code, root.name
        self.units.read_codes({code}, None)
        known = self.units.by_code.get(code) or []
        return (known[0].agency.code, "") if len(known) == 1 else ("", "")

    def _root(self, record: Dir3Record) -> ImportOutcome:
        facts: list[Fact] = []
        there = self.agencies.by_code.get(record.code)
        if there is None:
            there, what = self._make(record), ImportEffect.CREATED
            facts = [("text", record.code), ("text", there.kind.value)]
        elif there.is_new:
            what = ImportEffect.CREATED
        else:
            if there.root_code == ROOT_CODE and (there.id, record.code) not in self.units.by_key:
                facts = [("root", record.code)]
                there.root_code = record.code
                if self.is_applying:
                    self._coded[there.id] = record.code
            if there.name.get(there.language) != record.name and "name" not in there.changes:
                facts += details_of_change(there.name.get(there.language), record.name)
                there.name = Localized({**there.name, there.language: record.name})
                there.changes = also(there.changes, "name")
                if self.is_applying:
                    self._renamed[there.id] = there
            what = ImportEffect.CHANGED if facts else ImportEffect.UNCHANGED
        return ImportOutcome(
            record.line,
            what,
            title=record.name,
            facts=facts,
            agency_id=there.id,
            rank=rank_of(record.line.number, phase=0),
        )

    def _make(self, record: Dir3Record) -> AgencyFact:
        """Plan a new agency, from the line of its root or of a unit below it."""
        code = record.agency_code
        name = record.name if record.is_root else record.root_name or code
        territory = dir3.territory(code, record.province)
        fact = AgencyFact(
            uuid7(),
            code,
            Localized({"es": name}),
            "",
            dir3.languages(territory),
            dir3.agency_kind(code, name),
            "dir3",
            territory,
            None,
            "Europe/Madrid",
            None,
            code,
            "",
            is_new=True,
        )
        self.agencies.add(fact)
        if self.is_applying:
            self._new[fact.id] = fact
        return fact

    def _read_roots(self) -> None:
        """Load the roots of new agencies, below which units of the same batch are created."""
        fresh = type(self.agencies)()
        fresh.read_ids(self._new)
        for agency_id, fact in self._new.items():
            fact.root_id = fresh.by_id[agency_id].root_id
            fact.root_path = fresh.by_id[agency_id].root_path
