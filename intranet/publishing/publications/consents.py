"""Circulars: an agency lets a unit or another agency reach its people who have a function."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, exists, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Identified, db
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Agency, Function, Post, PostFunction
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import Id, UTCDateTime


class CircularConsent(Identified):
    """A consent of an agency to circulars from a space to its posts with a function, until revoked.

    The space is the sender's: a unit, or an agency for people who publish for all of it. Without a
    function it covers every post.
    """

    __tablename__ = "circular_consents"
    __table_args__ = (
        Index("ix_circular_consents_agency_id_revoked_at", "agency_id", "revoked_at"),
        Index("ix_circular_consents_space_id_revoked_at", "space_id", "revoked_at"),
    )

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    space_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"))
    function_code: Mapped[str | None] = mapped_column(ForeignKey("functions.code"), index=True)
    given_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    given_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    revoked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    agency: Mapped[Agency] = relationship()
    space: Mapped[Space] = relationship(lazy="joined", innerjoin=True)
    function: Mapped[Function | None] = relationship(lazy="joined")
    given_by: Mapped[Person] = relationship(foreign_keys=[given_by_id])


def has_consents(space_id: UUID) -> bool:
    """Return whether any agency consents to circulars of this space today."""
    asked = select(CircularConsent.id).where(_holds(), CircularConsent.space_id == space_id)
    return db.session.scalar(asked.limit(1)) is not None


def consents_to(space_id: UUID) -> ColumnElement[bool]:
    """Return whether a post receives circulars of this space, as a condition on `Post`."""
    has_function = (
        exists()
        .where(
            PostFunction.post_id == Post.id,
            PostFunction.function_code == CircularConsent.function_code,
        )
        .correlate(Post, CircularConsent)
    )
    return (
        exists()
        .where(
            _holds(),
            CircularConsent.space_id == space_id,
            CircularConsent.agency_id == Post.agency_id,
            or_(CircularConsent.function_code.is_(None), has_function),
        )
        .correlate(Post)
    )


def count_consenting_agencies(space_id: UUID, codes: Sequence[str]) -> dict[str, int]:
    """Count, by function, the agencies where a circular of this space reaches posts."""
    rows = db.session.execute(
        select(PostFunction.function_code, func.count(Post.agency_id.distinct()))
        .join(Post, Post.id == PostFunction.post_id)
        .where(PostFunction.function_code.in_(codes), consents_to(space_id))
        .group_by(PostFunction.function_code)
    )
    return dict(rows.all())


def senders_to(post_id: Id, agency_id: Id) -> Select[UUID]:
    """Select the ids of the spaces whose circulars a post of an agency receives today."""
    functions = select(PostFunction.function_code).where(PostFunction.post_id == post_id)
    return select(CircularConsent.space_id).where(
        _holds(),
        CircularConsent.agency_id == agency_id,
        or_(CircularConsent.function_code.is_(None), CircularConsent.function_code.in_(functions)),
    )


def _holds() -> ColumnElement[bool]:
    return CircularConsent.revoked_at.is_(None)
