"""Send a file, check it, apply its lines in small batches, delete it."""

import time
from collections.abc import Collection
from datetime import timedelta
from io import SEEK_END
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import delete, select, update

from intranet.administration.imports import queries
from intranet.administration.imports.checking import IMPORTERS, Checked, Take, check
from intranet.administration.imports.columns import ImportKind
from intranet.administration.imports.csv_lines import CsvLine
from intranet.administration.imports.faults import Refused
from intranet.administration.imports.importer import ImportScope
from intranet.administration.imports.models import Import, ImportAgency, ImportLine, ImportState
from intranet.administration.imports.outcomes import PLACES, ImportEffect, ImportOutcome, joined
from intranet.delivery.files.operations import ERASE
from intranet.delivery.files.storage import storage
from intranet.delivery.files.storage_interface import new_key
from intranet.delivery.files.upload_checks import accept
from intranet.extensions import db
from intranet.organisation.agencies.access import require_right, require_rights
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.database import execute, store_rows
from intranet.platform.core.errors import Conflict, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.ids import uuid7
from intranet.platform.core.outbox import enqueue
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.text import fold
from intranet.platform.core.unit_of_work import Work, unit_of_work

READ, CHECK, APPLY = "imports.read", "imports.check", "imports.apply"
KEPT_FOR = timedelta(days=30)
FILE_KEPT_FOR = timedelta(days=1)
"""How long the bytes of a file are kept, so that its columns can be changed after a look."""

STAGE_BATCH_SIZE = 400
DELETE_BATCH_SIZE = 2000
WORDS_LIMIT = 600
MAX_UNCONFIRMED_ENDS = 50
"""An import that ends more rows than this needs an explicit confirmation."""

APPOINTING = (ImportKind.PEOPLE, ImportKind.STAFF)
"""Kinds that can appoint people to administering posts: applying them needs a confirmation."""


class SupersededError(Exception):
    """Another check of the same file has begun since."""


def send_file(
    actor: Person, agencies: Collection[Agency], kind: ImportKind, file_name: str, stream: BinaryIO
) -> Import:
    """Store a file for agencies; it is checked in the background, and nothing changes yet.

    Raises:
        Forbidden: the actor does not administer one of the agencies.
        Invalid: the file contains a virus.
        TooMany, Unavailable: try again later.
        StorageFull: there is no space for the file.
    """
    accept(stream)
    key, size_bytes = new_key(), stream.seek(0, SEEK_END)
    stream.seek(0)
    storage().put(key, stream)
    with unit_of_work() as work:
        for agency in agencies:
            require_right(actor, Act.IMPORT, agency.id)
        row = new_import(work, kind, file_name, [agency.id for agency in agencies], actor.id)
        row.file_key, row.size_bytes = key, size_bytes
        enqueue(work, READ, {"import_id": str(row.id)})
    return row


def new_import(
    work: Work,
    kind: ImportKind,
    file_name: str,
    agency_ids: Collection[UUID],
    created_by_id: UUID | None,
) -> Import:
    """Create the row of an import for these agencies; `created_by_id` is None for the operator."""
    row = Import(
        kind=kind,
        file_name=file_name[-200:],
        created_by_id=created_by_id,
        is_operators=created_by_id is None,
    )
    work.add(row)
    db.session.flush()
    work.add(*(ImportAgency(import_id=row.id, agency_id=each) for each in agency_ids))
    return row


