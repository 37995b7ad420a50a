"""Values as both databases read them: ids, instants, texts in several languages.

An id is made of its time, a kind and a number, so that whoever knows the number knows the id:
ten million of them need not be kept.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any


class Of(IntEnum):
    """Of what an id is."""

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
    """The UUIDv7 of the `number`th of a kind, as 32 digits; `at` in milliseconds since 1970."""
    return f"{at:012x}7{kind:03x}8{number:015x}"


def instant(at: int) -> str:
    """Milliseconds since 1970 as an instant in UTC."""
    return moment(at).strftime("%Y-%m-%d %H:%M:%S.%f")


def moment(at: int) -> datetime:
    """Milliseconds since 1970 as Python has it."""
    return datetime.fromtimestamp(at / 1000, UTC)


def milliseconds(at: datetime) -> int:
    """An instant as milliseconds since 1970."""
    return int(at.timestamp() * 1000)


def localized(text: Mapping[str, str]) -> str:
    """A text in several languages, as `LocalizedType` keeps it."""
    return json.dumps([[tag, said] for tag, said in text.items()])


def as_json(value: Any) -> str:
    """Any other value of a JSON column."""
    return json.dumps(value)
