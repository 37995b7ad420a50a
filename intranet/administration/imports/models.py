"""Files from outside, staged: what each line would do, until it is applied or forgotten."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from intranet.administration.imports.columns import Kind
from intranet.administration.imports.outcomes import What
from intranet.extensions import Identified, Model
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime, enum_column


class State(StrEnum):
    """How far an import is."""

    WAITING = "waiting"
    CHECKING = "checking"
    REFUSED = "refused"
    CHECKED = "checked"
    APPLYING = "applying"
    APPLIED = "applied"


class Import(Identified):
    """A file that was sent to be imported.

    `header` and `places` say how its lines are read, `refusal` why it was not taken. `counts` is
    what the dry run found, by what becomes of a line, and what follows from it. `applied_rank` is
    the place up to which lines are applied, `applied` how many those are. `attempt` names the check
    that is going on, so that of two only one stores lines.
    """

    __tablename__ = "imports"
    __table_args__ = (Index("ix_imports_created_at", "created_at"),)

    kind: Mapped[Kind] = mapped_column(enum_column(Kind))
    file_name: Mapped[str] = mapped_column(String(200))
    file_key: Mapped[str | None] = mapped_column(String(80))
    size_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    state: Mapped[State] = mapped_column(enum_column(State), default=State.WAITING)
    encoding: Mapped[str] = mapped_column(String(20), default="")
    separator: Mapped[str] = mapped_column(String(1), default="")
    header: Mapped[list[str]] = mapped_column(JSON, default=list)
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


class ImportAgency(Model):
    """An import is for an agency, and to be seen by those who administer all of its agencies."""

    __tablename__ = "import_agencies"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.id"), primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), primary_key=True, index=True)


class ImportLine(Model):
    """A line that does something, or that was rejected. One that changes nothing is not kept.

    `place` is the order of the report: what was rejected first. `rank` is the order of applying;
    a rejected line has none, and `is_late` where it was rejected only when it was applied. `cells`
    are as they stood in the file, `words` what a search finds.
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
    what: Mapped[What] = mapped_column(enum_column(What))
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
