"""The table of profiles that moderation hides."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Identified
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime


class HiddenProfile(Identified):
    """The text and photo of a profile that moderation hides."""

    __tablename__ = "hidden_profiles"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    about: Mapped[str] = mapped_column(Text, default="")
    photo_key: Mapped[str | None] = mapped_column(String(80))
    hidden_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
