"""A search as its address states it: words and filters."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from intranet.platform.core.parsing import FIRST_DAY, LAST_DAY, printable

QUERY_CHARACTERS = 300


class SearchGroup(StrEnum):
    """The kind of results to show."""

    MESSAGES = "message"
    FILES = "file"
    PUBLICATIONS = "publication"
    DIRECTORY = "directory"


@dataclass(frozen=True)
class SearchQuery:
    """A search as typed, with its filters. `before` is where a further page begins."""

    text: str = ""
    group: SearchGroup | None = None
    conversation_id: UUID | None = None
    author_id: UUID | None = None
    since: date | None = None
    until: date | None = None
    before: int | None = None
    is_cut: bool = False

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> "SearchQuery":
        """Read a search from an address; invalid values filter nothing."""
        typed = asked.get("q", "")
        kind = asked.get("kind", "")
        return cls(
            text=printable(" ".join(typed.split()), QUERY_CHARACTERS),
            group=SearchGroup(kind) if kind in set(SearchGroup) else None,
            conversation_id=_uuid(asked.get("in")),
            author_id=_uuid(asked.get("by")),
            since=_date(asked.get("since")),
            until=_date(asked.get("until")),
            before=number_in(asked.get("before")),
            is_cut=len(typed) > QUERY_CHARACTERS,
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter is set besides the words."""
        return any((self.conversation_id, self.author_id, self.since, self.until))

    def address(self, **changes: Any) -> dict[str, str]:
        """Return the query of the same search with changes, from its first page on."""
        known = {
            "q": self.text,
            "kind": self.group,
            "in": self.conversation_id,
            "by": self.author_id,
            "since": self.since,
            "until": self.until,
        }
        return {name: str(value) for name, value in {**known, **changes}.items() if value}

    def widened(self) -> "SearchQuery":
        """Return the same words without filters."""
        return replace(self, conversation_id=None, author_id=None, since=None, until=None)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text)
    except (ValueError, TypeError):
        return None


def _date(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None


def number_in(text: str | None) -> int | None:
    """Parse a position in the index, as in `before` of a further page; None if invalid."""
    try:
        found = int(text or "")
    except ValueError:
        return None
    return found if 0 <= found < 1 << 62 else None
