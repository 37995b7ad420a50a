"""The databases of a move, as it sees them: the one that is left, and the one that is filled."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from intranet.moving.tables import Key, TableShape

CHANGES = "moving_changes"
PROGRESS = "moving_progress"


class RowReader(Protocol):
    """A database whose rows can be read as lines."""

    kind: str

    def close(self) -> None:
        """Close the connection."""

    def count(self, table: TableShape) -> int:
        """Return the number of rows."""

    def lines(self, table: TableShape, after: Key | None, limit: int) -> bytes:
        """Return up to so many rows after a key, in the order of their keys."""

    def all_lines(self, table: TableShape) -> Iterator[bytes]:
        """Yield all rows in the order of their keys, in chunks."""


class LeftDatabase(RowReader, Protocol):
    """The database that is left. It is changed by nothing but what notes changes."""

    def table_names(self) -> Iterable[str]:
        """Return the names of all tables."""

    def revision(self) -> str:
        """Return the revision of its tables."""

    def state(self) -> Mapping[str, Any] | None:
        """Return the row of the move that is under way, if any."""

    def begin(self, move_id: str, tables: Sequence[TableShape]) -> None:
        """Note every change from now on."""

    def announce(self, begins_at: str | None, minutes: int) -> None:
        """Say when nothing can be written, as text in ISO 8601; None takes it back."""

    def refuse_writes(self, tables: Sequence[TableShape]) -> None:
        """Refuse every write from now on, once those under way have ended."""

    def accept_writes(self) -> None:
        """Accept writes again and note them."""

    def leave(self, kind: str) -> None:
        """Remember where the installation moved to."""

    def forget(self) -> None:
        """Remove all that a move added, so that it can be written again."""

    def snapshot(self) -> AbstractContextManager[None]:
        """See one state of the database within the block."""

    def changes(self) -> tuple[list[int], dict[str, list[str]]]:
        """Return the numbers of the changes, and the keys of changed rows as JSON by table."""

    def changed_lines(self, table: TableShape, keys: Sequence[str]) -> bytes:
        """Return the rows with these keys, as they are now."""

    def forget_changes(self, numbers: Sequence[int]) -> None:
        """Remove changes that are copied."""


class FilledDatabase(RowReader, Protocol):
    """The database that is filled."""

    def require_fitting(self, move_id: str | None) -> None:
        """Refuse a database that cannot be filled: it holds something else, or lacks rights."""

    def owner(self) -> str | None:
        """Return the id of the move that fills it, if any."""

    def claim(self, move_id: str) -> None:
        """Note whose it is, before there are tables."""

    def prepare(self, revision: str) -> None:
        """Set the indexes aside, and the revision, so that no server starts on it."""

    def set_keys_aside(self) -> None:
        """Set the references between tables aside, so that rows can come in any order."""

    def noted(self, name: str) -> str | None:
        """Return what was noted of the progress."""

    def transaction(self) -> AbstractContextManager[None]:
        """Store everything in the block, or nothing."""

    def note(self, name: str, value: str) -> None:
        """Note progress, within a transaction."""

    def put(self, table: TableShape, chunk: bytes) -> None:
        """Store rows, within a transaction."""

    def remove(self, table: TableShape, keys: Sequence[str]) -> None:
        """Delete the rows with these keys, as JSON, within a transaction."""

    def build_indexes(self) -> Iterator[tuple[int, int]]:
        """Make the indexes; yield how many are made, and how many there are."""

    def build_keys(self, tables: Sequence[TableShape]) -> None:
        """Make the references between tables and check them, and set what counts up."""

    def finish(self) -> None:
        """Write the revision, with which a server starts on it, and forget the progress."""
