"""Publications: working copies and published versions."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.delivery.files.models import File
from intranet.extensions import Identified, Model
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.spaces.models import Space, Visibility
from intranet.organisation.agencies.models import Agency, Function, Post
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import Localized, LocalizedType, UTCDateTime, enum_column
from intranet.publishing.publications.announcement_models import Announcement, no_announcement

ANNOUNCEMENT, ARTICLE = "announcement", "article"
VOICED = (ANNOUNCEMENT, ARTICLE)
"""The kinds written in the editor, in the name of a post that publishes."""


class PublicationState(StrEnum):
    """The state of a publication at an instant."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    HELD = "held"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class FileRole(StrEnum):
    """The role of a file in a publication."""

    PICTURE = "picture"
    GALLERY = "gallery"
    """Pictures with this role are shown together, in order."""
    INFOGRAPHIC = "infographic"
    """It needs its full text in words before it can be published."""
    VIDEO = "video"
    ATTACHMENT = "attachment"
    EARLIER = "earlier"
    """It was removed after a version with it was published, and stays with that version."""


def _index_where_set(table: str, column: str) -> Index:
    """Return a partial index of the few rows of a table in which a column is set."""
    is_set = text(f"{column} IS NOT NULL")
    return Index(f"ix_{table}_{column}", column, sqlite_where=is_set, postgresql_where=is_set)


class EmployeeArticle(Model):
    """The approval of an article that an employee writes in the name of their own post.

    While the article waits (`submitted_at`), `review_note` is for the approver, and for the author
    once it was returned.
    """

    __tablename__ = "employee_articles"
    __table_args__ = (_index_where_set("employee_articles", "submitted_at"),)

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    review_note: Mapped[str] = mapped_column(String(300), default="")
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)


