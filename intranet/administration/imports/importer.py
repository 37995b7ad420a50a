"""What the kinds of files have in common: a line becomes a record, a record an outcome.

The same steps serve a dry run over a whole file and a batch that is being applied. In a dry run
what earlier lines would do is kept in memory, so that later lines build on it; what a batch does is
written at its end, and the next batch reads it.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar
from uuid import UUID

from intranet.administration.imports.columns import Columns
from intranet.administration.imports.csvlines import Line
from intranet.administration.imports.faults import Rejected
from intranet.administration.imports.outcomes import AGENCY, LAST_AGENCY, Outcome, rejected
from intranet.organisation.people.models import Person
from intranet.platform.core.text import one_line

AT_ONCE = 1000
R = TypeVar("R", bound="Record")


@dataclass(frozen=True)
class Scope:
    """For which agencies somebody imports; None: for all. Without an actor it is the operator."""

    agency_ids: frozenset[UUID] | None = None
    actor: Person | None = None

    def holds(self, agency_id: UUID) -> bool:
        """Whether an agency is one of them."""
        return self.agency_ids is None or agency_id in self.agency_ids

    @property
    def is_operator(self) -> bool:
        """Whether whoever imports may know what there is at all agencies."""
        return self.actor is None


class Record(ABC):
    """A line as values. `title` says in a word what the line is about."""

    __slots__ = ("line",)

    line: Line

    @property
    @abstractmethod
    def title(self) -> str:
        """Whom or what the line is about."""


class Importer(ABC, Generic[R]):
    """One kind of file."""

    def __init__(self, scope: Scope, columns: Columns, *, is_applying: bool = False) -> None:
        """Take for whom it is, and where the columns stand."""
        self.scope = scope
        self.columns = columns
        self.is_applying = is_applying
        self.among: frozenset[UUID] | None = None
        self._order: dict[UUID, int] = {}

    def survey(self, lines: Iterable[Line]) -> None:
        """Look through the whole file first, where one line hangs on another that comes later."""

    @abstractmethod
    def parse(self, line: Line) -> R:
        """The line as values.

        Raises:
            Rejected: a cell cannot be taken.
        """

    @abstractmethod
    def load(self, records: Sequence[R]) -> None:
        """Read what there is about these records, in a few statements."""

    @abstractmethod
    def plan(self, record: R) -> Outcome:
        """What becomes of a record.

        Raises:
            Rejected: it does not fit to what there is.
        """

    @abstractmethod
    def write(self) -> None:
        """Do what was planned, within the caller's transaction."""

    def outcomes(self, lines: Iterable[Line]) -> Iterator[Outcome]:
        """What becomes of each line, in their order."""
        remaining = iter(lines)
        while some := list(islice(remaining, AT_ONCE)):
            yield from self.outcomes_of(some)

    def outcomes_of(self, lines: Sequence[Line]) -> list[Outcome]:
        """What becomes of some lines, in their order."""
        parsed: list[R | Outcome] = [self._parsed(line) for line in lines]
        self.load([one for one in parsed if not isinstance(one, Outcome)])
        return [one if isinstance(one, Outcome) else self._planned(one) for one in parsed]

    @property
    def reach(self) -> frozenset[UUID] | None:
        """Among which agencies codes are looked for; None for all of them.

        A batch that is applied names those that the dry run found (`among`).
        """
        if self.among is None or not self.is_applying:
            return self.scope.agency_ids
        held = self.scope.agency_ids
        return self.among if held is None else self.among & held

    def cell(self, line: Line, name: str) -> str:
        """The cell of a column."""
        return self.columns.cell(line.cells, name)

    def _parsed(self, line: Line) -> R | Outcome:
        if line.fault:
            return rejected(line, Rejected("", line.fault))
        try:
            return self.parse(line)
        except Rejected as why:
            return rejected(line, why, self._called(line))

    def _planned(self, record: R) -> Outcome:
        try:
            outcome = self.plan(record)
        except Rejected as why:
            return rejected(record.line, why, record.title)
        if outcome.agency_id:  # agency by agency: a batch so touches few rooms and logs
            place = self._order.setdefault(outcome.agency_id, len(self._order))
            outcome.rank += min(place, LAST_AGENCY) * AGENCY
        return outcome

    def _called(self, line: Line) -> str:
        """What an unreadable line is about, as far as one can tell."""
        for name in ("name", "title", "post", "code"):
            if text := one_line(self.cell(line, name)):
                return text[:120]
        return ""
