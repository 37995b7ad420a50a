"""Accounts, sign-ins, one-time links, second factors, tokens. Secrets are kept as hashes."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Identified, Model
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import Localized, LocalizedType, UTCDateTime, enum_column


class AccountState(StrEnum):
    """Whether a person may sign in."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


class LinkPurpose(StrEnum):
    """The purpose of a one-time link."""

    INVITATION = "invitation"
    PASSWORD = "password"  # noqa: S105 - a purpose, not a secret
    FIRST_AGENCY = "first_agency"
    SECOND_STEP = "second_step"
    ADDRESS = "address"
    CODE = "code"


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


class Account(Identified):
    """A person's means to sign in: an e-mail, or a staff number of the home agency.

    `import_id` is the import that created it. After `expires_on`, at `expires_at`, nobody signs in
    with it; `warned_days` is how many days ahead its person was last warned.
    """

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("home_agency_id", "staff_number"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), unique=True)
    home_agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), index=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    staff_number: Mapped[str | None] = mapped_column(String(40))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[AccountState] = mapped_column(
        enum_column(AccountState), default=AccountState.INVITED
    )
    locale: Mapped[str | None] = mapped_column(String(5))
    time_zone: Mapped[str | None] = mapped_column(String(40))
    theme: Mapped[str] = mapped_column(String(10), default="system")
    enter_sends: Mapped[bool] = mapped_column(default=True)
    single_keys: Mapped[bool] = mapped_column(default=True)
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    totp_last_step: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    import_id: Mapped[UUID | None]
    expires_on: Mapped[date | None]
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    warned_days: Mapped[int | None]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    home_agency: Mapped[Agency] = relationship(lazy="joined", innerjoin=True)

    @property
    def has_second_factor(self) -> bool:
        """Whether a code is required after the password."""
        return self.totp_confirmed_at is not None

    @property
    def has_ended(self) -> bool:
        """Whether its last day is over."""
        return self.expires_at is not None and self.expires_at <= clock.now()


class SignIn(Identified):
    """A signed-in device. The cookie holds a secret, this row its hash.

    `confirmed_at` is when password and second factor were last confirmed there.
    """

    __tablename__ = "sign_ins"
    __table_args__ = (
        Index("ix_sign_ins_account_id_ended_at", "account_id", "ended_at"),
        Index("ix_sign_ins_ended_at", "ended_at"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    device: Mapped[str] = mapped_column(String(120), default="")
    is_kept: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    last_used_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)


class OneTimeLink(Identified):
    """A link that may be followed once, until it expires or is withdrawn.

    A link that an administrator hands over is valid from `opens_at`, and can be refused before.
    """

    __tablename__ = "one_time_links"

    purpose: Mapped[LinkPurpose] = mapped_column(enum_column(LinkPurpose))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    opens_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    account: Mapped[Account | None] = relationship(lazy="joined")


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


class AddressChange(Identified):
    """A new e-mail address, or its removal, that an administrator set and that is pending.

    It applies at `holds_at`, or once the account holder agrees; until then they can refuse it.
    """

    __tablename__ = "address_changes"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    holds_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)


class RecoveryCode(Identified):
    """A code that replaces a lost second factor once."""

    __tablename__ = "recovery_codes"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Failure(Model):
    """A count of recent failed sign-ins of a name or an address, hashed."""

    __tablename__ = "failures"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class Token(Identified):
    """A personal token for programs, with its scopes."""

    __tablename__ = "tokens"
    __table_args__ = (Index("ix_tokens_revoked_at", "revoked_at"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)
