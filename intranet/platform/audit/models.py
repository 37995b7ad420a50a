"""The table of the audit log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, String, event
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Identified
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime


class AuditLine(Identified):
    """A line of the audit log: an administrative act, a sign-in, or a read of private data.

    The lines of an agency form a chain: `hash` covers the line and the hash before it, so that a
    removed or changed line is detected. `agency_id` is None for acts of the operator.
    """

    __tablename__ = "audit_lines"
    __table_args__ = (
        Index("uq_audit_lines_agency_id_number", "agency_id", "number", unique=True),
        Index("ix_audit_lines_subject", "subject_kind", "subject_id"),
        Index("ix_audit_lines_agency_id_act_number", "agency_id", "act", "number"),
    )

    agency_id: Mapped[UUID | None]
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    actor_id: Mapped[UUID | None]
    act: Mapped[str] = mapped_column(String(40))
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[UUID | None]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


@event.listens_for(AuditLine, "before_update")
@event.listens_for(AuditLine, "before_delete")
def _refuse(_mapper: object, _connection: object, line: AuditLine) -> None:
    raise TypeError(f"audit line {line.id}: what is written stays as it is")
