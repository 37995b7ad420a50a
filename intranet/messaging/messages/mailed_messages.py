"""Messages that were mailed to people who have no account yet, with a link to answer once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Identified
from intranet.messaging.messages.models import Message
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime


class MailedMessage(Identified):
    """A message mailed to one person. The mail holds the link's secret, this row its hash.

    The link shows this message and accepts one answer, until it expires.
    """

    __tablename__ = "mailed_messages"
    __table_args__ = (Index("ix_mailed_messages_person_id_created_at", "person_id", "created_at"),)

    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    message: Mapped[Message] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
