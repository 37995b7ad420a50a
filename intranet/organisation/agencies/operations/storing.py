"""Write agencies, units and posts: one statement for all rows of a kind, one event that names them.

The caller is an operation or an import. It has required the right, checked the values in this
transaction and under the organisation's lock, and writes the audit log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, delete, func, select, update

from intranet.extensions import db
from intranet.organisation.agencies.events import (
    AgenciesChanged,
    AgenciesCreated,
    PostDetailsChanged,
    PostsChanged,
    PostsCreated,
    UnitsChanged,
    UnitsCreated,
)
from intranet.organisation.agencies.functions import read_functions
from intranet.organisation.agencies.handles import sort_key_of
from intranet.organisation.agencies.models import (
    Agency,
    AgencyKind,
    Function,
    Post,
    PostFunction,
    PostKind,
    SecondFactor,
    Unit,
)
from intranet.organisation.agencies.operations.names import short_names
from intranet.organisation.agencies.queries import subtree
from intranet.platform.core.database import execute, expire_rows, store_rows, write
from intranet.platform.core.ids import uuid7
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import Work, unit_of_work

ROOT_CODE = "0"
HANDLE_LIMIT, CODE_LIMIT, AGENCY_HANDLE_LIMIT = 60, 40, 40


@dataclass(frozen=True, kw_only=True)
class AgencyRow:
    """An agency to create. Its handle is made from its name if none is given.

    `register_code` is its code in its scheme, if the address `code` is not.
    """

    id: UUID
    code: str
    name: Localized
    kind: AgencyKind
    languages: Sequence[str]
    scheme: str = "local"
    register_code: str | None = None
    handle: str | None = None
    territory: str | None = None
    population: int | None = None
    root_code: str = ROOT_CODE
    time_zone: str = "Europe/Madrid"
    second_factor: SecondFactor = SecondFactor.ADMINISTRATORS


@dataclass(frozen=True, kw_only=True)
class UnitRow:
    """A unit to create below another, whose path is `parent_path`."""

    id: UUID
    agency_id: UUID
    language: str
    parent_id: UUID
    parent_path: str
    code: str
    name: Localized
    kind: str = "unit"
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, kw_only=True)
class PostRow:
    """A post to create. Its code and its handle are made from the title if they are empty.

    `functions` are codes and their strength; they are suggestions if `is_suggested`.
    """

    id: UUID
    agency_id: UUID
    language: str
    unit_id: UUID
    code: str
    title: Localized
    level: int
    handle: str = ""
    kind: PostKind = PostKind.EMPLOYEE
    is_head: bool = False
    places: int = 1
    publishes_for_agency: bool = False
    fallback_id: UUID | None = None
    functions: Mapping[str, float] = field(default_factory=dict)
    is_suggested: bool = True
    valid_from: date | None = None
    valid_to: date | None = None


def store_agencies(rows: Sequence[AgencyRow]) -> None:
    """Create agencies, each with its root unit."""
    with unit_of_work() as work:
        store_functions(work)
        unnamed = [
            (row.id, row.name.text(row.languages[0]), row.code, None)
            for row in rows
            if not row.handle
        ]
        given = [row.handle for row in rows if row.handle]
        handles = short_names(Agency.handle, unnamed, AGENCY_HANDLE_LIMIT, besides=given)
        store_rows(Agency, [_agency(row, row.handle or handles[row.id]) for row in rows])
        store_rows(Unit, [_root(row) for row in rows])
        work.publish(AgenciesCreated(tuple(row.id for row in rows)))


def change_agencies(changes: Mapping[UUID, Mapping[str, Any]]) -> None:
    """Change columns of agencies; a root unit takes its agency's name."""
    with unit_of_work() as work:
        _update(Agency, changes)
        for agency_id, values in changes.items():
            if "name" in values:
                _update_root(agency_id, {key: values[key] for key in ("name", "sort_key")})
        work.publish(AgenciesChanged(tuple(changes)))


def change_roots(changes: Mapping[UUID, Mapping[str, Any]]) -> None:
    """Change columns of root units, by agency; an agency takes its root unit's name."""
    with unit_of_work() as work:
        for agency_id, values in changes.items():
            names = {key: values[key] for key in ("name", "sort_key") if key in values}
            _update(Agency, {agency_id: names})
            _update_root(agency_id, values)
        expire_rows(Agency)
        expire_rows(Unit)
        work.publish(AgenciesChanged(tuple(changes)))


def store_units(rows: Sequence[UnitRow]) -> None:
    """Create units of one or several agencies. Parents exist already or precede their children."""
    with unit_of_work() as work:
        paths: dict[UUID, str] = {}
        values = []
        for row in rows:
            path = f"{paths.get(row.parent_id, row.parent_path)}{row.id.hex}/"
            paths[row.id] = path
            values.append({**_columns(row), "path": path})
        store_rows(Unit, values)
        work.publish(UnitsCreated(tuple(row.id for row in rows)))


def change_units(changes: Mapping[UUID, Mapping[str, Any]]) -> None:
    """Change columns of units; with another `parent_id` a unit moves with its subtree."""
    with unit_of_work() as work:
        _update(Unit, changes)
        moved = [unit_id for unit_id, values in changes.items() if "parent_id" in values]
        for unit_id in moved:
            _move(unit_id, changes[unit_id]["parent_id"])
        expire_rows(Unit)
        work.publish(UnitsChanged(tuple(changes), tuple(moved)))


