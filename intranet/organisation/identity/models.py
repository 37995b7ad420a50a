"""Providers of identity, the domains of agencies, and the identities tied to accounts."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Identified, Model
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import Agency
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime, enum_column


class ProviderKind(StrEnum):
    """The protocol by which a provider vouches for a person."""

    OIDC = "oidc"
    SAML = "saml"
    LDAP = "ldap"
    SCIM = "scim"


class ProviderState(StrEnum):
    """Whether people sign in by a provider: only once it was tested and switched on."""

    DRAFT = "draft"
    ON = "on"
    OFF = "off"


class DomainProof(StrEnum):
    """How an agency proved that an e-mail domain is its own."""

    DNS = "dns"
    LETTER = "letter"
    OPERATOR = "operator"


class Provider(Identified):
    """A provider of identity of one agency, for that agency's own people alone.

    `settings` are what its administrators entered, by the fields of its kind; `fetched` is what the
    provider publishes (metadata, keys), fetched by a job. The secret is sealed with the site's key.
    `report` is the last test, and `tested_version` the version of the settings it was made with.
    `set_by_id` is who last changed whom it trusts, and `set_at` when; None if the operator did.
    Without `set_at` it was set before that was kept.
    """

    __tablename__ = "identity_providers"
    __table_args__ = (UniqueConstraint("agency_id", "kind"),)

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    kind: Mapped[ProviderKind] = mapped_column(enum_column(ProviderKind))
    state: Mapped[ProviderState] = mapped_column(
        enum_column(ProviderState), default=ProviderState.DRAFT
    )
    name: Mapped[str] = mapped_column(String(80))
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    secret_sealed: Mapped[str | None] = mapped_column(Text)
    secret_set_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    fetched: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    fetched_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    is_only_way: Mapped[bool] = mapped_column(default=False)
    asks_second_factor: Mapped[bool] = mapped_column(default=False)
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    tested_version: Mapped[int | None]
    set_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    set_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    agency: Mapped[Agency] = relationship(lazy="joined", innerjoin=True)

    @property
    def is_of_nobody(self) -> bool:
        """Whether it is to be switched on and nobody knows who set it."""
        return self.set_at is None and self.state == ProviderState.DRAFT


class EmailDomain(Identified):
    """A domain of e-mail addresses that an agency says, and then proves, is its own.

    Any number of agencies may say so of a domain; at most one proves it.
    """

    __tablename__ = "email_domains"
    __table_args__ = (
        UniqueConstraint("agency_id", "domain"),
        Index(
            "ix_email_domains_proven",
            "domain",
            unique=True,
            sqlite_where=text("proven_at IS NOT NULL"),
            postgresql_where=text("proven_at IS NOT NULL"),
        ),
    )

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    domain: Mapped[str] = mapped_column(String(253))
    token: Mapped[str] = mapped_column(String(64))
    proof: Mapped[DomainProof | None] = mapped_column(enum_column(DomainProof))
    proven_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)


class ExternalIdentity(Identified):
    """A provider's name for a person, tied to an account. It never changes and is never an e-mail.

    `subject` is `sub` of OpenID Connect, a persistent NameID of SAML, `entryUUID` or `objectGUID`
    of a directory.
    """

    __tablename__ = "external_identities"
    __table_args__ = (
        UniqueConstraint("provider_id", "subject"),
        UniqueConstraint("provider_id", "account_id"),
    )

    provider_id: Mapped[UUID] = mapped_column(ForeignKey("identity_providers.id"))
    subject: Mapped[str] = mapped_column(String(255))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    tied_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    provider: Mapped[Provider] = relationship(lazy="joined", innerjoin=True)
    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)


class RefusedArrival(Model):
    """Somebody for whom a provider vouched and who is tied to no account: not let in.

    An administrator sees them, to ask that one be tied to an account. `email` is what the provider
    says that it has verified.
    """

    __tablename__ = "refused_arrivals"

    provider_id: Mapped[UUID] = mapped_column(ForeignKey("identity_providers.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    email: Mapped[str] = mapped_column(String(254), default="")
    name: Mapped[str] = mapped_column(String(120), default="")
    last_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now, index=True)

    provider: Mapped[Provider] = relationship(lazy="joined", innerjoin=True)


class ProviderSession(Model):
    """The provider's session behind a sign-in: when it ends there, the sign-in ends here."""

    __tablename__ = "provider_sessions"
    __table_args__ = (Index("ix_provider_sessions_session", "identity_id", "session"),)

    sign_in_id: Mapped[UUID] = mapped_column(
        ForeignKey("sign_ins.id", ondelete="CASCADE"), primary_key=True
    )
    identity_id: Mapped[UUID] = mapped_column(ForeignKey("external_identities.id"))
    session: Mapped[str] = mapped_column(String(255), default="")


class RunState(StrEnum):
    """The state of a comparison with a directory. Only a planned or stopped one can be applied."""

    PLANNING = "planning"
    PLANNED = "planned"
    STOPPED = "stopped"
    FAILED = "failed"
    APPLYING = "applying"
    APPLIED = "applied"


class ProvisioningEffect(StrEnum):
    """The change that a provider's record makes here, in the order in which it is shown."""

    PROBLEM = "problem"
    END = "end"
    CREATE = "create"
    TIE = "tie"
    REOPEN = "reopen"
    CHANGE = "change"
    NONE = "none"


class ProvisionedAccount(Model):
    """An account that a provider keeps: it was created for it, or tied by the rule of e-mails.

    `digest` is of the record as it was last applied; empty if part of it could not be.
    `appointment_id` is the appointment that the provider made, which alone it ends for another.
    """

    __tablename__ = "provisioned_accounts"

    identity_id: Mapped[UUID] = mapped_column(
        ForeignKey("external_identities.id", ondelete="CASCADE"), primary_key=True
    )
    digest: Mapped[str] = mapped_column(String(64), default="")
    appointment_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointments.id"), index=True)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ProvisioningRun(Identified):
    """A comparison of a directory with the accounts that it keeps, and what became of it.

    `counts` are entries by effect, and `read`, `kept`, `done`. `reason` says why it stopped or
    failed. `began_by_id` is None if the clock began it; `agreed_by_id` is who had it applied.
    """

    __tablename__ = "provisioning_runs"
    __table_args__ = (Index("ix_provisioning_runs_provider_id", "provider_id", "began_at"),)

    provider_id: Mapped[UUID] = mapped_column(ForeignKey("identity_providers.id"))
    state: Mapped[RunState] = mapped_column(enum_column(RunState), default=RunState.PLANNING)
    reason: Mapped[str] = mapped_column(String(40), default="")
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    provider_version: Mapped[int] = mapped_column(default=0)
    began_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    agreed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    began_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now, index=True)
    moved_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    provider: Mapped[Provider] = relationship(lazy="joined", innerjoin=True)


class ProvisioningLine(Model):
    """An entry of a directory that changes something here, or cannot; `wanted` is its record.

    `facts` are triples: what changes, its value before, and its value afterwards.
    """

    __tablename__ = "provisioning_lines"
    __table_args__ = (Index("ix_provisioning_lines_place", "run_id", "place", "number"),)

    run_id: Mapped[UUID] = mapped_column(ForeignKey("provisioning_runs.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int]
    effect: Mapped[ProvisioningEffect] = mapped_column(enum_column(ProvisioningEffect))
    title: Mapped[str] = mapped_column(String(200), default="")
    facts: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    wanted: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reason: Mapped[str] = mapped_column(String(40), default="")
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