def check_file(
    row: Import,
    stream: BinaryIO,
    scope: ImportScope,
    *,
    also: Take = lambda _checked, _outcomes: None,
) -> Checked | None:
    """Check a file and stage the outcomes of its lines.

    Args:
        also: called with the same outcomes before they are staged.

    Returns:
        the result; None if the file was refused (the row has the reason), if the import does not
        wait for a check any more, or if another check of the file has begun since.
    """
    attempt, import_id, kind = uuid7(), row.id, ImportKind(row.kind)
    with unit_of_work() as work:
        work.lock(row)
        if row.state not in {ImportState.WAITING, ImportState.CHECKING}:
            return None
        row.state, row.attempt = ImportState.CHECKING, attempt
        row.read, row.moved_at = 0, clock.now()
    delete_lines(import_id)

    def take(checked: Checked, outcomes: list[ImportOutcome]) -> None:
        also(checked, outcomes)
        kept = [outcome for outcome in outcomes if outcome.what != ImportEffect.UNCHANGED]
        for start in range(0, max(len(kept), 1), STAGE_BATCH_SIZE):
            some = kept[start : start + STAGE_BATCH_SIZE]
            values = [_staged(import_id, outcome) for outcome in some]
            with unit_of_work():
                _require_attempt(import_id, attempt)
                store_rows(ImportLine, values)
                execute(
                    update(Import)
                    .where(Import.id == import_id)
                    .values(read=checked.read, moved_at=clock.now())
                )

    try:
        checked = check(stream, kind, scope, take, row.chosen)
    except Refused as why:
        delete_lines(import_id)
        _settle(
            import_id,
            attempt,
            {"state": ImportState.REFUSED, "refusal": {"code": why.code, **why.about}},
        )
        return None
    except SupersededError:
        return None
    _settle(import_id, attempt, {"state": ImportState.CHECKED, **_found(checked)})
    return checked


def start_applying(actor: Person | None, row: Import, *, is_meant: bool) -> None:
    """Start applying the result of the dry run in the background, or continue where it stopped.

    Raises:
        Forbidden: the actor does not administer one of the agencies.
        Conflict: there is nothing to apply.
        Invalid: it ends many rows, and the actor did not confirm that.
    """
    with unit_of_work() as work:
        work.lock(row)
        require_rights(actor, Act.IMPORT, queries.agency_ids_of(row))
        if row.kind in APPOINTING:
            require_confirmed(actor)
        if row.state not in {ImportState.CHECKED, ImportState.APPLYING} or not row.to_apply:
            raise Conflict(_l("There is nothing to apply in this file."))
        is_large = row.counts.get("ended", 0) > MAX_UNCONFIRMED_ENDS
        if is_large and row.state == ImportState.CHECKED and not is_meant:
            raise Invalid(
                {
                    "is_meant": _l(
                        "Before you apply this file, confirm the items that will be ended."
                    )
                }
            )
        row.state, row.moved_at, row.refusal = ImportState.APPLYING, clock.now(), {}
        if row.survey:
            row.survey = {"lines": row.survey["lines"]}
        drop_file(work, row)
        row.applied_by_id = actor.id if actor else None
        if actor:
            enqueue(work, APPLY, {"import_id": str(row.id)})


def discard(actor: Person, row: Import) -> None:
    """Discard an import that is not being applied; it cannot be applied afterwards.

    Raises:
        Forbidden: the actor does not administer one of the agencies.
        Conflict: the import is being applied.
    """
    with unit_of_work() as work:
        work.lock(row)
        require_rights(actor, Act.IMPORT, queries.agency_ids_of(row))
        if row.state == ImportState.APPLYING:
            raise Conflict(_l("This import is being applied."))
        row.state, row.attempt = ImportState.REFUSED, None
    forget(row.id)


def forget(import_id: UUID) -> None:
    """Delete an import with its lines and its file."""
    delete_lines(import_id)
    with unit_of_work() as work:
        row = db.session.get(Import, import_id)
        if row is None:
            return
        work.lock(row)
        drop_file(work, row)
        execute(delete(ImportAgency).where(ImportAgency.import_id == import_id))
        work.delete(row)


def drop_file(work: Work, row: Import) -> None:
    """Delete the bytes of a file after this transaction; what was read of it stays."""
    if row.file_key:
        enqueue(work, ERASE, {"keys": [row.file_key]})
        row.file_key = None


def delete_lines(import_id: UUID) -> None:
    """Delete the staged lines of an import in batches, so that others can write in between."""
    while True:
        with unit_of_work():
            some = (
                select(ImportLine.number)
                .where(ImportLine.import_id == import_id)
                .limit(DELETE_BATCH_SIZE)
            )
            numbers = db.session.scalars(some).all()
            if not numbers:
                return
            gone = delete(ImportLine).where(
                ImportLine.import_id == import_id, ImportLine.number.in_(numbers)
            )
            execute(gone)
        time.sleep(0.001)


