"""Staged imports: the outcome of each line, until the import is applied or deleted."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from intranet.administration.imports.columns import Chosen, Columns, ImportKind, columns_of
from intranet.administration.imports.outcomes import ImportEffect
from intranet.extensions import Identified, Model
from intranet.organisation.people.natural_names import NameOrder
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime, enum_column


class ImportState(StrEnum):
    """The state of an import."""

    WAITING = "waiting"
    COLUMNS = "columns"
    CHECKING = "checking"
    REFUSED = "refused"
    CHECKED = "checked"
    APPLYING = "applying"
    APPLIED = "applied"


class Import(Identified):
    """A file that was sent to be imported.

    `header`, `header_number` and `roles` say how its lines are read: `roles` has the documented
    name of each column, as a person chose (see `Chosen`), and is empty for a file that is read by
    its headings; `names` are readings that a person chose, `name_order` is what most names begin
    with. `survey` is what the columns hold, until
    the import is applied. `refusal` says why the file was refused. `counts` are
    the results of the dry run: lines by outcome, and their consequences. Lines are applied up to
    `applied_rank`; `applied` is their number. `attempt` identifies the running check, so that only
    one of two concurrent checks stores lines.
    """

    __tablename__ = "imports"
    __table_args__ = (Index("ix_imports_created_at", "created_at"),)

    kind: Mapped[ImportKind] = mapped_column(enum_column(ImportKind))
    file_name: Mapped[str] = mapped_column(String(200))
    file_key: Mapped[str | None] = mapped_column(String(80))
    size_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    state: Mapped[ImportState] = mapped_column(
        enum_column(ImportState), default=ImportState.WAITING
    )
    encoding: Mapped[str] = mapped_column(String(20), default="")
    separator: Mapped[str] = mapped_column(String(1), default="")
    header: Mapped[list[str]] = mapped_column(JSON, default=list)
    header_number: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    roles: Mapped[list[str | None]] = mapped_column(JSON, default=list, nullable=True)
    names: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, nullable=True)
    name_order: Mapped[str | None] = mapped_column(String(10))
    survey: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, nullable=True)
    ignored: Mapped[list[str]] = mapped_column(JSON, default=list)
    refusal: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    read: Mapped[int] = mapped_column(default=0)
    to_apply: Mapped[int] = mapped_column(default=0)
    applied: Mapped[int] = mapped_column(default=0)
    applied_rank: Mapped[int] = mapped_column(BigInteger, default=0)
    attempt: Mapped[UUID | None]
    is_operators: Mapped[bool] = mapped_column(default=False)
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    applied_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    moved_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    applied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def chosen(self) -> Chosen | None:
        """How a person said that the file is to be read; None if by its headings."""
        if not self.roles:
            return None
        order = NameOrder(self.name_order) if self.name_order else None
        return Chosen(self.roles, self.header_number, self.names, order)

    @property
    def columns(self) -> Columns:
        """The positions of its columns."""
        return columns_of(ImportKind(self.kind), self.header, self.chosen)


class ImportMapping(Identified):
    """How an agency read a file with these headings the last time: column by heading."""

    __tablename__ = "import_mappings"
    __table_args__ = (UniqueConstraint("agency_id", "kind", "headings"),)

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    kind: Mapped[ImportKind] = mapped_column(enum_column(ImportKind))
    headings: Mapped[str] = mapped_column(String(64))
    roles: Mapped[dict[str, str]] = mapped_column(JSON)
    used_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)


class ImportAgency(Model):
    """An agency of an import; people who administer all of its agencies may see the import."""

    __tablename__ = "import_agencies"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.id"), primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), primary_key=True, index=True)


class ImportLine(Model):
    """A line that changes something, or that was rejected. Lines without effect are not stored.

    `place` is the order of the report: rejected lines first. `rank` is the order of applying; a
    rejected line has none, and has `is_late` if it was rejected only while being applied. `cells`
    are as they were in the file, `words` is the text that a search matches.
    """

    __tablename__ = "import_lines"
    __table_args__ = (
        Index("ix_import_lines_import_id_place_number", "import_id", "place", "number"),
        Index("ix_import_lines_import_id_rank", "import_id", "rank"),
    )

    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.id"), primary_key=True)
    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    place: Mapped[int]
    what: Mapped[ImportEffect] = mapped_column(enum_column(ImportEffect))
    rank: Mapped[int | None] = mapped_column(BigInteger)
    agency_id: Mapped[UUID | None]
    title: Mapped[str] = mapped_column(String(200), default="")
    facts: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    joins: Mapped[int] = mapped_column(default=0)
    leaves: Mapped[int] = mapped_column(default=0)
    column: Mapped[str] = mapped_column(String(40), default="")
    reason: Mapped[str] = mapped_column(String(40), default="")
    about: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    is_late: Mapped[bool] = mapped_column(default=False)
    fix: Mapped[str | None] = mapped_column(String(40))
    cells: Mapped[list[str]] = mapped_column(JSON, default=list)
    words: Mapped[str] = mapped_column(Text, default="")
