"""Queries on imports and their lines, paged by key."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Select, bindparam, select, tuple_

from intranet.administration.imports.importer import ImportScope
from intranet.administration.imports.kinds.name_readings import UNSURE
from intranet.administration.imports.models import Import, ImportAgency, ImportLine, ImportState
from intranet.administration.imports.outcomes import PLACES, ImportEffect
from intranet.extensions import db
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.text import fold
from intranet.platform.core.types import among, id_parameter


def agency_ids_of(row: Import) -> Sequence[UUID]:
    """Return the agencies of an import; empty if it is the operator's for all agencies."""
    return db.session.scalars(
        select(ImportAgency.agency_id).where(ImportAgency.import_id == row.id)
    ).all()


def scope_of(row: Import, actor: Person | None) -> ImportScope:
    """Return the agencies of an import and its actor."""
    agency_ids = frozenset(agency_ids_of(row))
    return ImportScope(agency_ids or None if row.is_operators else agency_ids, actor)


def existing_agencies(agency_ids: Collection[UUID]) -> Sequence[UUID]:
    """Return those of these agency ids that are stored.

    An import can name agencies that it is still to create.
    """
    rows = execute_prepared(_existing(), agency_ids=list(agency_ids))
    return [row.id for row in rows]


@cache
def _existing() -> Select[UUID]:
    return select(Agency.id).where(among(Agency.id, "agency_ids"))


def changed_agencies(row: Import) -> Sequence[UUID]:
    """Return the ids of the agencies that the applied lines of an import are about."""
    found = (
        select(ImportLine.agency_id)
        .where(ImportLine.import_id == row.id, ImportLine.rank <= row.applied_rank)
        .distinct()
    )
    return [agency_id for agency_id in db.session.scalars(found) if agency_id]


def agencies_being_imported() -> set[UUID]:
    """Return the ids of the agencies that imports under way have changed."""
    under_way = select(Import).where(Import.state == ImportState.APPLYING)
    rows = db.session.scalars(under_way).all()
    return {agency_id for row in rows for agency_id in changed_agencies(row)}


def unsure_people(agency_id: UUID) -> Select[UUID]:
    """Return the ids of imported people whose name is not certain, and who could not say so yet.

    A name is certain once it was changed, or once its person has signed in and seen it.
    """
    return (
        select(Person.id)
        .join(Account, Account.person_id == Person.id)
        .join(ImportLine, ImportLine.import_id == Account.import_id)
        .where(
            Account.home_agency_id == agency_id,
            Account.state == AccountState.INVITED,
            ImportLine.reason == UNSURE,
            ImportLine.title == Person.name,
        )
        .distinct()
    )


def next_lines(row: Import, limit: int) -> Sequence[ImportLine]:
    """Return the next lines to apply, in their order."""
    given = {"import_id": row.id, "rank": row.applied_rank, "most": limit}
    return db.session.scalars(_next(), given).all()


@cache
def _next() -> Select[ImportLine]:
    return (
        select(ImportLine)
        .where(
            ImportLine.import_id == id_parameter("import_id"), ImportLine.rank > bindparam("rank")
        )
        .order_by(ImportLine.rank)
        .limit(bindparam("most", type_=Integer))
    )


def lines_of(
    row: Import,
    what: ImportEffect | None,
    typed: str,
    after: tuple[int, int] | None,
    limit: int,
) -> Sequence[ImportLine]:
    """Return a page of the report: rejected lines first, each group in the order of the file.

    Args:
        typed: words or parts of them that the lines contain, in any order.
        after: place and number of the last line of the previous page.
    """
    found = _lines(row, what, typed)
    if after:
        found = found.where(tuple_(ImportLine.place, ImportLine.number) > after)
    return db.session.scalars(
        found.order_by(ImportLine.place, ImportLine.number).limit(limit)
    ).all()


def rejected_after(row: Import, number: int, limit: int) -> Sequence[ImportLine]:
    """Return rejected lines after a number, for a file of them."""
    return db.session.scalars(
        select(ImportLine)
        .where(
            ImportLine.import_id == row.id,
            ImportLine.place == PLACES[ImportEffect.REJECTED],
            ImportLine.number > number,
        )
        .order_by(ImportLine.number)
        .limit(limit)
    ).all()


def rejected_when_applied(row: Import) -> Sequence[ImportLine]:
    """Return lines that were valid in the dry run and could not be applied."""
    return db.session.scalars(
        select(ImportLine)
        .where(
            ImportLine.import_id == row.id,
            ImportLine.place == PLACES[ImportEffect.REJECTED],
            ImportLine.is_late,
        )
        .order_by(ImportLine.number)
    ).all()


def imports_visible(agency_ids: Any, before: UUID | None, limit: int) -> Sequence[Import]:
    """Return imports whose agencies a person administers, newest first."""
    found = select(Import).where(_is_visible(agency_ids))
    if before:
        found = found.where(Import.id < before)
    return db.session.scalars(found.order_by(Import.id.desc()).limit(limit)).all()


def visible_import(agency_ids: Any, import_id: UUID) -> Import | None:
    """Return an import, if the person administers all of its agencies."""
    return db.session.scalar(select(Import).where(Import.id == import_id, _is_visible(agency_ids)))


def old_ids(before: datetime, limit: int) -> Sequence[UUID]:
    """Return the ids of imports that were sent before an instant."""
    return db.session.scalars(
        select(Import.id).where(Import.created_at < before).order_by(Import.id).limit(limit)
    ).all()


def with_old_files(before: datetime, limit: int) -> Sequence[Import]:
    """Return imports whose bytes are kept since before an instant and are not being read."""
    busy = (ImportState.WAITING, ImportState.CHECKING)
    return db.session.scalars(
        select(Import)
        .where(Import.created_at < before, Import.file_key.is_not(None), Import.state.not_in(busy))
        .order_by(Import.id)
        .limit(limit)
    ).all()


def _lines(row: Import, what: ImportEffect | None, typed: str) -> Select[ImportLine]:
    found = select(ImportLine).where(ImportLine.import_id == row.id)
    if what:
        found = found.where(ImportLine.place == PLACES[what])
    for word in fold(typed).split():
        found = found.where(ImportLine.words.contains(word, autoescape=True))
    return found


def _is_visible(agency_ids: Any) -> Any:
    of_import = select(ImportAgency.import_id).where(ImportAgency.import_id == Import.id)
    return of_import.exists() & ~of_import.where(ImportAgency.agency_id.not_in(agency_ids)).exists()
