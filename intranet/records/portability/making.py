"""A package that is being made: what all its parts need."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select

from intranet.records.packages.writing import PackageWriter
from intranet.records.portability.references import References
from intranet.records.portability.scope import PackageKind, Scope
from intranet.records.portability.snapshot import ROWS_AT_ONCE

Said = Callable[[str, int, int], None]
"""Shows progress: what is done, how much of it, and of how much."""


@dataclass
class Making:
    """A package that is being made, from one instant of the database (`at`).

    `counts` are the rows written by table, `stubs` those of what stays, and `shared` the
    discussions of others, which arrive as rooms of their own. In conversations of others nothing
    goes after the last of the agency's own words, at `last_seqs`.
    """

    connection: Connection
    scope: Scope
    references: References
    writer: PackageWriter
    at: datetime
    language: str
    zone: ZoneInfo
    said: Said
    counts: dict[str, int] = field(default_factory=dict)
    stubs: dict[str, int] = field(default_factory=dict)
    shared: set[UUID] = field(default_factory=set)
    last_seqs: dict[UUID, int] = field(default_factory=dict)

    def keeps_place(self, conversation_id: UUID, seq: int) -> bool:
        """Return whether the place of a message of others goes: before words that answer it."""
        is_whole = self.scope.kind == PackageKind.AGENCY
        return is_whole and seq < self.last_seqs.get(conversation_id, 0)

    def streamed(self, statement: Select[Any], at_once: int = ROWS_AT_ONCE, **given: Any) -> Any:
        """Execute a query whose rows are fetched a few at a time."""
        options = {"yield_per": at_once}
        return self.connection.execute(statement, given, execution_options=options)

    def clock_time(self, instant: datetime | None) -> str:
        """Return an instant by the agency's clock, the same in every language."""
        return instant.astimezone(self.zone).isoformat(" ", "minutes")[:16] if instant else ""
