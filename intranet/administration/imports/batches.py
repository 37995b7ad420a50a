"""Apply lines in batches: each batch is one transaction, and is applied exactly once."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from intranet.administration.imports import queries
from intranet.administration.imports.checking import IMPORTERS, count_accounts
from intranet.administration.imports.columns import ImportKind
from intranet.administration.imports.csv_lines import CsvLine
from intranet.administration.imports.models import Import, ImportLine, ImportState
from intranet.administration.imports.outcomes import PLACES, ImportEffect, ImportOutcome
from intranet.extensions import db
from intranet.finding.directory.indexing import in_slices
from intranet.organisation.agencies.access import require_rights
from intranet.organisation.agencies.locks import lock_organisations
from intranet.organisation.agencies.operations.structure import leading_no_more
from intranet.organisation.agencies.operations.vacancy_readers import (
    reckon_onward,
    reckoned_later,
)
from intranet.organisation.agencies.own_places import SOMEONE_ELSE
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import in_parts
from intranet.platform.audit.operations import AuditAct, record_many
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.unit_of_work import Work, unit_of_work

UNCHANGING = frozenset({ImportEffect.REJECTED, ImportEffect.UNCHANGED})


def apply_batch(import_id: UUID, size: int) -> int:
    """Apply the next lines of an import, all of them or none, in one transaction.

    A concurrent caller waits for the lock on the row and then applies the lines that follow.

    Returns:
        how many lines were applied; 0 if none are left.
    """
    try:
        return _apply_batch(import_id, size)
    except Forbidden as why:
        with unit_of_work() as work:
            row = work.locked(Import, import_id)
            if row.state == ImportState.APPLYING:
                code = "for_others" if why.detail is SOMEONE_ELSE else "rights"
                row.state, row.refusal = ImportState.CHECKED, {"code": code}
        return 0


def _apply_batch(import_id: UUID, size: int) -> int:
    with in_slices(), reckoned_later(), unit_of_work() as work:
        row = work.locked(Import, import_id)
        if row.state != ImportState.APPLYING:
            return 0
        lines = queries.next_lines(row, size)
        if not lines:
            return 0
        outcomes = _apply(work, row, lines)
        _note_rejected(row, lines, outcomes)
        row.applied += len(lines)
        row.applied_rank = lines[-1].rank or row.applied_rank
        row.moved_at = clock.now()
    return len(lines)


def finish(import_id: UUID) -> None:
    """Compute once what follows from all lines, in a few transactions, and end the import."""
    row = db.session.get_one(Import, import_id)
    for some in in_parts(queries.changed_agencies(row)):
        with unit_of_work() as work:
            if there := queries.existing_agencies(some):
                lock_organisations(work, there)
                reckon_onward(there)
    with unit_of_work() as work:
        row = db.session.get_one(Import, import_id)
        work.lock(row)
        if row.state == ImportState.APPLYING and not queries.next_lines(row, 1):
            _count_accounts(row)
            row.state, row.applied_at, row.moved_at = ImportState.APPLIED, clock.now(), clock.now()


def reject_next(import_id: UUID) -> None:
    """Reject the line at which applying fails, so that the lines after it can be applied."""
    with unit_of_work() as work:
        row = db.session.get_one(Import, import_id)
        work.lock(row)
        for line in queries.next_lines(row, 1):
            row.applied += 1
            row.applied_rank = line.rank or row.applied_rank
            _reject(row, line, "", "failed", {})


def _apply(work: Work, row: Import, lines: Sequence[ImportLine]) -> list[ImportOutcome]:
    actor = db.session.get(Person, row.applied_by_id) if row.applied_by_id else None
    if actor is None and not row.is_operators:
        raise Forbidden
    scope = queries.scope_of(row, actor)
    require_rights(actor, Act.IMPORT, scope.agency_ids or ())
    there = queries.existing_agencies({line.agency_id for line in lines if line.agency_id})
    if there:
        lock_organisations(work, there)
    importer = IMPORTERS[ImportKind(row.kind)](scope, row.columns, is_applying=True)
    importer.among = frozenset(there)
    importer.import_id = row.id
    outcomes = importer.outcomes_of([CsvLine(line.number, line.cells) for line in lines])
    changed = [each for each in outcomes if each.what not in UNCHANGING]
    require_rights(actor, Act.IMPORT, {each.agency_id for each in changed if each.agency_id})
    with leading_no_more(work, actor, there):
        importer.write()
    if made := count_accounts(importer):
        row.counts = {**row.counts, "accounts": row.counts.get("accounts", 0) + made}
    record_many(row.applied_by_id, _acts(row, changed))
    return outcomes


def _count_accounts(row: Import) -> None:
    """Correct the dry run's count of uninvited people by the number of accounts really made."""
    counts = dict(row.counts)
    foreseen, made = counts.pop("newcomers", 0), counts.pop("accounts", 0)
    if "uninvited" in counts:
        counts["uninvited"] = max(counts["uninvited"] - foreseen + made, 0)
        row.counts = counts


def _acts(row: Import, outcomes: Sequence[ImportOutcome]) -> list[AuditAct]:
    """Return an audit entry for each changed or ended row, and one with counts for each agency."""
    counts: dict[UUID, Counter[str]] = {}
    acts = []
    for outcome in outcomes:
        if outcome.agency_id is None:
            continue
        counts.setdefault(outcome.agency_id, Counter())[outcome.what.value] += 1
        if outcome.subject and outcome.what in {ImportEffect.CHANGED, ImportEffect.ENDED}:
            verb = "end" if outcome.what == ImportEffect.ENDED else "change"
            acts.append(
                AuditAct(
                    act=f"{outcome.subject[0]}.{verb}",
                    agency_id=outcome.agency_id,
                    subject=outcome.subject,
                    detail={"import": str(row.id), "line": outcome.line.number},
                )
            )
    acts += [
        AuditAct(
            act="import.apply", agency_id=agency_id, subject=("import", row.id), detail=dict(count)
        )
        for agency_id, count in counts.items()
    ]
    return acts


def _note_rejected(
    row: Import, lines: Sequence[ImportLine], outcomes: Sequence[ImportOutcome]
) -> None:
    """Mark the lines that were valid in the dry run and can no longer be applied."""
    by_number = {line.number: line for line in lines}
    for outcome in outcomes:
        if outcome.what == ImportEffect.REJECTED:
            line = by_number[outcome.line.number]
            _reject(row, line, outcome.column, outcome.code, outcome.about)


def _reject(row: Import, line: ImportLine, column: str, code: str, about: dict[str, Any]) -> None:
    row.counts = {
        **row.counts,
        line.what.value: row.counts.get(line.what.value, 1) - 1,
        "rejected": row.counts.get("rejected", 0) + 1,
        "late": row.counts.get("late", 0) + 1,
        "joins": row.counts.get("joins", 0) - line.joins,
        "leaves": row.counts.get("leaves", 0) - line.leaves,
    }
    line.joins = line.leaves = 0
    line.what, line.place, line.rank = (
        ImportEffect.REJECTED,
        PLACES[ImportEffect.REJECTED],
        None,
    )
    line.column, line.reason, line.about, line.fix = column, code, about, None
    line.is_late = True
