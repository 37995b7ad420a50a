"""The readers of a push: looked up when it is sent, cached by the version of the membership."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from intranet.platform.core import clock
from intranet.platform.core.recently_used import RecentlyUsed

MAX_REMEMBERED = 1_000


@dataclass(frozen=True)
class Readers:
    """The readers of something, say a conversation.

    Only `key` and `version` go between processes; each process looks up the ids itself. The version
    rises with each change of the membership; 0 means that there is none, so nothing is cached.
    """

    key: UUID
    version: int


class FoundReaders(NamedTuple):
    """Ids of readers, and the next instant at which a membership begins or ends by date."""

    ids: frozenset[UUID]
    until: datetime | None = None


FindReaders = Callable[[UUID], FoundReaders]
StillRead = Callable[[UUID, Collection[UUID]], Collection[UUID]]


_find: list[FindReaders] = []
_still_read: list[StillRead] = []
_who_reads: dict[str, StillRead] = {}


def finds_readers(find: FindReaders) -> FindReaders:
    """Register the function that finds the readers of a key."""
    _find[:] = [find]
    return find


def finds_guests(still_read: StillRead) -> StillRead:
    """Register the function that finds which of some people read a key without being members."""
    _still_read[:] = [still_read]
    return still_read


def register_reader_lookup(kind: str) -> Callable[[StillRead], StillRead]:
    """Register the function that finds which of some people may read a thing of this kind."""

    def register(find: StillRead) -> StillRead:
        _who_reads[kind] = find
        return find

    return register


def readers_among(kind: str, key: UUID, person_ids: Collection[UUID]) -> Collection[UUID]:
    """Return which of these people may read this thing now; none if its kind is not registered."""
    find = _who_reads.get(kind)
    return find(key, person_ids) if find and person_ids else ()


class Audiences:
    """Finds the ids of readers, and caches them as long as they cannot have changed."""

    def __init__(self) -> None:
        self._known = RecentlyUsed[tuple[UUID, int], FoundReaders](MAX_REMEMBERED)

    def ids_of(self, readers: Readers) -> frozenset[UUID]:
        """Return the ids of the current readers; empty if no function is registered."""
        place = (readers.key, readers.version)
        known = self._known.get(place)
        if known and (known.until is None or clock.now() < known.until):
            return known.ids
        if not _find:
            return frozenset()
        found = _find[0](readers.key)
        if readers.version:
            self._known.keep(place, found)
        return found.ids

    def guests(self, key: UUID, person_ids: Collection[UUID]) -> Collection[UUID]:
        """Return which of these people, who are not members, may read the key's subject now."""
        if not person_ids or not _still_read:
            return ()
        return _still_read[0](key, person_ids)
