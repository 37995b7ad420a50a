"""The table of the log."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Model
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime, enum_column


class ChangeKind(StrEnum):
    """The kind of the row that changed."""

    AGENCY = "agency"
    UNIT = "unit"
    POST = "post"
    APPOINTMENT = "appointment"
    ADMINISTRATION = "administration"


class OrganisationChange(Model):
    """A change of the organisation: what a row says since then; None for one that is gone.

    Numbers rise in the order of the commits, with gaps. `state` has the facts that were entered
    (`states.py`), not what follows from them. `audit_number` is the first line that the same
    transaction wrote into the agency's audit log, which says who did it and why.
    """

    __tablename__ = "organisation_changes"
    __table_args__ = (
        Index("ix_organisation_changes_agency_id_number", "agency_id", "number"),
        Index("ix_organisation_changes_row_id_number", "row_id", "number"),
    )

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    kind: Mapped[ChangeKind] = mapped_column(enum_column(ChangeKind))
    row_id: Mapped[UUID]
    state: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    audit_number: Mapped[int | None]
