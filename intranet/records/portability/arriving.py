"""Import a package into an installation that has nothing of it: all of it, or nothing."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Insert, Table, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError, StatementError

from intranet.delivery.files.storage_interface import new_key
from intranet.extensions import Model, db
from intranet.finding.directory.indexing import FILL as FILL_DIRECTORY
from intranet.messaging.messages.jobs import FILL as FILL_MESSAGES
from intranet.messaging.spaces.models import Reach, Visibility
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.operations.storing import store_functions
from intranet.organisation.history.operations import note
from intranet.organisation.history.states import LOGGED
from intranet.platform.audit.operations import record
from intranet.platform.core.batches import batches
from intranet.platform.core.database import on_sqlite
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.outbox import enqueue
from intranet.platform.core.types import LocalizedType
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.publishing.publications.jobs import FILL as FILL_PUBLICATIONS
from intranet.records.packages.reading import Package, altered
from intranet.records.portability.admission import Admission
from intranet.records.portability.arriving_bytes import ArrivingBytes
from intranet.records.portability.decisions import GOES
from intranet.records.portability.exporting import FORMAT
from intranet.records.portability.making import Said
from intranet.records.portability.scope import TABLES, PackageKind
from intranet.records.portability.stored_bytes import path_of
from intranet.records.portability.told import ToldPackage, read_told
from intranet.records.portability.under_way import OF_WORK_UNDER_WAY
from intranet.records.portability.values import reader_of

ROWS_AT_ONCE = 1_000
CACHE_KIBIBYTES = 64_000
RULES_OF_GROUPS = frozenset(
    {"audience_atoms", "group_invitations", "space_keys", "space_moderators", "space_mutes"}
)
"""Tables that stay in the package of a group: nobody joins an archive, or speaks there."""
KEPT_IF_THERE = frozenset({"agencies", "people", "units", "posts"})
"""Stubs of what this installation may know whole, because it came from here: then it stays."""


def arrive(
    path: Path, said: Said = lambda _what, _done, _of: None, *, into: Agency | None = None
) -> dict[str, Any]:
    """Import the package of an agency, or of a group, and return its manifest.

    Args:
        path: the package.
        said: is told of the progress.
        into: the agency to which a group comes, as an archived group that all its people read.

    Raises:
        Invalid: it was altered, is of a later version or another kind, or something of it is here.
    """
    with Package(path, FORMAT) as package:
        told = read_told(package, PackageKind.GROUP if into else PackageKind.AGENCY)
        _require_unknown(told)
        into_id = into.id if into else None
        db.session.rollback()  # no transaction stays open while bytes are read and stored
        said("verify", 0, 1)
        package.verify()
        said("verify", 1, 1)
        stored = ArrivingBytes(package, said)
        try:
            stored.bring()
            with unit_of_work() as work, _cache_of_import():
                _Arrival(package, told, said, into_id, stored).bring(work)
        except IntegrityError as error:  # at the commit: a reference leads nowhere
            stored.clear()
            raise altered("data") from error
        except BaseException:
            stored.clear()
            raise
        stored.clear_rest()
        return package.manifest


@contextmanager
def _cache_of_import() -> Iterator[None]:
    """Let SQLite keep more pages: those of the indexes are changed again and again."""
    if not on_sqlite():
        yield
        return
    connection = db.session.connection()
    [usual] = connection.exec_driver_sql("PRAGMA cache_size").one()
    connection.exec_driver_sql(f"PRAGMA cache_size=-{CACHE_KIBIBYTES}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size={usual}")


def _require_unknown(told: ToldPackage) -> None:
    """Refuse an agency that is here already.

    Raises:
        Invalid: see `arrive`.
    """
    if told.agency is None or told.kind != PackageKind.AGENCY:
        return
    agencies = TABLES["agencies"]
    same = (agencies.c.code == told.agency.code) | (agencies.c.id == told.subject_id)
    if db.session.execute(select(agencies.c.id).where(same)).first():
        words = _l("This installation has an agency with the code %(code)s.", code=told.agency.code)
        raise _refused(words)


class _Arrival:
    """Brings the rows and bytes of one package."""

    def __init__(
        self,
        package: Package,
        told: ToldPackage,
        said: Said,
        into_id: UUID | None,
        stored: ArrivingBytes,
    ) -> None:
        self._into_id = into_id
        self._stored = stored
        self._package = package
        self._told = told
        self._admission = Admission(package, told)
        self._later: list[tuple[Any, str, Any]] = []
        self._paths = set(package.paths)
        self._said = said
        self._total = sum(told.counts.values()) or 1
        self._done = 0
        self._stubs: dict[str, list[UUID]] = {}

    def bring(self, work: Work) -> None:
        """Write everything, in the caller's transaction."""
        if on_sqlite():
            # Checked at the commit: the rows of a table may refer to each other in any order.
            db.session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        store_functions(work)
        for table in Model.metadata.sorted_tables:
            if table.name in GOES:
                self._bring_stubs(table)
                if not (self._into_id and table.name in RULES_OF_GROUPS):
                    self._bring_table(table)
                self._refer(table)
        self._admission.require_held()
        subject_id = self._told.subject_id
        record(
            "group.arrive" if self._into_id else "agency.arrive",
            agency_id=self._into_id or subject_id,
            actor_id=None,
            subject=("group" if self._into_id else "agency", subject_id),
            detail={"as_of": self._told.as_of.isoformat()},
        )
        for kind, logged in LOGGED.items():
            # The log of the agency came along; stubs begin in the log of this installation.
            note(kind, self._stubs.get(logged.table.name, ()))
        enqueue(work, FILL_DIRECTORY, {})
        enqueue(work, FILL_MESSAGES, {})
        enqueue(work, FILL_PUBLICATIONS, {})

    def _bring_table(self, table: Table) -> None:
        path = f"data/{table.name}.jsonl"
        if path not in self._paths or not self._package.size_of(path):
            return
        own = _own_references(table)
        count = self._insert(table, self._lines(table, path, own, is_stub=False), own)
        if count != self._told.counts.get(table.name):
            raise altered(path)

    def _bring_stubs(self, table: Table) -> None:
        path = f"stubs/{table.name}.jsonl"
        if path not in self._paths or not self._package.size_of(path):
            return
        own = _referring_to_itself(table)
        rows = self._lines(table, path, own, is_stub=True)
        if table.name in KEPT_IF_THERE:
            rows = self._noted(table, self._unknown(table, rows))
        self._insert(table, rows, own)

    def _unknown(self, table: Table, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Yield the rows that are not here, once those that are proved to be the same."""
        owner = table.c.get("agency_id", table.c.id)
        for some in batches(list(rows), ROWS_AT_ONCE):
            ids = [row["id"] for row in some]
            found = db.session.execute(select(table.c.id, owner).where(table.c.id.in_(ids)))
            known = {row_id: agency_id for row_id, agency_id in found}  # noqa: C416 - typed so
            for row in some:
                self._admission.require_as_here(table, row, known.get(row["id"]))
                if row["id"] not in known:
                    yield row

    def _refer(self, table: Table) -> None:
        """Let rows refer to others of their table, now that all are there."""
        key = next(iter(table.primary_key))
        for row_id, name, value in self._later:
            self._admission.require(table, value)
            db.session.connection().execute(
                update(table).where(key == row_id).values({name: value})
            )
        self._later.clear()

    def _noted(self, table: Table, rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        ids = self._stubs[table.name] = []
        for row in rows:
            ids.append(row["id"])
            yield row

    def _insert(self, table: Table, rows: Iterable[dict[str, Any]], own: Sequence[str]) -> int:
        """Insert rows in batches; what refers to its own table is set once all are there."""
        key, count = next(iter(table.primary_key)).name, 0
        try:
            for some in _in_batches(rows):
                names = some[0].keys()
                for row in some:
                    if row.keys() != names:
                        raise altered(table.name)
                    for name in own:
                        if row.get(name) is not None:
                            self._later.append((row[key], name, row[name]))
                            row[name] = None
                db.session.connection().execute(_insert_into(table, tuple(names)), some)
                count += len(some)
                self._done += len(some)
                self._said("rows", min(self._done, self._total), self._total)
        except IntegrityError as error:
            raise _refused(
                _l("Something of this package is here already: %(kind)s.", kind=table.name)
            ) from error
        except (StatementError, ArithmeticError, ValueError, TypeError) as error:
            raise altered(table.name) from error
        return count

    def _lines(
        self, table: Table, path: str, own: Sequence[str], *, is_stub: bool
    ) -> Iterator[dict[str, Any]]:
        read = reader_of(table)
        admit = self._admission.checker(table, path, is_stub=is_stub)
        inward = [name for name in _referring_to_itself(table) if name not in own]
        complete = self._complete(table)
        for line in self._package.lines(path):
            try:
                row = read(line)
                for name in inward:
                    if row[name] is not None:
                        self._admission.require(table, row[name])
                admit(row)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise altered(path) from error
            complete(row)
            yield row

    def _complete(self, table: Table) -> Any:
        """Return a function that adds what does not travel: keys of bytes, states of accounts."""
        if table.name == "files":
            return self._bring_file
        if table.name == "people":
            return self._bring_portrait
        if table.name in OF_WORK_UNDER_WAY:
            return OF_WORK_UNDER_WAY[table.name]
        if self._into_id and table.name in {"spaces", "conversations"}:
            return self._archive
        if self._into_id and table.name == "groups":
            return _keep_where_it_is
        return lambda _row: None

    def _archive(self, row: dict[str, Any]) -> None:
        """Let a group be an archive of the agency to which it comes."""
        row["archived_at"] = row["archived_at"] or self._told.as_of
        if "visibility" in row:
            row["agency_id"], row["owner_post_id"], row["audience"] = self._into_id, None, None
            row["visibility"], row["reach"] = Visibility.AGENCY, Reach.AGENCY

    def _bring_file(self, row: dict[str, Any]) -> None:
        row["key"] = self._stored.take(path_of(row["id"], row["name"])) or new_key()
        row["thumbnail_key"] = self._stored.take(f"thumbnails/{row['id']}")

    def _bring_portrait(self, row: dict[str, Any]) -> None:
        row["photo_key"] = self._stored.take(f"portraits/{row['id']}")


@cache
def _insert_into(table: Table, names: tuple[str, ...]) -> Insert:
    """Return a statement in which an absent value of JSON is NULL, not the JSON `null`."""
    given = {
        name: bindparam(name, type_=JSON(none_as_null=True))
        for name in names
        if isinstance(table.c[name].type, JSON | LocalizedType)
    }
    return insert(table).values(given) if given else insert(table)


def _keep_where_it_is(row: dict[str, Any]) -> None:
    """Let an archived group go back to no post that once lent it."""
    row["lent_by_id"] = None


def _own_references(table: Table) -> list[str]:
    """Return the columns that refer to rows of the same table that may come later."""
    # an answer comes after what it answers
    return [] if table.name == "messages" else _referring_to_itself(table)


def _referring_to_itself(table: Table) -> list[str]:
    return [
        column.name
        for column in table.c
        if any(key.column.table is table for key in column.foreign_keys)
    ]


def _in_batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    some: list[dict[str, Any]] = []
    for row in rows:
        some.append(row)
        if len(some) == ROWS_AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _refused(sentence: Any) -> Invalid:
    return Invalid({"package": sentence})
