"""Initiatives: their stages, partners, contacts, updates, and uses by other agencies.

An initiative is a publication of its kind: title, texts, files, topics, discussion, visibility and
history belong to the publication. This module holds what only initiatives have.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Identified, Model
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime, enum_column
from intranet.publishing.publications.models import Publication

INITIATIVE = "initiative"


class Stage(StrEnum):
    """The stage of an initiative. It can move back: a pilot may start again."""

    IDEA = "idea"
    PILOT = "pilot"
    RUNNING = "running"
    CLOSED = "closed"


class Use(StrEnum):
    """An agency's use of another agency's initiative."""

    CONSIDERING = "considering"
    ADOPTED = "adopted"
    ADAPTED = "adapted"
    GAVE_UP = "gave_up"


IN_USE = (Use.ADOPTED, Use.ADAPTED)
"""Uses that count as in use: adopted as it is, or adapted."""


class Initiative(Model):
    """The data that a publication of the kind `initiative` has of its own.

    `agency_id` is the agency that leads it, copied from the publication. `changed_at` is the last
    change of its text, stage, updates or uses. `figures` are at most four pairs of a value and a
    label; these and the short facts are in the agency's language.
    """

    __tablename__ = "initiatives"
    __table_args__ = (
        Index("ix_initiatives_changed_at", "changed_at", "publication_id"),
        Index("ix_initiatives_stage", "stage", "changed_at", "publication_id"),
        Index("ix_initiatives_agency_id", "agency_id", "changed_at", "publication_id"),
    )

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    stage: Mapped[Stage] = mapped_column(enum_column(Stage), default=Stage.IDEA)
    stage_on: Mapped[date]
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    figures: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    cost: Mapped[str] = mapped_column(String(200), default="")
    time: Mapped[str] = mapped_column(String(200), default="")
    effort: Mapped[str] = mapped_column(String(200), default="")
    law: Mapped[str] = mapped_column(String(500), default="")
    technology: Mapped[str] = mapped_column(String(200), default="")
    licence: Mapped[str] = mapped_column(String(200), default="")

    publication: Mapped[Publication] = relationship()
    agency: Mapped[Agency] = relationship()
    texts: Mapped[list["InitiativeTranslation"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan"
    )


class InitiativeTranslation(Model):
    """An initiative in a language, in the parts in which it is written and read.

    `purpose` is a sentence; the others are Markdown. Together they make the body of the publication
    (`body.body_of`), which is versioned and searched.
    """

    __tablename__ = "initiative_texts"

    publication_id: Mapped[UUID] = mapped_column(
        ForeignKey("initiatives.publication_id"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(10), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(500), default="")
    problem: Mapped[str] = mapped_column(Text, default="")
    done: Mapped[str] = mapped_column(Text, default="")
    result: Mapped[str] = mapped_column(Text, default="")
    lessons: Mapped[str] = mapped_column(Text, default="")


class StageChange(Identified):
    """A change of stage on a day, with a note. The latest is the stage of the initiative."""

    __tablename__ = "initiative_stages"
    __table_args__ = (
        Index("ix_initiative_stages_publication_id_at", "publication_id", "at", "id"),
    )

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("initiatives.publication_id"))
    stage: Mapped[Stage] = mapped_column(enum_column(Stage))
    since_on: Mapped[date]
    note: Mapped[str] = mapped_column(String(500), default="")
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    by: Mapped[Person] = relationship()


class Partner(Model):
    """An agency that takes part beside the leading one."""

    __tablename__ = "initiative_partners"

    publication_id: Mapped[UUID] = mapped_column(
        ForeignKey("initiatives.publication_id"), primary_key=True
    )
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), primary_key=True, index=True)

    agency: Mapped[Agency] = relationship(lazy="joined", innerjoin=True)


class Contact(Model):
    """A post that answers for an initiative beside its owner."""

    __tablename__ = "initiative_contacts"

    publication_id: Mapped[UUID] = mapped_column(
        ForeignKey("initiatives.publication_id"), primary_key=True
    )
    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"), primary_key=True, index=True)

    post: Mapped[Post] = relationship(lazy="joined", innerjoin=True)


class InitiativeUpdate(Identified):
    """News about an initiative, in Markdown; its followers and users are notified."""

    __tablename__ = "initiative_updates"
    __table_args__ = (
        Index("ix_initiative_updates_publication_id_at", "publication_id", "at", "id"),
    )

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("initiatives.publication_id"))
    text: Mapped[str] = mapped_column(Text)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    by: Mapped[Person] = relationship()


class Adoption(Identified):
    """An agency's record of its use of an initiative, made with authority.

    Records are never overwritten: a later one replaces the one before, and each agency has a single
    current record of an initiative. `since_on` is the day of the state; `took` is the effort
    needed; `changed` are the adaptations, or the reason for stopping. `post_id` is the post of the
    person who recorded it.
    """

    __tablename__ = "adoptions"
    __table_args__ = (
        Index("ix_adoptions_publication_id_at", "publication_id", "at", "id"),
        Index("ix_adoptions_agency_id_at", "agency_id", "at", "id"),
        Index(
            "uq_adoptions_current",
            *("publication_id", "agency_id"),
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("initiatives.publication_id"))
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    use: Mapped[Use] = mapped_column(enum_column(Use))
    since_on: Mapped[date]
    cost: Mapped[str] = mapped_column(String(200), default="")
    took: Mapped[str] = mapped_column(Text, default="")
    changed: Mapped[str] = mapped_column(Text, default="")
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"), index=True)
    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"), index=True)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    replaced_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    agency: Mapped[Agency] = relationship()
    contact: Mapped[Post] = relationship(foreign_keys=[contact_id])
    post: Mapped[Post] = relationship(foreign_keys=[post_id])
    by: Mapped[Person] = relationship()
