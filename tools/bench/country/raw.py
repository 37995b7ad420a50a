"""Values as both databases read them: ids, instants, texts in several languages.

An id is computed from its time, a kind and a number: ten million ids need not be kept.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any


class Of(IntEnum):
    """The kind of object that an id belongs to."""

    AGENCY = 1
    UNIT = 2
    POST = 3
    PERSON = 4
    APPOINTMENT = 5
    SPACE = 6
    MEMBER = 7
    CONVERSATION = 8
    MESSAGE = 9
    PUBLICATION = 10
    ACCOUNT = 11
    NOTIFICATION = 12
    FILE = 13
    OTHER = 14


def id_of(kind: Of, number: int, at: int) -> str:
    """Return the UUIDv7 of the `number`th object of a kind, as 32 hex digits.

    `at` is in milliseconds since 1970.
    """
    return f"{at:012x}7{kind:03x}8{number:015x}"


def instant(at: int) -> str:
    """Format milliseconds since 1970 as an instant in UTC."""
    return moment(at).strftime("%Y-%m-%d %H:%M:%S.%f")


def moment(at: int) -> datetime:
    """Convert milliseconds since 1970 to a datetime in UTC."""
    return datetime.fromtimestamp(at / 1000, UTC)


def milliseconds(at: datetime) -> int:
    """Convert an instant to milliseconds since 1970."""
    return int(at.timestamp() * 1000)


def localized(text: Mapping[str, str]) -> str:
    """Encode a text in several languages as `LocalizedType` does."""
    return json.dumps([[tag, said] for tag, said in text.items()])


def as_json(value: Any) -> str:
    """Encode a value of any other JSON column."""
    return json.dumps(value)
