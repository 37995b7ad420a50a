"""Push subscriptions: one for each sign-in of a browser that allowed it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Identified
from intranet.organisation.accounts.models import SignIn
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime, enum_column

ENDPOINT_LENGTH = 1_000


class Result(StrEnum):
    """The result of sending to a device."""

    SENT = "sent"
    GONE = "gone"
    FAILED = "failed"


class PushSubscription(Identified):
    """The address and keys of a browser; deleted with the sign-in that it belongs to."""

    __tablename__ = "push_subscriptions"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    sign_in_id: Mapped[UUID] = mapped_column(
        ForeignKey("sign_ins.id", ondelete="CASCADE"), unique=True
    )
    endpoint: Mapped[str] = mapped_column(String(ENDPOINT_LENGTH), unique=True)
    public_key: Mapped[str] = mapped_column(String(100))
    auth_secret: Mapped[str] = mapped_column(String(40))
    device: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    last_result: Mapped[Result | None] = mapped_column(enum_column(Result))
    last_status: Mapped[int | None]
    last_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failures: Mapped[int] = mapped_column(default=0)

    sign_in: Mapped[SignIn] = relationship(lazy="joined", innerjoin=True)
