"""Import a package into an installation that has nothing of it: all of it, or nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Insert, Table, bindparam, insert, select, update
from sqlalchemy.exc import DataError, IntegrityError, StatementError

from intranet.administration.reorganisation.models import PlanState
from intranet.delivery.files.operations import SMALL
from intranet.delivery.files.scanning import scan
from intranet.delivery.files.storage import new_key, storage
from intranet.extensions import Model, db
from intranet.finding.directory.indexing import FILL as FILL_DIRECTORY
from intranet.messaging.messages.jobs import FILL as FILL_MESSAGES
from intranet.messaging.spaces.models import Reach, Visibility
from intranet.organisation.accounts.models import AccountState
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
from intranet.platform.core.schema import is_known_revision
from intranet.platform.core.types import LocalizedType
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.records.packages.reading import Package
from intranet.records.portability.decisions import GOES
from intranet.records.portability.exporting import FORMAT
from intranet.records.portability.making import Said
from intranet.records.portability.scope import TABLES, PackageKind
from intranet.records.portability.stored_bytes import path_of
from intranet.records.portability.values import reader_of

ROWS_AT_ONCE = 1_000
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
        _check(package, into)
        said("verify", 0, 1)
        package.verify()
        said("verify", 1, 1)
        arrival = _Arrival(package, said, into)
        try:
            with unit_of_work() as work:
                arrival.bring(work)
        except IntegrityError as error:
            arrival.clear()
            raise _altered(error.statement or "data") from error
        except BaseException:
            arrival.clear()
            raise
        return package.manifest


def _check(package: Package, into: Agency | None) -> None:
    """Refuse a package that cannot arrive here.

    Raises:
        Invalid: see `arrive`.
    """
    told = package.manifest
    wanted = PackageKind.GROUP if into else PackageKind.AGENCY
    if told.get("kind") != wanted:
        words = _l("This package does not hold a group.")
        raise _refused(words if into else _l("This package does not hold an agency."))
    if not is_known_revision(str(told.get("revision"))):
        raise _refused(_l("This package is of another version of the program."))
    if into:
        return
    agencies = TABLES["agencies"]
    agency = told.get("agency", {})
    same = (agencies.c.code == str(agency.get("code"))) | (
        agencies.c.id == UUID(str(told["subject_id"]))
    )
    if db.session.execute(select(agencies.c.id).where(same)).first():
        raise _refused(
            _l("This installation has an agency with the code %(code)s.", code=agency["code"])
        )


class _Arrival:
    """Brings the rows and bytes of one package."""

    def __init__(self, package: Package, said: Said, into: Agency | None) -> None:
        self._into_id = into.id if into else None
        self._package = package
        self._paths = set(package.paths)
        self._said = said
        self._keys: list[str] = []
        told = package.manifest
        self._counts: Mapping[str, int] = told["counts"]
        self._total = sum(self._counts.values()) or 1
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
        subject_id = UUID(self._package.manifest["subject_id"])
        record(
            "group.arrive" if self._into_id else "agency.arrive",
            agency_id=self._into_id or subject_id,
            actor_id=None,
            subject=("group" if self._into_id else "agency", subject_id),
            detail={"as_of": self._package.manifest["as_of"]},
        )
        for kind, logged in LOGGED.items():
            # The log of the agency came along; stubs begin in the log of this installation.
            note(kind, self._stubs.get(logged.table.name, ()))
        enqueue(work, FILL_DIRECTORY, {})
        enqueue(work, FILL_MESSAGES, {})

    def clear(self) -> None:
        """Remove the bytes that were stored for nothing."""
        for key in self._keys:
            with suppress(OSError):
                storage().delete(key)

    def _bring_table(self, table: Table) -> None:
        path = f"data/{table.name}.jsonl"
        if path not in self._paths:
            return
        count = self._insert(table, self._lines(table, path))
        if count != self._counts.get(table.name):
            raise _altered(path)

    def _bring_stubs(self, table: Table) -> None:
        path = f"stubs/{table.name}.jsonl"
        if path not in self._paths:
            return
        rows = self._lines(table, path)
        if table.name in KEPT_IF_THERE:
            rows = self._noted(table, self._unknown(table, rows))
        self._insert(table, rows)

    def _unknown(self, table: Table, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for some in batches(list(rows), ROWS_AT_ONCE):
            ids = [row["id"] for row in some]
            known = set(db.session.scalars(select(table.c.id).where(table.c.id.in_(ids))))
            yield from (row for row in some if row["id"] not in known)

    def _noted(self, table: Table, rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        ids = self._stubs[table.name] = []
        for row in rows:
            ids.append(row["id"])
            yield row

    def _insert(self, table: Table, rows: Iterable[dict[str, Any]]) -> int:
        """Insert rows in batches; what refers to its own table is set once all are there."""
        own, key = _own_references(table), next(iter(table.primary_key))
        later: list[tuple[Any, str, Any]] = []
        count = 0
        try:
            for some in _in_batches(rows):
                for row in some:
                    for name in own:
                        if row.get(name) is not None:
                            later.append((row[key.name], name, row[name]))
                            row[name] = None
                db.session.connection().execute(_insert_into(table, tuple(some[0])), some)
                count += len(some)
                self._done += len(some)
                self._said("rows", min(self._done, self._total), self._total)
            for row_id, name, value in later:
                db.session.connection().execute(
                    update(table).where(key == row_id).values({name: value})
                )
        except IntegrityError as error:
            raise _refused(
                _l("Something of this package is here already: %(kind)s.", kind=table.name)
            ) from error
        except (DataError, StatementError) as error:
            raise _altered(table.name) from error
        return count

    def _lines(self, table: Table, path: str) -> Iterator[dict[str, Any]]:
        read = reader_of(table)
        complete = self._complete(table)
        for line in self._package.lines(path):
            try:
                row = read(line)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise _altered(path) from error
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
        at = datetime.fromisoformat(self._package.manifest["as_of"])
        row["archived_at"] = row["archived_at"] or at
        if "visibility" in row:
            row["agency_id"], row["owner_post_id"], row["audience"] = self._into_id, None, None
            row["visibility"], row["reach"] = Visibility.AGENCY, Reach.AGENCY

    def _bring_file(self, row: dict[str, Any]) -> None:
        row["key"] = self._store(path_of(row["id"], row["name"])) or new_key()
        row["thumbnail_key"] = self._store(f"thumbnails/{row['id']}")

    def _bring_portrait(self, row: dict[str, Any]) -> None:
        path = f"portraits/{row['id']}"
        row["photo_key"] = self._store(path)
        if row["photo_key"] and f"{path}.small" in self._paths:
            self._put(row["photo_key"] + SMALL, f"{path}.small")

    def _store(self, path: str) -> str | None:
        if path not in self._paths:
            return None
        key = new_key()
        self._put(key, path)
        return key

    def _put(self, key: str, path: str) -> None:
        self._keys.append(key)
        with self._package.open(path) as source:
            scan(source, "package")
            storage().put(key, source)


@cache
def _insert_into(table: Table, names: tuple[str, ...]) -> Insert:
    """Return a statement in which an absent value of JSON is NULL, not the JSON `null`."""
    given = {
        name: bindparam(name, type_=JSON(none_as_null=True))
        for name in names
        if isinstance(table.c[name].type, JSON | LocalizedType)
    }
    return insert(table).values(given) if given else insert(table)


def _invite(row: dict[str, Any]) -> None:
    """Let a person be invited anew: no secret of theirs has come along."""
    if row["state"] == AccountState.ACTIVE:
        row["state"] = AccountState.INVITED


def _draft(row: dict[str, Any]) -> None:
    """Let a scheduled plan be a draft: the task that would have applied it stays."""
    if row["state"] == PlanState.SCHEDULED:
        row["state"], row["applies_at"] = PlanState.DRAFT, None


def _agree_again(row: dict[str, Any]) -> None:
    """Let the second person agree again to an erasure that was not done: its task stays."""
    if row["approved_at"] is not None and row["erased_at"] is None:
        row["approved_by_id"], row["approved_at"] = None, None
        row["done"] = row["total"] = 0


def _keep_where_it_is(row: dict[str, Any]) -> None:
    """Let an archived group go back to no post that once lent it."""
    row["lent_by_id"] = None


OF_WORK_UNDER_WAY: Mapping[str, Callable[[dict[str, Any]], None]] = {
    "accounts": _invite,
    "erasure_requests": _agree_again,
    "plans": _draft,
}
"""Tables with states that only a task, or a secret, of the other installation would end."""


def _own_references(table: Table) -> list[str]:
    """Return the columns that refer to rows of the same table that may come later."""
    if table.name == "messages":
        return []  # an answer comes after what it answers
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


def _altered(path: str) -> Invalid:
    return _refused(_l("The package was altered: %(path)s", path=path))
