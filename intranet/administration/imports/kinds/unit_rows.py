"""Units as a file has them, and the rows written for them."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from intranet.administration.imports.csv_lines import CsvLine
from intranet.administration.imports.importer import Record
from intranet.administration.imports.stored_records import AgencyFact, UnitFact
from intranet.organisation.agencies.handles import sort_key_of
from intranet.organisation.agencies.operations.storing import UnitRow
from intranet.platform.core.ids import uuid7
from intranet.platform.core.types import Localized


@dataclass(slots=True)
class UnitRecord(Record):
    """A line of `units`. `parent` is None if the file has no such column."""

    line: CsvLine
    code: str
    name: str
    agency_code: str
    parent: str | None
    lang: str | None
    kind: str
    valid_from: date | None
    valid_to: date | None

    @property
    def title(self) -> str:
        """The unit's name."""
        return self.name


def new_unit(record: UnitRecord, agency: AgencyFact, parent: UnitFact | None) -> UnitFact:
    """Return the unit that a line creates, below another one or the root."""
    return UnitFact(
        uuid7(),
        agency,
        record.code,
        Localized({record.lang or agency.language: record.name}),
        record.kind or "unit",
        parent.id if parent else agency.root_id,
        parent.path if parent else agency.root_path,
        record.valid_from,
        record.valid_to,
        is_new=True,
    )


def unit_row_of(fact: UnitFact, parent: UnitFact | None) -> UnitRow:
    """Return the row of a new unit below another; below the root if no parent is given."""
    above = parent if parent and parent.id else None
    return UnitRow(
        id=fact.id or uuid7(),
        agency_id=fact.agency.id,
        language=fact.agency.language,
        parent_id=above.id if above and above.id else root_id_of(fact.agency),
        parent_path=above.path if above else fact.agency.root_path,
        code=fact.code,
        name=fact.name,
        kind=fact.kind,
        valid_from=fact.valid_from,
        valid_to=fact.valid_to,
    )


def unit_columns_of(fact: UnitFact) -> dict[str, Any]:
    """Return the changed columns of a unit."""
    found: dict[str, Any] = {name: getattr(fact, name) for name in fact.changes}
    if "name" in found:
        found["sort_key"] = sort_key_of(fact.name, fact.agency.language)
    return found


def root_id_of(agency: AgencyFact) -> UUID:
    """Return the id of the root unit of an existing agency."""
    if agency.root_id is None:
        raise LookupError(agency.code)
    return agency.root_id
