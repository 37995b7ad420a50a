"""A search as its address states it: words and filters."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from intranet.finding.finder.filters import FilterReader, Filters, sent_as

QUERY_CHARACTERS = 300


class SearchGroup(StrEnum):
    """The kind of results to show."""

    MESSAGES = "message"
    FILES = "file"
    PUBLICATIONS = "publication"
    DIRECTORY = "directory"


@dataclass(frozen=True)
class SearchQuery(Filters):
    """A search as typed, with its filters. `before` is where a further page begins."""

    text: str = field(default="", metadata=sent_as("q"))
    group: SearchGroup | None = field(default=None, metadata=sent_as("kind"))
    conversation_id: UUID | None = field(default=None, metadata=sent_as("in"))
    author_id: UUID | None = field(default=None, metadata=sent_as("by"))
    since: date | None = None
    until: date | None = None
    before: int | None = field(default=None, metadata=sent_as(""))

    @classmethod
    def read(cls, sent: Mapping[str, str]) -> "SearchQuery":
        """Read a search from an address; invalid values filter nothing."""
        given = FilterReader(sent)
        kind = given.one_of("kind", set(SearchGroup))
        return cls(
            text=given.text("q", QUERY_CHARACTERS),
            group=SearchGroup(kind) if kind else None,
            conversation_id=given.id("in"),
            author_id=given.id("by"),
            since=given.day("since"),
            until=given.day("until"),
            before=number_in(sent.get("before")),
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter is set besides the words."""
        return any((self.conversation_id, self.author_id, self.since, self.until))

    def widened(self) -> "SearchQuery":
        """Return the same words without filters."""
        return replace(self, conversation_id=None, author_id=None, since=None, until=None)


def number_in(text: str | None) -> int | None:
    """Parse a position in the index, as in `before` of a further page; None if invalid."""
    try:
        found = int(text or "")
    except ValueError:
        return None
    return found if 0 <= found < 1 << 62 else None
