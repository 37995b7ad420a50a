"""People as a program describes them by SCIM, its tokens, and the brake on ends."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Identified, Model
from intranet.organisation.identity.models import ExternalIdentity, Provider
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime

KEY_LIMIT = 255


class ScimUser(Identified):
    """A person as an agency's program describes them. Its id is the subject of their identity.

    `resource` are the attributes that mean something here, as the program sent them. Beside it are
    those by which it searches, in the form in which they are compared. `identity_id` is None until
    they are active for the first time.
    """

    __tablename__ = "scim_users"
    __table_args__ = (
        UniqueConstraint("provider_id", "user_name_key"),
        Index("ix_scim_users_provider_id_external_id", "provider_id", "external_id"),
    )

    provider_id: Mapped[UUID] = mapped_column(ForeignKey("identity_providers.id"))
    identity_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("external_identities.id"), index=True
    )
    resource: Mapped[dict[str, Any]] = mapped_column(JSON)
    user_name_key: Mapped[str] = mapped_column(String(KEY_LIMIT))
    external_id: Mapped[str | None] = mapped_column(String(KEY_LIMIT))
    display_name_key: Mapped[str | None] = mapped_column(String(KEY_LIMIT))
    family_name_key: Mapped[str | None] = mapped_column(String(KEY_LIMIT))
    is_active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    identity: Mapped[ExternalIdentity | None] = relationship()


class ScimEmail(Model):
    """An e-mail address of a person, in the form in which a program's filters compare it."""

    __tablename__ = "scim_emails"

    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("scim_users.id", ondelete="CASCADE"), primary_key=True
    )
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value_key: Mapped[str | None] = mapped_column(String(KEY_LIMIT), index=True)
    type_key: Mapped[str | None] = mapped_column(String(KEY_LIMIT))
    is_primary: Mapped[bool | None]


class ScimToken(Identified):
    """A token by which a program brings in and ends the people of one agency, and nothing else."""

    __tablename__ = "scim_tokens"

    provider_id: Mapped[UUID] = mapped_column(ForeignKey("identity_providers.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    warned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    provider: Mapped[Provider] = relationship(lazy="joined", innerjoin=True)
    made_by: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class ScimEnd(Identified):
    """An end by a program, counted for a day."""

    __tablename__ = "scim_ends"
    __table_args__ = (Index("ix_scim_ends_provider_id", "provider_id", "at"),)

    provider_id: Mapped[UUID] = mapped_column(ForeignKey("identity_providers.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)


class ScimStop(Identified):
    """A stop of a program that ended many people within a day, until an administrator agrees.

    One agreed before anything stopped lets the ends of a day pass that are expected.
    """

    __tablename__ = "scim_stops"
    __table_args__ = (Index("ix_scim_stops_provider_id", "provider_id", "began_at"),)

    provider_id: Mapped[UUID] = mapped_column(ForeignKey("identity_providers.id"))
    ends: Mapped[int]
    began_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    agreed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    agreed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