class Publication(Identified):
    """A publication in the name of a post, for a space or an audience within its reach.

    Only its author sees an article `by_employee` until it is submitted or published.

    `space_id` sets its reach: a unit's subtree, an agency or a group. The working copy is in
    `texts`; readers see `version`, which never changes. `edition` rises with each change of the
    working copy, so that the second of two writers gets a conflict. Instants are UTC.
    `scheduled_at` counts once a person scheduled it (`scheduled_by_id`). `has_discussion` opens a
    discussion with it. A publication hidden by moderation is also withdrawn; `hidden_at` allows it
    to be shown again. `expired_at` is when retention removed its content. Published without
    `published_by_id`, it hides its author and agency (`is_unnamed`).
    """

    __tablename__ = "publications"
    __table_args__ = (
        Index("ix_publications_published_at", "published_at"),
        Index("ix_publications_kind_published_at", "kind", "published_at"),
        Index("ix_publications_open", "visibility", "kind", "published_at"),
        Index("ix_publications_agency_id_published_at", "agency_id", "published_at"),
        Index("ix_publications_space_id_published_at", "space_id", "published_at"),
        Index("ix_publications_published_by_id_published_at", "published_by_id", "published_at"),
        Index("ix_publications_space_id_updated_at", "space_id", "updated_at"),
        _index_where_set("publications", "scheduled_at"),
        _index_where_set("publications", "pinned_until"),
    )

    kind: Mapped[str] = mapped_column(String(20))
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    space_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"))
    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"), index=True)
    visibility: Mapped[Visibility | None] = mapped_column(enum_column(Visibility))
    pinned_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    scheduled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    scheduled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    held_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    held_reason: Mapped[str] = mapped_column(String(40), default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    withdrawn_reason: Mapped[str] = mapped_column(String(300), default="")
    hidden_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    conversation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("conversations.id"), unique=True
    )
    has_discussion: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=0)
    edition: Mapped[int] = mapped_column(default=1)
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    updated_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    agency: Mapped[Agency] = relationship()
    space: Mapped[Space] = relationship()
    post: Mapped[Post] = relationship()
    conversation: Mapped[Conversation | None] = relationship()
    updated_by: Mapped[Person] = relationship(foreign_keys=[updated_by_id])
    published_by: Mapped[Person | None] = relationship(foreign_keys=[published_by_id])
    scheduled_by: Mapped[Person | None] = relationship(foreign_keys=[scheduled_by_id])
    announcement_row: Mapped[Announcement | None] = relationship(
        lazy="joined", cascade="all, delete-orphan"
    )
    employee_article: Mapped[EmployeeArticle | None] = relationship(
        lazy="joined", cascade="all, delete-orphan"
    )
    texts: Mapped[list["PublicationText"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan"
    )
    files: Mapped[list["PublicationFile"]] = relationship(
        lazy="raise_on_sql", order_by="PublicationFile.position", cascade="all, delete-orphan"
    )
    topics: Mapped[list["PublicationTopic"]] = relationship(
        lazy="raise_on_sql",
        order_by="PublicationTopic.function_code",
        cascade="all, delete-orphan",
    )

    @property
    def announcement(self) -> Announcement:
        """The data of the announcement; of any other kind, data that asks nobody for anything."""
        if self.has_audience and self.announcement_row is None:
            raise LookupError("the announcement has no row of its own")
        return self.announcement_row or no_announcement()

    @property
    def by_employee(self) -> bool:
        """Whether it is an article that an employee writes in the name of their own post."""
        return self.employee_article is not None

    @property
    def submitted_at(self) -> datetime | None:
        """The instant since which an employee's article waits for approval."""
        return self.employee_article.submitted_at if self.employee_article else None

    @property
    def is_article(self) -> bool:
        """Whether the publication is an article of a blog."""
        return self.kind == ARTICLE

    @property
    def has_audience(self) -> bool:
        """Whether the publication is sent to an audience; all other kinds have a visibility."""
        return self.kind == ANNOUNCEMENT

    @property
    def is_voiced(self) -> bool:
        """Whether the publication is in the name of a post, whose people share its drafts."""
        return self.kind in VOICED

    @property
    def is_unnamed(self) -> bool:
        """Whether the publication's author, post and place are hidden from readers."""
        return self.published_at is not None and self.published_by_id is None

    @property
    def titles(self) -> Localized:
        """The titles of the working copy by language, where set."""
        return Localized({text.language: text.title for text in self.texts if text.title})

    @property
    def attached(self) -> list["PublicationFile"]:
        """The files of the working copy, in order."""
        return [held for held in self.files if held.role != FileRole.EARLIER]

    def state(self, now: datetime) -> PublicationState:
        """Return the state at this instant."""
        if self.withdrawn_at:
            return PublicationState.WITHDRAWN
        if self.published_at:
            is_over = self.expires_at and self.expires_at <= now
            return PublicationState.EXPIRED if is_over else PublicationState.PUBLISHED
        if self.submitted_at:
            return PublicationState.SUBMITTED
        if self.held_at:
            return PublicationState.HELD
        return PublicationState.SCHEDULED if self.scheduled_by_id else PublicationState.DRAFT


class PublicationText(Model):
    """The working copy of a publication in one language."""

    __tablename__ = "publication_texts"

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(10), primary_key=True)
    title: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text, default="")


class PublicationTopic(Model):
    """A topic of a publication, as one of the functions; there are at most three."""

    __tablename__ = "publication_topics"

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    function_code: Mapped[str] = mapped_column(
        ForeignKey("functions.code"), primary_key=True, index=True
    )

    function: Mapped[Function] = relationship(lazy="joined", innerjoin=True)


class PublicationFile(Model):
    """A file of a publication, for its readers."""

    __tablename__ = "publication_files"

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("files.id"), primary_key=True, unique=True)
    role: Mapped[FileRole] = mapped_column(enum_column(FileRole))
    position: Mapped[int] = mapped_column(default=0)

    file: Mapped[File] = relationship(lazy="joined", innerjoin=True)


class PublicationVersion(Model):
    """A version as published. It never changes, so that a confirmation stands for a fixed text.

    `html` and `body` hold a text for each language, `file_ids` the files in order. `described` has
    the short and long descriptions of files, by id, as they were: a later edit changes only what is
    shown. `sha256` covers all of it in a canonical form (`versions.digest`); it is empty once the
    content was deleted (`removed_at`).
    """

    __tablename__ = "publication_versions"

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[Localized] = mapped_column(LocalizedType)
    summary: Mapped[Localized] = mapped_column(LocalizedType)
    body: Mapped[dict[str, str]] = mapped_column(JSON, deferred=True)
    html: Mapped[dict[str, str]] = mapped_column(JSON, deferred=True)
    file_ids: Mapped[list[str]] = mapped_column(JSON, default=list)
    described: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict, deferred=True)
    words: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(String(300), default="")
    sha256: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    published_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    removed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)

    published_by: Mapped[Person] = relationship(foreign_keys=[published_by_id])
