"""Announcements: the data that only they have, their recipients and confirmations."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Model
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime, enum_column


class Way(StrEnum):
    """The way in which a person confirmed reading."""

    ACCOUNT = "account"
    SCREEN = "screen"
    PAPER = "paper"


class Announcement(Model):
    """The data that only announcements have.

    `audience` is an expression of `spaces.audience`, cut to the reach of the publication's space.
    `due_on` is a day in the agency's time zone. Confirmations of a version before
    `confirmed_version` no longer count.
    """

    __tablename__ = "announcements"
    __table_args__ = (
        Index(
            "ix_announcements_due_on",
            "due_on",
            sqlite_where=text("due_on IS NOT NULL"),
            postgresql_where=text("due_on IS NOT NULL"),
        ),
    )

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    audience: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    due_on: Mapped[date | None]
    counts_newcomers: Mapped[bool] = mapped_column(default=False)
    is_urgent: Mapped[bool] = mapped_column(default=False)
    urgent_reason: Mapped[str] = mapped_column(String(300), default="")
    is_only_here: Mapped[bool] = mapped_column(default=False)
    confirmed_version: Mapped[int] = mapped_column(default=1)


def no_announcement() -> Announcement:
    """Return the data of a publication that is no announcement; it is never stored."""
    return Announcement(
        counts_newcomers=False,
        is_urgent=False,
        urgent_reason="",
        is_only_here=False,
        confirmed_version=1,
    )


class PublicationAtom(Model):
    """A condition of a published audience as a key (`audience_keys.py`).

    It matches people who join the audience later.
    """

    __tablename__ = "publication_atoms"
    __table_args__ = (Index("ix_publication_atoms_key", "key"),)

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    is_exception: Mapped[bool] = mapped_column(primary_key=True)


class Recipient(Model):
    """A person in the audience frozen at sending: one row for each post through which they are in.

    Only `confirmed_version` changes: the last version confirmed, or 0; an index on it finds the
    unconfirmed. Senders, who are not asked, have `senders.NOT_ASKED`.
    """

    __tablename__ = "recipients"
    __table_args__ = (
        Index("ix_recipients_person_id", "person_id", "publication_id", "confirmed_version"),
        Index(
            "ix_recipients_publication_id_unit_id", "publication_id", "unit_id", "confirmed_version"
        ),
        Index(
            "ix_recipients_publication_id_confirmed_version",
            *("publication_id", "confirmed_version", "person_id"),
        ),
    )

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"), primary_key=True, index=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), index=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), index=True)
    confirmed_version: Mapped[int] = mapped_column(default=0)

    post: Mapped[Post] = relationship()


class Acknowledgement(Model):
    """A person's confirmation that they have read a version.

    `is_counted` says that they were in the frozen audience. `factor` is how they had signed in;
    `recorded_by_id` is the recorder of a confirmation on paper.
    """

    __tablename__ = "acknowledgements"
    __table_args__ = (
        Index("ix_acknowledgements_person_id", "person_id", "publication_id"),
        Index(
            "ix_acknowledgements_publication_id_acknowledged_at",
            *("publication_id", "acknowledged_at", "is_counted", "version"),
        ),
    )

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"), primary_key=True, index=True)
    version: Mapped[int]
    way: Mapped[Way] = mapped_column(enum_column(Way))
    factor: Mapped[str] = mapped_column(String(20), default="")
    is_counted: Mapped[bool] = mapped_column(default=True)
    acknowledged_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
