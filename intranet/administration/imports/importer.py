"""The steps that all kinds of files share: a line becomes a record, a record an outcome.

The same steps serve a dry run of a whole file and a batch that is applied. A dry run keeps the
effects of earlier lines in memory, so that later lines build on them. A batch writes its
effects at its end, and the next batch reads them.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar
from uuid import UUID

from intranet.administration.imports.columns import Columns
from intranet.administration.imports.csv_lines import CsvLine
from intranet.administration.imports.faults import Rejected
from intranet.administration.imports.name_cells import read_name
from intranet.administration.imports.outcomes import (
    AGENCY_FACTOR,
    MAX_AGENCY_INDEX,
    ImportOutcome,
    rejected,
)
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.own_places import OwnPlaces, own_places
from intranet.organisation.people.models import Person
from intranet.organisation.people.natural_names import NameReading
from intranet.platform.core.text import one_line

BATCH_SIZE = 1000
R = TypeVar("R", bound="Record")


@dataclass(frozen=True)
class ImportScope:
    """The agencies that a person imports for.

    `agency_ids` is None for all agencies. Without `actor`, the operator imports.
    """

    agency_ids: frozenset[UUID] | None = None
    actor: Person | None = None

    def holds(self, agency_id: UUID) -> bool:
        """Return whether an agency is in the scope."""
        return self.agency_ids is None or agency_id in self.agency_ids

    @property
    def is_operator(self) -> bool:
        """Whether the import may reveal data of every agency."""
        return self.actor is None


class Record(ABC):
    """A line as values. `title` names what the line is about."""

    __slots__ = ("line",)

    line: CsvLine

    @property
    @abstractmethod
    def title(self) -> str:
        """The name of the person or thing that the line is about."""


class Importer(ABC, Generic[R]):
    """The parser, planner and writer for a kind of file.

    `passed_over` counts lines that are not for the importing person, and are no mistake.
    """

    def __init__(self, scope: ImportScope, columns: Columns, *, is_applying: bool = False) -> None:
        """Store the agencies to import for, and the positions of the columns."""
        self.scope = scope
        self.columns = columns
        self.is_applying = is_applying
        self.among: frozenset[UUID] | None = None
        self.import_id: UUID | None = None
        self._order: dict[UUID, int] = {}
        self._own_code: str | None = None
        self._own: dict[UUID, OwnPlaces] = {}
        self.passed_over = 0

    def survey(self, lines: Iterable[CsvLine]) -> None:
        """Read the whole file first, for kinds whose lines depend on later lines."""

    @abstractmethod
    def parse(self, line: CsvLine) -> R:
        """Parse a line into values.

        Raises:
            Rejected: a cell is invalid.
        """

    @abstractmethod
    def load(self, records: Sequence[R]) -> None:
        """Load what is stored about these records, in a few statements."""

    @abstractmethod
    def plan(self, record: R) -> ImportOutcome:
        """Return the outcome of a record.

        Raises:
            Rejected: it does not fit what is stored.
        """

    @abstractmethod
    def write(self) -> None:
        """Write what was planned, within the caller's transaction."""

    def outcomes(self, lines: Iterable[CsvLine]) -> Iterator[ImportOutcome]:
        """Yield the outcome of each line, in their order."""
        remaining = iter(lines)
        while some := list(islice(remaining, BATCH_SIZE)):
            yield from self.outcomes_of(some)

    def outcomes_of(self, lines: Sequence[CsvLine]) -> list[ImportOutcome]:
        """Return the outcomes of some lines, in their order."""
        parsed: list[R | ImportOutcome] = [self._parsed(line) for line in lines]
        self.load([one for one in parsed if not isinstance(one, ImportOutcome)])
        return [one if isinstance(one, ImportOutcome) else self._planned(one) for one in parsed]

    def own(self, agency_id: UUID) -> OwnPlaces:
        """Return where the importing person stands in an agency, as far as that binds them."""
        if agency_id not in self._own:
            self._own[agency_id] = own_places(self.scope.actor, agency_id)
        return self._own[agency_id]

    @property
    def reach(self) -> frozenset[UUID] | None:
        """Return the agencies among which codes are looked up; None for all of them.

        A batch that is applied uses those that the dry run found (`among`).
        """
        if self.among is None or not self.is_applying:
            return self.scope.agency_ids
        held = self.scope.agency_ids
        return self.among if held is None else self.among & held

    def cell(self, line: CsvLine, name: str) -> str:
        """Return the cell of a column."""
        return self.columns.cell(line.cells, name)

    def agency_text(self, line: CsvLine, column: str) -> str:
        """Return the cell that names the agency; without one, the only agency in the scope."""
        if cell := self.cell(line, column).strip():
            return cell
        if self._own_code is None:
            ids = self.scope.agency_ids or ()
            found = db.session.get(Agency, next(iter(ids))) if len(ids) == 1 else None
            self._own_code = found.code if found else ""
        return self._own_code

    def name_of(self, line: CsvLine, email: str | None) -> NameReading:
        """Return the name of a person in natural order, as somebody chose or by the rule."""
        return read_name(self.columns, line.cells, email)

    def _parsed(self, line: CsvLine) -> R | ImportOutcome:
        if line.fault:
            return rejected(line, Rejected("", line.fault))
        try:
            return self.parse(line)
        except Rejected as why:
            return rejected(line, why, self._called(line))

    def _planned(self, record: R) -> ImportOutcome:
        try:
            outcome = self.plan(record)
        except Rejected as why:
            return rejected(record.line, why, record.title)
        if outcome.agency_id:  # agency by agency, so that a batch touches few spaces and audit logs
            place = self._order.setdefault(outcome.agency_id, len(self._order))
            outcome.rank += min(place, MAX_AGENCY_INDEX) * AGENCY_FACTOR
        return outcome

    def _called(self, line: CsvLine) -> str:
        """Return a name for an unreadable line, from the cells that can be read."""
        for name in ("name", "title", "post", "code"):
            if text := one_line(self.cell(line, name)):
                return text[:120]
        return ""
