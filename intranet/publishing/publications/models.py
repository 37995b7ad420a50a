"""Publications: what is written, what was published of it, to whom, and who confirmed it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
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


class PublicationKind(StrEnum):
    """What sort of publication it is; they differ in data and in a template.

    An announcement has an audience, everything else a visibility: it stands in its space. Those
    two are said in the name of a post that publishes (`VOICED`); initiatives, models and criteria
    belong to the post that answers for them (`OF_A_POST`); all others to who wrote them.
    """

    ANNOUNCEMENT = "announcement"
    ARTICLE = "article"
    INITIATIVE = "initiative"
    QUESTION = "question"
    IDEA = "idea"
    POLL = "poll"
    EVENT = "event"
    MODEL = "model"
    CRITERION = "criterion"


VOICED = (PublicationKind.ANNOUNCEMENT, PublicationKind.ARTICLE)
OF_A_POST = (PublicationKind.INITIATIVE, PublicationKind.MODEL, PublicationKind.CRITERION)


class State(StrEnum):
    """Where a publication stands in its life, at an instant."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    HELD = "held"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class FileRole(StrEnum):
    """As what a file hangs on a publication."""

    PICTURE = "picture"
    GALLERY = "gallery"
    """Pictures of this role stand together, in their order."""
    INFOGRAPHIC = "infographic"
    """It is not published before all that it says is there in words."""
    VIDEO = "video"
    ATTACHMENT = "attachment"
    EARLIER = "earlier"
    """It was taken off after a version with it was published, and stays with that version."""


class Way(StrEnum):
    """How somebody confirmed that they read it."""

    ACCOUNT = "account"
    SCREEN = "screen"
    PAPER = "paper"


def _index_where_set(column: str) -> Index:
    """Make an index of the few publications in which a column is not empty."""
    is_set = text(f"{column} IS NOT NULL")
    return Index(f"ix_publications_{column}", column, sqlite_where=is_set, postgresql_where=is_set)


class Publication(Identified):
    """Something written in the name of a post, for a space or for an audience within its reach.

    An article `by_employee` is its author's alone until it is submitted, or published.

    `space_id` says how far the post speaks: the unit's subtree, or the agency. `audience` is an
    expression of `spaces.audience`; whom it reaches beyond the space does not count. The working
    copy is in `texts`; readers get the version `version`, which is never changed.
    `edition` rises with each change of the working copy, so that of two who write at once the
    second is asked. Instants are UTC; `due_on` is a day of the agency's. `scheduled_at` is when it
    is to go out, and does once somebody scheduled it (`scheduled_by_id`). What is no announcement
    has no audience but a `visibility`. `has_discussion` says that one is opened with it.
    What moderation hides is withdrawn for everybody who reads it, at every door; `hidden_at` says
    that it was hidden and can be shown again. What was
    published without `published_by_id` hides who wrote it and for which agency (`is_unnamed`).
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
        _index_where_set("scheduled_at"),
        _index_where_set("submitted_at"),
        _index_where_set("pinned_until"),
        _index_where_set("due_on"),
    )

    kind: Mapped[PublicationKind] = mapped_column(enum_column(PublicationKind))
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    space_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"))
    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"), index=True)
    audience: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    visibility: Mapped[Visibility | None] = mapped_column(enum_column(Visibility))
    due_on: Mapped[date | None]
    counts_newcomers: Mapped[bool] = mapped_column(default=False)
    is_urgent: Mapped[bool] = mapped_column(default=False)
    urgent_reason: Mapped[str] = mapped_column(String(300), default="")
    is_only_here: Mapped[bool] = mapped_column(default=False)
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
    conversation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("conversations.id"), unique=True
    )
    has_discussion: Mapped[bool] = mapped_column(default=False)
    by_employee: Mapped[bool] = mapped_column(default=False)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    review_note: Mapped[str] = mapped_column(String(300), default="")
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    version: Mapped[int] = mapped_column(default=0)
    confirmed_version: Mapped[int] = mapped_column(default=1)
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
    def is_article(self) -> bool:
        """Whether it stands in a blog, for whom its visibility reaches."""
        return self.kind == PublicationKind.ARTICLE

    @property
    def has_audience(self) -> bool:
        """Whether it is sent to people; everything else is open to whom its visibility reaches."""
        return self.kind == PublicationKind.ANNOUNCEMENT

    @property
    def is_voiced(self) -> bool:
        """Whether it is said in the name of a post, with drafts that its people share."""
        return self.kind in VOICED

    @property
    def is_unnamed(self) -> bool:
        """Whether readers are not told who wrote it, as which post, and in which place."""
        return self.published_at is not None and self.published_by_id is None

    @property
    def titles(self) -> Localized:
        """The titles of the working copy, as far as it has them."""
        return Localized({text.language: text.title for text in self.texts if text.title})

    @property
    def attached(self) -> list["PublicationFile"]:
        """What hangs on the working copy, in order."""
        return [held for held in self.files if held.role != FileRole.EARLIER]

    def state(self, now: datetime) -> State:
        """Where it stands at this instant."""
        if self.withdrawn_at:
            return State.WITHDRAWN
        if self.published_at:
            return State.EXPIRED if self.expires_at and self.expires_at <= now else State.PUBLISHED
        if self.submitted_at:
            return State.SUBMITTED
        if self.held_at:
            return State.HELD
        return State.SCHEDULED if self.scheduled_by_id else State.DRAFT


class PublicationText(Model):
    """The working copy of a publication in one language."""

    __tablename__ = "publication_texts"

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(10), primary_key=True)
    title: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text, default="")


class PublicationTopic(Model):
    """What a publication is about, as one of the functions: at most three."""

    __tablename__ = "publication_topics"

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    function_code: Mapped[str] = mapped_column(
        ForeignKey("functions.code"), primary_key=True, index=True
    )

    function: Mapped[Function] = relationship(lazy="joined", innerjoin=True)


class PublicationFile(Model):
    """A file hangs on a publication: whoever reads the publication may have it."""

    __tablename__ = "publication_files"

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("files.id"), primary_key=True, unique=True)
    role: Mapped[FileRole] = mapped_column(enum_column(FileRole))
    position: Mapped[int] = mapped_column(default=0)

    file: Mapped[File] = relationship(lazy="joined", innerjoin=True)


class PublicationVersion(Model):
    """What was published, as it was: never changed, so that a confirmation says of what.

    `html` and `body` hold a text for each language, `file_ids` the files in order. `described` is
    what was said of those of them that are pictures, by their ids: in few words and at length. Who
    mends that later changes what is shown, not what was published. `sha256` is of all of it in one
    canonical form (`versions.digest`). What was taken away for good (`removed_at`) has none.
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


class PublicationAtom(Model):
    """One condition of a published audience as a key (`keys.py`), for who comes later."""

    __tablename__ = "publication_atoms"
    __table_args__ = (Index("ix_publication_atoms_key", "key"),)

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    is_exception: Mapped[bool] = mapped_column(primary_key=True)


class Recipient(Model):
    """Somebody was in the audience at the moment of sending, in a post of a unit.

    Never changed but for `confirmed_version`, the version that was confirmed last or 0, by which
    those are found and counted who have not. Of who sends it: `senders.NOT_ASKED`.
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
    """Somebody said, in one deliberate act, that they have read a version.

    `is_counted` says that they were in the frozen audience. `factor` is how they had signed in;
    `recorded_by_id` who wrote it down, where it was confirmed on paper.
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