def mend_line(actor: Person, row: Import, number: int, value: str) -> ImportOutcome:
    """Replace the cell for which a line was rejected, and check the line again.

    Returns:
        the new outcome of the line.

    Raises:
        Forbidden: the actor does not administer one of the agencies.
        Conflict: the import has been applied, or the line is not rejected.
    """
    with unit_of_work() as work:
        work.lock(row)
        require_rights(actor, Act.IMPORT, queries.agency_ids_of(row))
        line = db.session.get(ImportLine, (row.id, number))
        is_checked = row.state == ImportState.CHECKED
        if not is_checked or line is None or line.what != ImportEffect.REJECTED:
            raise Conflict(_l("This line can no longer be corrected here."))
        columns = row.columns
        place = columns.places.get(line.column)
        if place is None:
            raise Conflict(_l("This line can no longer be corrected here."))
        cells = [*line.cells, *[""] * (place + 1 - len(line.cells))]
        cells[place] = value
        importer = IMPORTERS[ImportKind(row.kind)](queries.scope_of(row, actor), columns)
        [outcome] = importer.outcomes_of([CsvLine(number, cells)])
        _restage(row, line, outcome)
    return outcome


def _restage(row: Import, line: ImportLine, outcome: ImportOutcome) -> None:
    staged = _staged(row.id, outcome)
    if outcome.what != ImportEffect.REJECTED:
        counts = dict(row.counts)
        counts["rejected"] -= 1
        counts[outcome.what.value] = counts.get(outcome.what.value, 0) + 1
        counts["joins"] = counts.get("joins", 0) + outcome.joins
        counts["leaves"] = counts.get("leaves", 0) + outcome.leaves
        row.counts = counts
    if outcome.what == ImportEffect.UNCHANGED:
        db.session.delete(line)
        return
    row.to_apply += outcome.what != ImportEffect.REJECTED
    for name, value in staged.items():
        setattr(line, name, value)


def _staged(import_id: UUID, outcome: ImportOutcome) -> dict[str, Any]:
    is_rejected = outcome.what == ImportEffect.REJECTED
    cells = outcome.line.cells
    words = fold(" ".join([outcome.title, joined(outcome.facts, " "), *cells])[:WORDS_LIMIT])
    return {
        "import_id": import_id,
        "number": outcome.line.number,
        "place": PLACES[outcome.what],
        "what": outcome.what,
        "rank": None if is_rejected else outcome.rank,
        "agency_id": outcome.agency_id,
        "title": outcome.title[:200],
        "facts": [list(fact) for fact in outcome.facts],
        "joins": outcome.joins,
        "leaves": outcome.leaves,
        "column": outcome.column,
        "reason": outcome.code,
        "about": outcome.about,
        "fix": outcome.fix,
        "cells": cells,
        "words": words,
    }


def _found(checked: Checked) -> dict[str, Any]:
    to_apply = sum(
        checked.counts[what.value]
        for what in (ImportEffect.CREATED, ImportEffect.CHANGED, ImportEffect.ENDED)
    )
    return {
        "encoding": checked.said.encoding,
        "separator": checked.said.separator,
        "header": [cell[:200] for cell in checked.header],
        "ignored": checked.columns.ignored,
        "counts": dict(checked.counts),
        "read": checked.read,
        "to_apply": to_apply,
    }


def _settle(import_id: UUID, attempt: UUID, values: dict[str, Any]) -> None:
    with unit_of_work():
        try:
            _require_attempt(import_id, attempt)
        except SupersededError:
            return
        found = update(Import).where(Import.id == import_id)
        execute(found.values(**values, moved_at=clock.now()))
        db.session.expire_all()


def _require_attempt(import_id: UUID, attempt: UUID) -> None:
    wanted = select(Import.attempt).where(Import.id == import_id).with_for_update()
    if db.session.scalar(wanted) != attempt:
        raise SupersededError
