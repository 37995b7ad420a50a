"""Lines of `staff` as values, and the rows of the units that they need."""

from dataclasses import dataclass
from zlib import crc32

from intranet.administration.imports.csv_lines import CsvLine
from intranet.administration.imports.importer import Record
from intranet.administration.imports.kinds.appointing import AppointmentTerm, ImportIdentity
from intranet.administration.imports.outcomes import MAX_DEPTH
from intranet.administration.imports.stored_records import UnitFact
from intranet.organisation.agencies.operations.storing import UnitRow
from intranet.platform.core.text import fold


@dataclass(slots=True)
class StaffRecord(Record):
    """A line of `staff`."""

    line: CsvLine
    agency: str
    who: ImportIdentity
    post: str
    unit: str
    is_head: bool | None
    term: AppointmentTerm
    languages: list[str]
    phone: str

    @property
    def title(self) -> str:
        """The person's name."""
        return self.who.name


def bucket(record: StaffRecord) -> int:
    """Return a sort position that puts the lines of a post into one batch, which loads it once."""
    return crc32(f"{fold(record.unit)}/{fold(record.post)}".encode()) % MAX_DEPTH


def is_over(fact: UnitFact) -> bool:
    """Return whether a unit has ended."""
    return fact.valid_to is not None and fact.valid_to < fact.agency.today


def unit_row(fact: UnitFact) -> UnitRow:
    """Return the row of a new unit, directly below the root."""
    if fact.id is None or fact.parent_id is None:
        raise LookupError(fact.code)
    return UnitRow(
        id=fact.id,
        agency_id=fact.agency.id,
        language=fact.agency.language,
        parent_id=fact.parent_id,
        parent_path=fact.agency.root_path,
        code=fact.code,
        name=fact.name,
    )
