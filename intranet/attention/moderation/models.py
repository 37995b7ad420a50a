"""Moderation: cases, reports, appeals, moderators, and the rules of an agency."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Identified, Model
from intranet.messaging.messages.models import Message
from intranet.messaging.spaces.models import Space, SpaceMute
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.hidden_profiles import HiddenProfile
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import Localized, LocalizedType, UTCDateTime, enum_column
from intranet.publishing.publications.models import Publication

OPEN = text("decided_at IS NULL")


class Subject(StrEnum):
    """The kind of content that can be reported."""

    MESSAGE = "message"
    PUBLICATION = "publication"
    PROFILE = "profile"


class Reason(StrEnum):
    """The reason of a report or of a decision."""

    INSULT = "insult"
    HARASSMENT = "harassment"
    DISCRIMINATION = "discrimination"
    PERSONAL_DATA = "personal_data"
    MISLEADING = "misleading"
    OFF_TOPIC = "off_topic"
    OTHER = "other"


class Outcome(StrEnum):
    """The decision on a case."""

    HIDDEN = "hidden"
    WARNED = "warned"
    DISMISSED = "dismissed"


class Verdict(StrEnum):
    """The decision on an appeal: the first decision stands, or it is undone."""

    STANDS = "stands"
    UNDONE = "undone"


class Case(Identified):
    """All reports of the same content until a decision, and that decision.

    Its desk decides: the moderators of the space `desk_id` or, without one, the administrators of
    the agency; never the author. `said` keeps the content at the first report, so that it can be
    judged after a change or deletion. `open_key` identifies the content while the case is open:
    each content has at most a single open case.
    """

    __tablename__ = "moderation_cases"
    __table_args__ = (
        Index(
            "ix_moderation_cases_open",
            *("desk_id", "agency_id", "opened_at"),
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index("ix_moderation_cases_desk_id_opened_at", "desk_id", "opened_at"),
        Index("ix_moderation_cases_agency_id_opened_at", "agency_id", "opened_at"),
        Index("ix_moderation_cases_author_id_decided_at", "author_id", "decided_at"),
        Index("ix_moderation_cases_decided_at", "decided_at"),
    )

    subject: Mapped[Subject] = mapped_column(enum_column(Subject))
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("messages.id"), index=True)
    publication_id: Mapped[UUID | None] = mapped_column(ForeignKey("publications.id"), index=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    space_id: Mapped[UUID | None] = mapped_column(ForeignKey("spaces.id"), index=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    desk_id: Mapped[UUID | None] = mapped_column(ForeignKey("spaces.id"))
    open_key: Mapped[str | None] = mapped_column(String(60), unique=True)
    said: Mapped[str] = mapped_column(Text, default="")
    report_count: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    outcome: Mapped[Outcome | None] = mapped_column(enum_column(Outcome))
    reason: Mapped[Reason | None] = mapped_column(enum_column(Reason))
    words: Mapped[str] = mapped_column(Text, default="")
    mute_id: Mapped[UUID | None] = mapped_column(ForeignKey("space_mutes.id"), index=True)
    hidden_profile_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("hidden_profiles.id", ondelete="SET NULL"), index=True
    )
    taken_back_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    taken_back_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    taken_back_words: Mapped[str] = mapped_column(Text, default="")

    message: Mapped[Message | None] = relationship()
    publication: Mapped[Publication | None] = relationship()
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    space: Mapped[Space | None] = relationship(foreign_keys=[space_id])
    agency: Mapped[Agency] = relationship()
    desk: Mapped[Space | None] = relationship(foreign_keys=[desk_id])
    mute: Mapped[SpaceMute | None] = relationship()
    hidden_profile: Mapped[HiddenProfile | None] = relationship()
    appeal: Mapped["Appeal | None"] = relationship(back_populates="case", uselist=False)

    @property
    def is_private(self) -> bool:
        """Whether the content is a direct message, which only its participants read."""
        return self.subject == Subject.MESSAGE and self.space_id is None

    @property
    def is_open(self) -> bool:
        """Whether the case is undecided."""
        return self.decided_at is None

    @property
    def can_be_taken_back(self) -> bool:
        """Whether a decision against the author still holds."""
        return (
            self.decided_at is not None
            and self.outcome != Outcome.DISMISSED
            and self.taken_back_at is None
        )


class Report(Model):
    """A person's report of content, once while the case is open.

    The author never learns who reported.
    """

    __tablename__ = "moderation_reports"
    __table_args__ = (
        Index("ix_moderation_reports_reporter_id_reported_at", "reporter_id", "reported_at"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("moderation_cases.id"), primary_key=True)
    reporter_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    reason: Mapped[Reason] = mapped_column(enum_column(Reason))
    words: Mapped[str] = mapped_column(Text, default="")
    reported_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    case: Mapped[Case] = relationship()


class Appeal(Model):
    """An author's appeal, once for each case. Its desk is like that of a case."""

    __tablename__ = "moderation_appeals"
    __table_args__ = (
        Index(
            "ix_moderation_appeals_open",
            *("desk_id", "agency_id"),
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index("ix_moderation_appeals_agency_id", "agency_id"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("moderation_cases.id"), primary_key=True)
    words: Mapped[str] = mapped_column(Text)
    appealed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    desk_id: Mapped[UUID | None] = mapped_column(ForeignKey("spaces.id"))
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    verdict: Mapped[Verdict | None] = mapped_column(enum_column(Verdict))
    answer: Mapped[str] = mapped_column(Text, default="")

    case: Mapped[Case] = relationship(back_populates="appeal")
    desk: Mapped[Space | None] = relationship()


class SpaceModerator(Model):
    """A person whom the head of a space named as moderator, while they are in the space."""

    __tablename__ = "space_moderators"

    space_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    named_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    space: Mapped[Space] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class HouseRules(Model):
    """The rules of conduct of an agency: Markdown, by language."""

    __tablename__ = "house_rules"

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    body: Mapped[Localized] = mapped_column(LocalizedType)
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    changed_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
