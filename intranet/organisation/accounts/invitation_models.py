"""Invitations to many people, each with its outcome, and how an agency invites."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Identified, Model
from intranet.platform.core import clock
from intranet.platform.core.types import Localized, LocalizedType, UTCDateTime, enum_column


class InvitationState(StrEnum):
    """How far an invitation is on its way.

    `LEAVING` is with the outbox; `SENDING` is being given to the mail server at this moment. An
    invitation that was `SENDING` when the process died is `IN_DOUBT`: it may have arrived.
    """

    WAITING = "waiting"
    HELD = "held"
    LEAVING = "leaving"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    IN_DOUBT = "in_doubt"
    PRINTED = "printed"


class InvitationRun(Identified):
    """Invitations to many people, sent from `starts_at` at the pace of the agency.

    Of a domain that refused the first letters, the others wait until an administrator answers;
    `passed_domains` are those for which they answered that the rest be sent.
    """

    __tablename__ = "invitation_runs"
    __table_args__ = (Index("ix_invitation_runs_agency_id_starts_at", "agency_id", "starts_at"),)

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    paused_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    count: Mapped[int] = mapped_column(default=0)
    passed_domains: Mapped[list[str]] = mapped_column(JSON, default=list)


class AccountInvitation(Model):
    """The invitation of an account and its outcome: one row, written anew by each reminder.

    `round` counts the letters. `is_filed` says that the letter lies in the folder, because the site
    has no mail server. `reason` and `words` are why the server refused it.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        Index("ix_invitations_agency_id_state", "agency_id", "state"),
        Index("ix_invitations_run_id_domain", "run_id", "domain"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("invitation_runs.id"))
    state: Mapped[InvitationState] = mapped_column(enum_column(InvitationState))
    round: Mapped[int] = mapped_column(default=1)
    domain: Mapped[str] = mapped_column(String(254), default="")
    queued_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    is_filed: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(20), default="")
    words: Mapped[str] = mapped_column(String(300), default="")
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    handed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class InvitationRules(Model):
    """How an agency invites: its pace, and a sentence of its own in the letter.

    `released_at` is when the last letter was given to the outbox.
    """

    __tablename__ = "invitation_rules"

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    letters_per_minute: Mapped[int] = mapped_column(default=30)
    sentence: Mapped[Localized] = mapped_column(LocalizedType, default=Localized)
    released_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
