"""Requests for access: searches, what they found, decisions, redactions and packages.

None of these tables has a word of what was found: redactions are ranges over a text that stays
where it was written, and name that text by its digest.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.delivery.files.models import File
from intranet.extensions import Identified, Model
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime, enum_column


class AccessKind(StrEnum):
    """The right by which somebody asks: the transparency law, or to one's own data."""

    TRANSPARENCY = "transparency"
    OWN = "own"


class FoundKind(StrEnum):
    """The kind of a finding: messages of a day in a conversation, a publication, a file.

    `HELD` is what somebody deleted while a legal hold covered it.
    """

    DAY = "day"
    PUBLICATION = "publication"
    FILE = "file"
    HELD = "held"


class FileReach(StrEnum):
    """How much of a file the program can search for hidden words.

    `PICTURES` are searched for nothing: words in them are for the officer's eyes. Of a file that is
    locked, damaged or holds other files (`PARTLY`), only the text may go out.
    """

    WHOLE = "whole"
    PICTURES = "pictures"
    PARTLY = "partly"


class AccessDecision(StrEnum):
    """Whether what was found goes out. Nobody has decided on what is unread."""

    UNREAD = "unread"
    INCLUDED = "included"
    LEFT_OUT = "left_out"


class PackageState(StrEnum):
    """The state of a package: being made, ready, or refused because of what it would show."""

    MAKING = "making"
    READY = "ready"
    REFUSED = "refused"


class AccessRequest(Identified):
    """A request for access, numbered within the year and the agency.

    `asker` is a name or a reference, kept minimal. `subject_id` is the person of the agency who
    asks for their own data. Direct messages and closed spaces are searched only once a second
    person agreed (`private_agreed_by_id`), until `private_until` and while the same officer is in
    charge. The people who were read are told of it (`told_at`), not before `delay_until` if the
    officer gave a reason.
    """

    __tablename__ = "access_requests"
    __table_args__ = (UniqueConstraint("agency_id", "year", "number"),)

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    year: Mapped[int]
    number: Mapped[int]
    kind: Mapped[AccessKind] = mapped_column(enum_column(AccessKind))
    asker: Mapped[str] = mapped_column(String(200))
    subject_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    matter: Mapped[str] = mapped_column(String(300))
    due_on: Mapped[date]
    language: Mapped[str] = mapped_column(String(5))
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    hides_authors: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    private_reason: Mapped[str] = mapped_column(String(300), default="")
    private_asked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    private_agreed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    private_agreed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    private_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    delay_until: Mapped[date | None]
    delay_reason: Mapped[str] = mapped_column(String(300), default="")
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    agency: Mapped[Agency] = relationship()
    officer: Mapped[Person] = relationship(foreign_keys=[officer_id])
    subject: Mapped[Person | None] = relationship(foreign_keys=[subject_id])
    private_asked_by: Mapped[Person | None] = relationship(foreign_keys=[private_asked_by_id])

    @property
    def called(self) -> str:
        """Its number within the year, as “14/2026”."""
        return f"{self.number}/{self.year}"

    @property
    def reads_private(self) -> bool:
        """Whether direct messages and closed rooms are searched and read now."""
        return self.private_until is not None and clock.now() < self.private_until

    @property
    def asks_for_private(self) -> bool:
        """Whether a second person is asked, and has not answered yet."""
        return self.private_asked_by_id is not None and self.private_agreed_by_id is None


class AccessSearch(Identified):
    """A search of a request: what was asked, and how much it added."""

    __tablename__ = "access_searches"

    request_id: Mapped[UUID] = mapped_column(ForeignKey("access_requests.id"), index=True)
    words: Mapped[str] = mapped_column(String(300))
    since: Mapped[date | None]
    until: Mapped[date | None]
    space_id: Mapped[UUID | None] = mapped_column(ForeignKey("spaces.id"), index=True)
    kind: Mapped[FoundKind | None] = mapped_column(enum_column(FoundKind))
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    added: Mapped[int] = mapped_column(default=0)
    is_cut: Mapped[bool] = mapped_column(default=False)


