"""Copy all rows while the site goes on, then what changed meanwhile, and compare both sides."""

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from intranet.moving.database import FilledDatabase, LeftDatabase, RowReader
from intranet.moving.tables import MoveError, Progress, TableShape, lines_of
from intranet.platform.core.batches import batches

ROWS_AT_ONCE = 10_000
KEYS_AT_ONCE = 1_000
DONE = "done"


@dataclass(frozen=True)
class TableSum:
    """The rows of a table: how many, and the SHA-256 of their lines."""

    rows: int
    sha256: str


class Copying:
    """Copies one database into another; it can be stopped at any time and begun again."""

    def __init__(
        self,
        source: LeftDatabase,
        target: FilledDatabase,
        tables: Sequence[TableShape],
        told: Progress,
    ) -> None:
        """Copy these tables.

        Args:
            told: called with the progress.
        """
        self._source = source
        self._target = target
        self._tables = tables
        self._told = told

    def copy_all(self) -> None:
        """Copy every table, from where an earlier attempt stopped."""
        total = sum(map(self._source.count, self._tables))
        done = 0
        for table in self._tables:
            noted = self._target.noted(_place(table))
            if noted is not None:
                done += self._target.count(table)
            while noted != DONE:
                after = tuple(json.loads(noted)) if noted else None
                chunk = self._source.lines(table, after, ROWS_AT_ONCE)
                lines = lines_of(chunk)
                noted = json.dumps(table.key_of(lines[-1])) if lines else DONE
                with self._target.transaction():
                    if lines:
                        self._target.put(table, chunk)
                    self._target.note(_place(table), noted)
                done += len(lines)
                self._told("rows", done, max(done, total))
        self._told("rows", done, done)

    def catch_up(self) -> int:
        """Copy what changed, as of one moment; return how many changes there were.

        All changed rows are deleted before any is stored, so that a value that has to be unique
        can go from one row to another.
        """
        with self._source.snapshot():
            numbers, changed = self._source.changes()
            with self._target.transaction():
                for table in self._tables:
                    for keys in batches(changed.get(table.name, []), KEYS_AT_ONCE):
                        self._target.remove(table, keys)
                for table in self._tables:
                    for keys in batches(changed.get(table.name, []), KEYS_AT_ONCE):
                        if chunk := self._source.changed_lines(table, keys):
                            self._target.put(table, chunk)
        self._source.forget_changes(numbers)
        return len(numbers)

    def compare(self) -> dict[str, TableSum]:
        """Read both databases whole, at the same time; return the sum of each table.

        Raises:
            MoveError: they differ.
        """
        with ThreadPoolExecutor(2) as pool:
            ours = pool.submit(self._sums, self._source)
            theirs = pool.submit(self._sums, self._target)
            before, after = ours.result(), theirs.result()
        if differing := sorted(name for name in before if before[name] != after[name]):
            raise MoveError(
                f"These tables differ between the two databases: {', '.join(differing)}. "
                "The site goes on as before. Report this, and begin again with an empty database."
            )
        return before

    def _sums(self, database: RowReader) -> dict[str, TableSum]:
        return {table.name: _sum(database, table) for table in self._tables}


def _sum(database: RowReader, table: TableShape) -> TableSum:
    rows, digest = 0, hashlib.sha256()
    for chunk in database.all_lines(table):
        rows += chunk.count(b"\n")
        digest.update(chunk)
    return TableSum(rows, digest.hexdigest())


def _place(table: TableShape) -> str:
    return f"table {table.name}"
