"""Sending a file, looking through it, applying what it says in small batches, forgetting it."""

import time
from collections.abc import Collection
from datetime import timedelta
from io import SEEK_END
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import delete, select, update

from intranet.administration.imports import queries
from intranet.administration.imports.checking import IMPORTERS, Checked, Take, check
from intranet.administration.imports.columns import Kind, columns_of
from intranet.administration.imports.csvlines import Line
from intranet.administration.imports.faults import Refused
from intranet.administration.imports.importer import Scope
from intranet.administration.imports.models import Import, ImportAgency, ImportLine, State
from intranet.administration.imports.outcomes import PLACES, Outcome, What, joined
from intranet.delivery.files.arriving import accept
from intranet.delivery.files.storage import new_key, storage
from intranet.extensions import db
from intranet.organisation.agencies.access import require_administrator
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.confirming import require_confirmed
from intranet.platform.core.database import store_rows
from intranet.platform.core.errors import Conflict, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.ids import uuid7
from intranet.platform.core.outbox import owe
from intranet.platform.core.text import fold
from intranet.platform.core.unit_of_work import Work, unit_of_work

CHECK, APPLY = "imports.check", "imports.apply"
KEPT_FOR = timedelta(days=30)
STAGED_AT_ONCE = 400
DELETED_AT_ONCE = 2000
WORDS_LIMIT = 600
ASK_ABOVE = 50
"""Above how many endings whoever applies says that they mean it."""

OF_AGENCIES = (Kind.UNITS, Kind.POSTS, Kind.PEOPLE, Kind.STAFF, Kind.DUTIES)
"""What an agency's administrators import; the rest is the operator's."""

APPOINTING = (Kind.PEOPLE, Kind.STAFF)
"""Kinds of files that may give administration, by a post: applying them is confirmed."""


class SupersededError(Exception):
    """Another check of the same file has begun since."""


def send_file(
    actor: Person, agencies: Collection[Agency], kind: Kind, file_name: str, stream: BinaryIO
) -> Import:
    """Take a file for agencies; it is looked through in the background, and nothing changes.

    Raises:
        Forbidden: the actor does not administer one of the agencies.
        Invalid: this kind is not theirs to import, or there is a virus in it.
        TooMany, Unavailable: it has to be tried again later.
        StorageFull: there is no room for it.
    """
    if kind not in OF_AGENCIES:
        raise Invalid({"kind": _l("Choose what the file contains.")})
    accept(stream)
    key, size_bytes = new_key(), stream.seek(0, SEEK_END)
    stream.seek(0)
    storage().put(key, stream)
    with unit_of_work() as work:
        for agency in agencies:
            require_administrator(actor, agency.id)
        row = new_import(work, kind, file_name, [agency.id for agency in agencies], actor.id)
        row.file_key, row.size_bytes = key, size_bytes
        owe(work, CHECK, {"import_id": str(row.id)})
    return row


def new_import(
    work: Work,
    kind: Kind,
    file_name: str,
    agency_ids: Collection[UUID],
    created_by_id: UUID | None,
) -> Import:
    """The row of an import, for these agencies; without somebody who sent it, the operator's."""
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
    row: Import, stream: BinaryIO, scope: Scope, *, also: Take = lambda _checked, _outcomes: None
) -> Checked | None:
    """Look through a file and stage what its lines would do.

    Args:
        also: gets the outcomes too.

    Returns:
        what was found; None where the file was refused, which the row says then, or where another
        check of it has begun since.
    """
    attempt, import_id, kind = uuid7(), row.id, Kind(row.kind)
    with unit_of_work() as work:
        work.lock(row)
        if row.state not in {State.WAITING, State.CHECKING}:
            return None
        row.state, row.attempt, row.read, row.moved_at = State.CHECKING, attempt, 0, clock.now()
    delete_lines(import_id)

    def take(checked: Checked, outcomes: list[Outcome]) -> None:
        also(checked, outcomes)
        kept = [outcome for outcome in outcomes if outcome.what != What.UNCHANGED]
        for start in range(0, max(len(kept), 1), STAGED_AT_ONCE):
            some = kept[start : start + STAGED_AT_ONCE]
            values = [_staged(import_id, outcome) for outcome in some]
            with unit_of_work():
                _require_attempt(import_id, attempt)
                store_rows(ImportLine, values)
                _execute(
                    update(Import)
                    .where(Import.id == import_id)
                    .values(read=checked.read, moved_at=clock.now())
                )

    try:
        checked = check(stream, kind, scope, take)
    except Refused as why:
        delete_lines(import_id)
        _settle(
            import_id, attempt, {"state": State.REFUSED, "refusal": {"code": why.code, **why.about}}
        )
        return None
    except SupersededError:
        return None
    _settle(import_id, attempt, {"state": State.CHECKED, **_found(checked)})
    return checked