class AccessFinding(Identified):
    """A thing that was found, and the decision on it.

    `subject_id` is the conversation, the publication, the file or the kept item; `day` that of the
    messages. `chosen` are the messages of the day that go out: at first those that were found.
    `read_digest` covers the texts as they were when it was decided, so that a later change is
    noticed. `reach` is how much of a file can be searched, once it was opened. A file goes out as
    its text alone (`as_text`), or as it is: one with pictures only once somebody looked at it
    (`looked_at`).
    """

    __tablename__ = "access_findings"
    __table_args__ = (
        UniqueConstraint("request_id", "kind", "subject_id", "day"),
        UniqueConstraint("request_id", "number"),
    )

    request_id: Mapped[UUID] = mapped_column(ForeignKey("access_requests.id"))
    number: Mapped[int]
    kind: Mapped[FoundKind] = mapped_column(enum_column(FoundKind))
    subject_id: Mapped[UUID]
    day: Mapped[date | None]
    chosen: Mapped[list[str]] = mapped_column(JSON, default=list)
    decision: Mapped[AccessDecision] = mapped_column(
        enum_column(AccessDecision), default=AccessDecision.UNREAD
    )
    reason: Mapped[str] = mapped_column(String(300), default="")
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    read_digest: Mapped[str] = mapped_column(String(64), default="")
    reach: Mapped[FileReach | None] = mapped_column(enum_column(FileReach))
    as_text: Mapped[bool] = mapped_column(default=False)
    looked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    request: Mapped[AccessRequest] = relationship()


class AccessReading(Model):
    """That an officer read a finding on a day, once for the audit log however often it was."""

    __tablename__ = "access_readings"

    finding_id: Mapped[UUID] = mapped_column(ForeignKey("access_findings.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    read_on: Mapped[date] = mapped_column(primary_key=True)


class AccessReason(Identified):
    """A reason for which an agency hides words, with the article of the law."""

    __tablename__ = "access_reasons"
    __table_args__ = (Index("ix_access_reasons_agency_id", "agency_id", "position"),)

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    name: Mapped[str] = mapped_column(String(80))
    article: Mapped[str] = mapped_column(String(80))
    position: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class AccessRedaction(Identified):
    """A range of characters that is hidden wherever the request shows the same text.

    `sha256` is the digest of that text: once the author edits it, the range still applies to the
    version with the old words, and the new words have to be read.
    """

    __tablename__ = "access_redactions"
    __table_args__ = (UniqueConstraint("request_id", "sha256", "start", "end"),)

    request_id: Mapped[UUID] = mapped_column(ForeignKey("access_requests.id"))
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("access_findings.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    start: Mapped[int]
    end: Mapped[int]
    reason_id: Mapped[UUID] = mapped_column(ForeignKey("access_reasons.id"), index=True)
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    reason: Mapped[AccessReason] = relationship(lazy="joined", innerjoin=True)


class AccessPackage(Identified):
    """A package of a request. The file is deleted after a while; its digest stays.

    `refused` names, for a refused package, the numbers of what would have shown hidden words, and
    why, without the words. One made while direct messages were read (`with_private`) is handed out
    no longer than they are.
    """

    __tablename__ = "access_packages"

    request_id: Mapped[UUID] = mapped_column(ForeignKey("access_requests.id"), index=True)
    state: Mapped[PackageState] = mapped_column(
        enum_column(PackageState), default=PackageState.MAKING
    )
    with_envelope: Mapped[bool] = mapped_column(default=False)
    with_private: Mapped[bool] = mapped_column(default=False, server_default=false())
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now, index=True)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    refused: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("files.id"), unique=True)

    file: Mapped[File | None] = relationship()

    def may_go(self, request: AccessRequest) -> bool:
        """Return whether all that may be in it can be read for its request now."""
        return request.reads_private or not self.with_private


class AccessNotice(Model):
    """A person of whom something was read for a request, and when they were told of it."""

    __tablename__ = "access_notices"

    request_id: Mapped[UUID] = mapped_column(ForeignKey("access_requests.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
