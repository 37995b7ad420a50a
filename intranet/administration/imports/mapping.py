"""Choose what is in each column of a file, and remember it for the next file."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import delete, select

from intranet.administration.imports import dir3, queries
from intranet.administration.imports.columns import (
    LAYOUTS,
    ImportKind,
    columns_of,
    missing_columns,
)
from intranet.administration.imports.faults import Refused
from intranet.administration.imports.guessing import better_kind, guess, heading_keys
from intranet.administration.imports.labels import column_list
from intranet.administration.imports.models import Import, ImportMapping, ImportState
from intranet.administration.imports.operations import CHECK, READ
from intranet.administration.imports.survey import FileSurvey, survey_file
from intranet.extensions import db
from intranet.organisation.agencies.access import require_rights
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.database import execute
from intranet.platform.core.errors import Conflict, Invalid
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.ids import uuid7
from intranet.platform.core.outbox import enqueue
from intranet.platform.core.unit_of_work import unit_of_work

KINDS_TO_OFFER = (
    ImportKind.PEOPLE,
    ImportKind.STAFF,
    ImportKind.UNITS,
    ImportKind.POSTS,
    ImportKind.DUTIES,
)
"""Kinds that are offered for a file that seems to be of another kind than chosen."""

MAX_REMEMBERED = 60
"""How many mappings an agency keeps for a kind of file; the least recently used go first."""


def remembered(agency_id: UUID, kind: ImportKind, keys: Sequence[str]) -> dict[str, str] | None:
    """Return what an agency chose for a file with these headings; None if it never did."""
    return db.session.scalar(
        select(ImportMapping.roles).where(
            ImportMapping.agency_id == agency_id,
            ImportMapping.kind == kind,
            ImportMapping.headings == _headings(keys),
        )
    )


def choose_columns(
    actor: Person,
    row: Import,
    roles: Sequence[str | None],
    names: Mapping[str, str],
) -> None:
    """Keep what a person says is in each column; nothing else happens yet.

    Raises:
        Forbidden: the actor does not administer one of the agencies.
        Conflict: the file does not wait for this any more.
        Invalid: two columns are said to be the same.
    """
    with unit_of_work() as work:
        work.lock(row)
        require_rights(actor, Act.IMPORT, queries.agency_ids_of(row))
        _require_open(row)
        row.roles, row.names = _valid_roles(row, roles), _valid_names(row, names)
        row.name_order = _name_order(row)
        row.moved_at = clock.now()


def review_columns(actor: Person, row: Import) -> None:
    """Have the file checked as it was chosen, and remember that for the next file.

    Raises:
        Forbidden: the actor does not administer one of the agencies.
        Conflict: the file does not wait for this any more.
        Invalid: a required column was not chosen.
    """
    with unit_of_work() as work:
        work.lock(row)
        agency_ids = queries.agency_ids_of(row)
        require_rights(actor, Act.IMPORT, agency_ids)
        _require_open(row)
        kind = ImportKind(row.kind)
        if missing := missing_columns(kind, row.roles):
            named = column_list(missing)
            raise Invalid({"roles": _l("Choose the column for: %(columns)s.", columns=named)})
        row.state, row.moved_at = ImportState.WAITING, clock.now()
        row.ignored = columns_of(kind, row.header, row.chosen).ignored
        for agency_id in agency_ids:
            _remember(agency_id, kind, row)
        enqueue(work, CHECK, {"import_id": str(row.id)})


def read_again(
    actor: Person, row: Import, *, header_number: int | None = None, kind: ImportKind | None = None
) -> None:
    """Read the file anew with another line as its header, or as a file of another kind.

    Raises:
        Forbidden: the actor does not administer one of the agencies.
        Conflict: the file does not wait for this any more.
    """
    with unit_of_work() as work:
        work.lock(row)
        require_rights(actor, Act.IMPORT, queries.agency_ids_of(row))
        if not row.file_key or row.state not in _OPEN | {ImportState.REFUSED}:
            raise Conflict(_l("The file is no longer kept. Send it again."))
        row.header_number = row.header_number if header_number is None else header_number
        row.kind = kind or row.kind
        row.roles, row.names, row.survey, row.refusal = [], {}, {}, {}
        row.state, row.moved_at = ImportState.WAITING, clock.now()
        enqueue(work, READ, {"import_id": str(row.id)})


def open_columns(actor: Person, row: Import) -> None:
    """Go back from the review to the columns, while the file is kept.

    Raises:
        Forbidden: the actor does not administer one of the agencies.
        Conflict: the file is no longer kept, or its changes are being applied.
    """
    with unit_of_work() as work:
        work.lock(row)
        require_rights(actor, Act.IMPORT, queries.agency_ids_of(row))
        if not may_open_columns(row):
            raise Conflict(_l("The file is no longer kept. Send it again."))
        row.state, row.moved_at = ImportState.COLUMNS, clock.now()


def may_open_columns(row: Import) -> bool:
    """Return whether the columns of a checked file can still be changed."""
    return bool(row.file_key and row.survey) and row.state in _OPEN


_OPEN = {ImportState.COLUMNS, ImportState.CHECKED}


def read_file(row: Import, stream: BinaryIO) -> None:
    """Read what is in each column, and propose what it is; a person decides.

    A file whose columns are fixed is checked at once: the common directory, and a calendar.
    """
    kind, agency_ids = ImportKind(row.kind), queries.agency_ids_of(row)
    refusal: dict[str, Any] = {}
    found: FileSurvey | None = None
    try:
        found = survey_file(stream, kind, agency_ids, row.header_number)
    except Refused as why:
        refusal = {"code": why.code, **why.about}
    with unit_of_work() as work:
        work.lock(row)
        if row.state != ImportState.WAITING:
            return
        row.moved_at = clock.now()
        if found is None:
            row.state, row.refusal = ImportState.REFUSED, refusal
            return
        if kind == ImportKind.DIR3 or found.said.encoding == "ics":
            enqueue(work, CHECK, {"import_id": str(row.id)})
            return
        row.state = ImportState.COLUMNS
        row.encoding, row.separator = found.said.encoding, found.said.separator
        row.header, row.header_number = [cell[:200] for cell in found.header], found.header_number
        keys = heading_keys(found.columns)
        before = remembered(agency_ids[0], kind, keys) if agency_ids else None
        likely = None if before else _likely(kind, found)
        row.survey = {**found.stored, "is_remembered": before is not None, "likely": likely}
        row.roles = guess(kind, found.columns, before)
        row.name_order = _name_order(row)


def _likely(kind: ImportKind, found: FileSurvey) -> str | None:
    if dir3.is_header(found.header):
        return ImportKind.DIR3.value
    better = better_kind(kind, found.columns, KINDS_TO_OFFER)
    return better.value if better else None


def _require_open(row: Import) -> None:
    if row.state != ImportState.COLUMNS or not row.file_key:
        raise Conflict(_l("The columns of this file can no longer be changed. Send it again."))


def _valid_roles(row: Import, roles: Sequence[str | None]) -> list[str | None]:
    known = LAYOUTS[ImportKind(row.kind)].known
    found: list[str | None] = [
        role if role == "" or role in known else None for role in roles[: len(row.header)]
    ]
    found += [None] * (len(row.header) - len(found))
    chosen = [role for role in found if role]
    if twice := next((role for role in chosen if chosen.count(role) > 1), None):
        raise Invalid(
            {
                "roles": _(
                    "Two columns are “%(column)s”. Choose one of them.",
                    column=column_list([twice]),
                )
            }
        )
    return found


def _valid_names(row: Import, names: Mapping[str, str]) -> dict[str, str]:
    """Return the choices that are readings of names in the file."""
    offered = {
        written: {name, alternative}
        for column in row.survey.get("columns", ())
        for written, name, alternative in column.get("unsure", ())
    }
    return {written: name for written, name in names.items() if name in offered.get(written, set())}


def _name_order(row: Import) -> str | None:
    pairs = zip(row.survey["columns"], row.roles, strict=True)
    order = next((each.get("name_order") for each, role in pairs if role == "name"), None)
    return str(order) if order else None


def _remember(agency_id: UUID, kind: ImportKind, row: Import) -> None:
    keys = heading_keys(row.survey["columns"])
    roles = {key: role for key, role in zip(keys, row.roles, strict=True) if role is not None}
    known = db.session.scalar(
        select(ImportMapping).where(
            ImportMapping.agency_id == agency_id,
            ImportMapping.kind == kind,
            ImportMapping.headings == _headings(keys),
        )
    )
    if known:
        known.roles, known.used_at = roles, clock.now()
        return
    db.session.add(
        ImportMapping(
            id=uuid7(), agency_id=agency_id, kind=kind, headings=_headings(keys), roles=roles
        )
    )
    db.session.flush()
    old = (
        select(ImportMapping.id)
        .where(ImportMapping.agency_id == agency_id, ImportMapping.kind == kind)
        .order_by(ImportMapping.used_at.desc(), ImportMapping.id)
        .offset(MAX_REMEMBERED)
    )
    if ids := db.session.scalars(old).all():
        execute(delete(ImportMapping).where(ImportMapping.id.in_(ids)))


def _headings(keys: Sequence[str]) -> str:
    """Return a key of the set of headings, whatever their order."""
    return sha256("\n".join(sorted(keys)).encode()).hexdigest()
