"""How a person looks wherever they are named: their photo, and what they say of now."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

STATUS_LIMIT = 80


@dataclass(frozen=True)
class Status:
    """A status in the person's own words, until an instant."""

    emoji: str
    text: str
    until: datetime


def status_at(now: datetime, emoji: str, text: str, until: datetime | None) -> Status | None:
    """Return the status of somebody who has set these words; None once their time is over."""
    return None if until is None or until <= now else Status(emoji, text, until)


def photo_address(person_id: UUID, photo_key: str | None) -> str | None:
    """Return the address of a person's photo; None without one."""
    return f"/people/{person_id}/photo/{photo_key}" if photo_key else None
