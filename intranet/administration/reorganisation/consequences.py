"""The consequences of a plan for people, rooms and rights: each with its number and its list."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ConsequenceKind(StrEnum):
    """The subjects of consequences, in the order in which they are shown."""

    PEOPLE = "people"
    JOINED_CHANNELS = "joined_channels"
    CLOSED_CHANNELS = "closed_channels"
    NEW_CHANNELS = "new_channels"
    GAIN = "gain"
    LOSE = "lose"
    ANNOUNCEMENTS = "announcements"
    VACANT = "vacant"
    ROLES = "roles"
    DEPUTIES = "deputies"
    GROUPS = "groups"
    AUDIENCES = "audiences"
    LINKS = "links"


@dataclass(frozen=True)
class ConsequenceRow:
    """A line of the list of a consequence: what or who, what becomes of it, and its page."""

    text: str
    detail: str = ""
    href: str = ""
    id: UUID | None = None


@dataclass(frozen=True)
class Consequence:
    """A consequence: how many are concerned, a sentence with the number, more words, the list."""

    kind: ConsequenceKind
    count: int
    title: str
    detail: str = ""
    rows: Sequence[ConsequenceRow] = ()