def store_posts(rows: Sequence[PostRow]) -> None:
    """Create posts of one or several agencies."""
    with unit_of_work() as work:
        titles = [
            (row.id, row.title.text(row.language), row.code, row.agency_id)
            for row in rows
            if not row.handle
        ]
        uncoded = [title for title in titles if not title[2]]
        codes = short_names(Post.code, uncoded, CODE_LIMIT, Post.agency_id)
        handles = short_names(Post.handle, titles, HANDLE_LIMIT, Post.agency_id)
        values = [
            {
                **_columns(row),
                "code": row.code or codes[row.id],
                "handle": row.handle or handles[row.id],
            }
            for row in rows
        ]
        store_rows(Post, values)
        store_rows(PostFunction, [function for row in rows for function in _functions(row)])
        work.publish(PostsCreated(tuple(row.id for row in rows)))


def change_posts(
    changes: Mapping[UUID, Mapping[str, Any]],
    functions: Mapping[UUID, Sequence[str]] = MappingProxyType({}),
) -> None:
    """Change columns of posts, and functions of some of them, which are confirmed then."""
    with unit_of_work() as work:
        _update(Post, changes)
        if functions:
            execute(delete(PostFunction).where(PostFunction.post_id.in_(functions)))
        store_rows(
            PostFunction,
            [
                {"post_id": post_id, "function_code": code, "is_suggested": False}
                for post_id, codes in functions.items()
                for code in dict.fromkeys(codes)
            ],
        )
        expire_rows(Post)
        work.publish(PostsChanged(tuple({*changes, *functions})))


def widen_posts(places: Mapping[UUID, int]) -> None:
    """Give posts more places, for people who are appointed to them in the same transaction.

    Only a detail changes, so the current holders are not disturbed. The appointments themselves
    update which posts are found as vacant.
    """
    with unit_of_work() as work:
        table = cast("Table", Post.__table__)
        widened = table.update().where(table.c.id == bindparam("post_id"))
        write(
            widened.values(places=bindparam("count"), version=table.c.version + 1),
            [{"post_id": post_id, "count": count} for post_id, count in places.items()],
        )
        expire_rows(Post)
        work.publish(PostDetailsChanged(tuple(places)))


def store_functions(work: Work) -> None:
    """Fill the table of functions, once."""
    if not db.session.scalar(select(func.count()).select_from(Function)):
        work.add(*read_functions())
        db.session.flush()


def _agency(row: AgencyRow, handle: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "code": row.code,
        "code_scheme": row.scheme,
        "register_code": row.register_code or row.code,
        "handle": handle,
        "name": row.name,
        "sort_key": sort_key_of(row.name, row.languages[0]),
        "kind": row.kind,
        "territory": row.territory,
        "population": row.population,
        "languages": list(row.languages),
        "time_zone": row.time_zone,
        "second_factor": row.second_factor,
    }


def _root(row: AgencyRow) -> dict[str, Any]:
    root_id = uuid7()
    return {
        "id": root_id,
        "agency_id": row.id,
        "parent_id": None,
        "code": row.root_code,
        "name": row.name,
        "sort_key": sort_key_of(row.name, row.languages[0]),
        "kind": "root",
        "path": f"/{root_id.hex}/",
    }


def _columns(row: UnitRow | PostRow) -> dict[str, Any]:
    text = row.name if isinstance(row, UnitRow) else row.title
    others = {"language", "parent_path", "functions", "is_suggested"}
    values = {name: value for name, value in vars(row).items() if name not in others}
    return {**values, "sort_key": sort_key_of(text, row.language)}


def _functions(row: PostRow) -> list[dict[str, Any]]:
    return [
        {
            "post_id": row.id,
            "function_code": code,
            "is_suggested": row.is_suggested,
            "strength": strength,
            "backing": strength / 2 if row.is_suggested else 1.0,
        }
        for code, strength in row.functions.items()
    ]


def _move(unit_id: UUID, parent_id: UUID) -> None:
    """Rewrite the start of every path in the subtree."""
    old = db.session.scalars(select(Unit.path).where(Unit.id == unit_id)).one()
    above = db.session.scalars(select(Unit.path).where(Unit.id == parent_id)).one()
    new = f"{above}{unit_id.hex}/"
    if new != old:
        execute(
            update(Unit)
            .where(subtree(old))
            .values(path=func.concat(new, func.substr(Unit.path, len(old) + 1)))
        )


def _update(kind: type[Agency | Unit | Post], changes: Mapping[UUID, Mapping[str, Any]]) -> None:
    """Set columns by id, and increment each row's version."""
    for row_id, values in changes.items():
        if values:
            execute(
                update(kind).where(kind.id == row_id).values(**values, version=kind.version + 1)
            )


def _update_root(agency_id: UUID, values: Mapping[str, Any]) -> None:
    root = update(Unit).where(Unit.agency_id == agency_id, Unit.parent_id.is_(None))
    execute(root.values(**values, version=Unit.version + 1))
