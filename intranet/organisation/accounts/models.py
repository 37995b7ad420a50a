"""Accounts, sign-ins, one-time links, second factors, tokens. Secrets are kept as hashes."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    or_,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Identified, Model
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime, enum_column


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
    CHANGES = "changes"
    CODE = "code"


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
    has_passkey: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    import_id: Mapped[UUID | None]
    expires_on: Mapped[date | None]
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    warned_days: Mapped[int | None]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    home_agency: Mapped[Agency] = relationship(lazy="joined", innerjoin=True)

    @hybrid_property
    def has_second_factor(self) -> bool:
        """Whether a code or a passkey is required after the password."""
        return self.totp_confirmed_at is not None or self.has_passkey

    @has_second_factor.inplace.expression
    @classmethod
    def _has_second_factor(cls) -> ColumnElement[bool]:
        return or_(cls.totp_confirmed_at.is_not(None), cls.has_passkey)

    @property
    def has_ended(self) -> bool:
        """Whether its last day is over."""
        return self.expires_at is not None and self.expires_at <= clock.now()


class SignIn(Identified):
    """A signed-in device. The cookie holds a secret, this row its hash.

    `by` is how: `password`, `password_and_code`, `passkey`, or the kind of a provider.
    `confirmed_at` is when its person last confirmed there, by what they sign in with.
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
    by: Mapped[str] = mapped_column(String(20), default="password", server_default="password")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    last_used_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)


class OneTimeLink(Identified):
    """A link that may be followed once, until it expires or is withdrawn."""

    __tablename__ = "one_time_links"

    purpose: Mapped[LinkPurpose] = mapped_column(enum_column(LinkPurpose))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    account: Mapped[Account | None] = relationship(lazy="joined")


class ChangeState(StrEnum):
    """Whether a sensitive change still waits, took effect, or ended without effect."""

    WAITING = "waiting"
    APPLIED = "applied"
    REFUSED = "refused"
    ENDED = "ended"


class ApprovedBy(StrEnum):
    """The second pair of eyes on a sensitive change."""

    OWNER = "owner"
    CODE = "code"
    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"


class SensitiveChange(Identified):
    """An act by which somebody could sign in as another person, asked for by an administrator.

    It takes effect at once if the account holder agrees, or a day after somebody else has approved
    it (`holds_at`); until then the account holder can refuse it. `kind` is a key of
    `sensitive_kinds.KINDS`. Without `asked_by_id` the operator asked, or a provider.
    """

    __tablename__ = "sensitive_changes"
    __table_args__ = (
        Index("ix_sensitive_changes_account_id_state", "account_id", "state"),
        Index("ix_sensitive_changes_state_asked_at", "state", "asked_at"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str] = mapped_column(String(20))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[ChangeState] = mapped_column(
        enum_column(ChangeState), default=ChangeState.WAITING
    )
    asked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    approved: Mapped[ApprovedBy | None] = mapped_column(enum_column(ApprovedBy))
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    holds_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    code_hash: Mapped[str | None] = mapped_column(String(64))
    code_ends_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    code_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)
    asked_by: Mapped[Person | None] = relationship(foreign_keys=[asked_by_id])
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id])

    @property
    def is_due(self) -> bool:
        """Whether its waiting time is over."""
        return self.holds_at is not None and self.holds_at <= clock.now()

    @property
    def is_by_provider(self) -> bool:
        """Whether nobody but the agency's directory or program has asked for it."""
        return self.asked_by_id is None and self.approved != ApprovedBy.OPERATOR


class TalksCut(Model):
    """The account was changed by others: its earlier direct messages are closed to it.

    `proofs` are what the account holder had before, as hashes; giving one opens them again.
    """

    __tablename__ = "talks_cuts"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    cut_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    proofs: Mapped[dict[str, Any]] = mapped_column(JSON)


class Passkey(Identified):
    """A public key whose private half is in a device, or synchronised between devices.

    The device asks for a fingerprint or PIN, so that a passkey is two factors in one.
    """

    __tablename__ = "passkeys"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(String(1400))
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    name: Mapped[str] = mapped_column(String(80))
    is_synchronised: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)


class RecoveryCode(Identified):
    """A code that replaces a lost second factor once."""

    __tablename__ = "recovery_codes"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class OneUse(Model):
    """Something that may be used once, until it expires: a state, a nonce, a challenge, an id."""

    __tablename__ = "one_uses"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


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
