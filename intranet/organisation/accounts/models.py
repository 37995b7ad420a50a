"""Accounts, sign-ins, one-time links, second factors, tokens. Secrets are kept as hashes."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
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
    ADDRESS = "address"


class Account(Identified):
    """A person's means to sign in: an e-mail, or a staff number of the home agency."""

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

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    home_agency: Mapped[Agency] = relationship(lazy="joined", innerjoin=True)

    @property
    def has_second_factor(self) -> bool:
        """Whether a code is required after the password."""
        return self.totp_confirmed_at is not None


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
