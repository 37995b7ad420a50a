"""UUIDv7: ids that sort by creation time. Python has them from 3.14 on."""

import secrets
import time
from datetime import UTC, datetime
from uuid import UUID


def uuid7() -> UUID:
    """Make an id whose first 48 bits are the time in milliseconds.

    Source: RFC 9562, section 5.7.
    """
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & 0xFFFFFFFFFFFF) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def made_at(made: UUID) -> datetime:
    """Return when an id was made."""
    return datetime.fromtimestamp((made.int >> 80) / 1000, UTC)


def first_at(instant: datetime) -> UUID:
    """Return the lowest id that can be made at a time or later."""
    return UUID(int=int(instant.timestamp() * 1000) << 80)
