"""Stubs: people, posts, units and agencies that stay, by their names as of then alone."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from intranet.platform.core.batches import batches
from intranet.records.portability.making import Making
from intranet.records.portability.rooms_of_others import write_rooms
from intranet.records.portability.scope import TABLES
from intranet.records.portability.values import in_json

SOME = 500
NAMES = {
    "agencies": (
        *("id", "code", "code_scheme", "register_code", "handle", "name", "sort_key", "kind"),
        *("languages", "time_zone"),
    ),
    "people": ("id", "name", "sort_key", "created_at"),
    "units": ("id", "agency_id", "code", "name", "sort_key", "kind", "path"),
    "posts": (
        *("id", "agency_id", "unit_id", "code", "handle", "title", "sort_key", "kind", "level"),
    ),
}
HIDDEN: dict[str, Any] = {"in_directory": False, "contact_outside": False}
STUB_COLUMNS: Mapping[str, frozenset[str]] = {
    "agencies": frozenset({*NAMES["agencies"], *HIDDEN}),
    "people": frozenset(NAMES["people"]),
    "units": frozenset({*NAMES["units"], "parent_id", "valid_to"}),
    "posts": frozenset({*NAMES["posts"], "valid_to"}),
    "spaces": frozenset({"id", "kind", "agency_id", "visibility", "name", "archived_at"}),
    "groups": frozenset(
        {
            *("space_id", "joining", "is_listed", "language", "sort_key"),
            *("created_by_id", "created_at"),
        }
    ),
    "space_members": frozenset(
        {"id", "space_id", "person_id", "agency_id", "role", "why", "since"}
    ),
    "messages": frozenset(
        {
            *("id", "conversation_id", "seq", "rev", "body_rev", "author_id", "caption"),
            *("parent_id", "created_at", "client_id", "sent_hash", "body", "html"),
        }
    ),
}
"""The columns of stubs: with these, and no more, something that stays can be named."""


def write_stubs(making: Making) -> None:
    """Write every stub that is needed, and the rooms of others."""
    write_rooms(making)
    references, day = making.references, making.at.date()
    needed = references.stubs
    _write(making, "people", needed["people"], lambda _row: {})
    ended = {"valid_to": day.isoformat()}
    posts = list(_named(making.connection, "posts", needed["posts"]))
    needed["units"].update(UUID(row.unit_id) for row in posts)
    needed["units"] -= {each for each in needed["units"] if references.has("units", each)}
    for row in _named(making.connection, "units", needed["units"]):
        needed["agencies"].add(UUID(row.agency_id))
    needed["agencies"].update(UUID(row.agency_id) for row in posts)
    needed["agencies"] -= {each for each in needed["agencies"] if references.has("agencies", each)}
    _write(making, "agencies", needed["agencies"], lambda _row: HIDDEN.copy())
    _write_units(making)
    _write(making, "posts", needed["posts"], lambda _row: ended)


def _named(connection: Connection, name: str, ids: Iterable[UUID]) -> Iterator[Any]:
    table = TABLES[name]
    wanted = [in_json(table.c[column]) for column in NAMES[name]]
    for some in batches(sorted(ids), SOME):
        yield from connection.execute(
            select(*wanted).where(table.c.id.in_(some)).order_by(table.c.id)
        )


def _write(
    making: Making,
    name: str,
    ids: set[UUID],
    more: Callable[[Any], dict[str, Any]],
) -> None:
    with making.writer.lines(f"stubs/{name}.jsonl") as write:
        for row in _named(making.connection, name, ids):
            write({**row._mapping, **more(row)})  # noqa: SLF001 - a row as a mapping
    making.stubs[name] = len(ids)


def _write_units(making: Making) -> None:
    """Write units below the root of their agency, and that root, so that the tree is sound."""
    references, day = making.references, making.at.date()
    rows = list(_named(making.connection, "units", references.stubs["units"]))
    roots = {UUID(row.path.strip("/").split("/")[0]) for row in rows}
    needed = {UUID(row.id) for row in rows} | {
        root for root in roots if not references.has("units", root)
    }

    def place(row: Any) -> dict[str, Any]:
        root = UUID(row.path.strip("/").split("/")[0])
        if str(root) == row.id:
            return {"parent_id": None, "valid_to": None}
        path = f"/{root.hex}/{UUID(row.id).hex}/"
        return {"parent_id": str(root), "path": path, "valid_to": day.isoformat()}

    named = _named(making.connection, "units", needed)
    found = sorted(named, key=lambda row: UUID(row.id) not in roots)
    with making.writer.lines("stubs/units.jsonl") as write:
        for row in found:
            write({**row._mapping, **place(row)})  # noqa: SLF001 - a row as a mapping
    making.stubs["units"] = len(found)