def start_applying(actor: Person | None, row: Import, *, is_meant: bool) -> None:
    """Apply what the dry run found, in the background; or go on where it stopped.

    Raises:
        Forbidden: the actor does not administer one of the agencies.
        Conflict: there is nothing to apply.
        Invalid: it ends much, and nobody said that this is meant.
    """
    with unit_of_work() as work:
        work.lock(row)
        for agency_id in queries.agency_ids_of(row):
            require_administrator(actor, agency_id)
        if row.kind in APPOINTING:
            require_confirmed(actor)
        if row.state not in {State.CHECKED, State.APPLYING} or not row.to_apply:
            raise Conflict(_l("There is nothing to apply in this file."))
        if row.counts.get("ended", 0) > ASK_ABOVE and row.state == State.CHECKED and not is_meant:
            raise Invalid(
                {
                    "is_meant": _l(
                        "Before you apply this file, confirm the items that will be ended."
                    )
                }
            )
        row.state, row.moved_at, row.refusal = State.APPLYING, clock.now(), {}
        row.applied_by_id = actor.id if actor else None
        if actor:
            owe(work, APPLY, {"import_id": str(row.id)})


def throw_away(actor: Person, row: Import) -> None:
    """Forget an import that is not being applied; from then on it cannot be.

    Raises:
        Forbidden: the actor does not administer one of the agencies.
        Conflict: somebody has it applied.
    """
    with unit_of_work() as work:
        work.lock(row)
        for agency_id in queries.agency_ids_of(row):
            require_administrator(actor, agency_id)
        if row.state == State.APPLYING:
            raise Conflict(_l("This import is being applied."))
        row.state, row.attempt = State.REFUSED, None
    forget(row.id)


def forget(import_id: UUID) -> None:
    """Delete an import with its lines and its file."""
    delete_lines(import_id)
    with unit_of_work() as work:
        row = db.session.get(Import, import_id)
        if row is None:
            return
        work.lock(row)
        if row.file_key:
            storage().delete(row.file_key)
        _execute(delete(ImportAgency).where(ImportAgency.import_id == import_id))
        work.delete(row)


def delete_lines(import_id: UUID) -> None:
    """Delete the staged lines of an import, some at a time, so that others write in between."""
    while True:
        with unit_of_work():
            some = (
                select(ImportLine.number)
                .where(ImportLine.import_id == import_id)
                .limit(DELETED_AT_ONCE)
            )
            numbers = db.session.scalars(some).all()
            if not numbers:
                return
            gone = delete(ImportLine).where(
                ImportLine.import_id == import_id, ImportLine.number.in_(numbers)
            )
            _execute(gone)
        time.sleep(0.001)


def mend_line(actor: Person, row: Import, number: int, value: str) -> Outcome:
    """Put another value into the cell for which a line was rejected, and look at it again.

    Returns:
        what becomes of the line now.

    Raises:
        Forbidden: the actor does not administer one of the agencies.
        Conflict: it has been applied, or the line is not a rejected one.
    """
    with unit_of_work() as work:
        work.lock(row)
        for agency_id in queries.agency_ids_of(row):
            require_administrator(actor, agency_id)
        line = db.session.get(ImportLine, (row.id, number))
        if row.state != State.CHECKED or line is None or line.what != What.REJECTED:
            raise Conflict(_l("This line can no longer be corrected here."))
        columns = columns_of(Kind(row.kind), row.header)
        place = columns.places.get(line.column)
        if place is None:
            raise Conflict(_l("This line can no longer be corrected here."))
        cells = [*line.cells, *[""] * (place + 1 - len(line.cells))]
        cells[place] = value
        importer = IMPORTERS[Kind(row.kind)](queries.scope_of(row, actor), columns)
        [outcome] = importer.outcomes_of([Line(number, cells)])
        _restage(row, line, outcome)
    return outcome


def _restage(row: Import, line: ImportLine, outcome: Outcome) -> None:
    staged = _staged(row.id, outcome)
    if outcome.what != What.REJECTED:
        counts = dict(row.counts)
        counts["rejected"] -= 1
        counts[outcome.what.value] = counts.get(outcome.what.value, 0) + 1
        counts["joins"] = counts.get("joins", 0) + outcome.joins
        counts["leaves"] = counts.get("leaves", 0) + outcome.leaves
        row.counts = counts
    if outcome.what == What.UNCHANGED:
        db.session.delete(line)
        return
    row.to_apply += outcome.what != What.REJECTED
    for name, value in staged.items():
        setattr(line, name, value)


def _staged(import_id: UUID, outcome: Outcome) -> dict[str, Any]:
    is_rejected = outcome.what == What.REJECTED
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
    to_apply = sum(checked.counts[what.value] for what in (What.CREATED, What.CHANGED, What.ENDED))
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
        _execute(found.values(**values, moved_at=clock.now(), file_key=None))
        db.session.expire_all()


def _require_attempt(import_id: UUID, attempt: UUID) -> None:
    wanted = select(Import.attempt).where(Import.id == import_id).with_for_update()
    if db.session.scalar(wanted) != attempt:
        raise SupersededError


def _execute(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))
