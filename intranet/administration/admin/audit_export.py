"""The audit log as a file, with the hashes by which its chain can be verified elsewhere."""

import json
from collections.abc import Iterator, Sequence
from itertools import islice

from flask import Response, request, stream_with_context
from flask.typing import ResponseReturnValue

from intranet.administration.admin.audit import asked_filter
from intranet.administration.admin.audit_names import names_in
from intranet.administration.admin.audit_sentences import plain_sentence
from intranet.administration.admin.blueprint import administrator, bp
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.audit.models import AuditLine
from intranet.platform.audit.operations import record
from intranet.platform.audit.queries import BATCH_SIZE, all_lines
from intranet.platform.core import clock
from intranet.platform.core.spreadsheet import BEGINNING, spreadsheet_row

COLUMNS = (
    *("number", "at", "sentence", "actor", "act", "subject_kind", "subject", "detail"),
    *("previous_hash", "hash"),
)


@bp.post("/<code>/audit/export")
@administrator
def export_audit(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Download the filtered entries as a spreadsheet or as JSON, and record it in the log."""
    wanted = asked_filter(actor, agency)
    kind = "json" if request.form.get("format") == "json" else "csv"
    record("audit.export", agency_id=agency.id, actor_id=actor.id, subject=("agency", agency.id))
    said = _said(agency, all_lines(agency.id, wanted))
    name = f"audit-{agency.handle}-{clock.today(agency.time_zone):%Y-%m-%d}.{kind}"
    return Response(
        stream_with_context(_json(said) if kind == "json" else _spreadsheet(said)),
        mimetype="application/json" if kind == "json" else "text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _said(agency: Agency, lines: Iterator[AuditLine]) -> Iterator[tuple[AuditLine, str]]:
    """Yield each entry with its sentence; names are read for a batch at a time."""
    while some := list(islice(lines, BATCH_SIZE)):
        names = names_in(agency, some)
        yield from ((line, plain_sentence(line, names)) for line in some)


def _spreadsheet(said: Iterator[tuple[AuditLine, str]]) -> Iterator[str]:
    yield BEGINNING + spreadsheet_row(COLUMNS)
    for line, sentence in said:
        detail = json.dumps(line.detail, ensure_ascii=False, sort_keys=True)
        yield spreadsheet_row([*_cells(line, sentence), detail, line.previous_hash, line.hash])


def _cells(line: AuditLine, sentence: str) -> Sequence[str]:
    return (
        *(str(line.number), line.at.isoformat(), sentence, str(line.actor_id or "")),
        *(line.act, line.subject_kind, str(line.subject_id or "")),
    )


def _json(said: Iterator[tuple[AuditLine, str]]) -> Iterator[str]:
    """Write a list of what the hash of each line is over, with the sentence beside it."""
    before = "["
    for line, sentence in said:
        yield before + json.dumps(
            {
                "agency_id": str(line.agency_id),
                "number": line.number,
                "at": line.at.isoformat(),
                "sentence": sentence,
                "actor_id": str(line.actor_id) if line.actor_id else None,
                "act": line.act,
                "subject_kind": line.subject_kind,
                "subject_id": str(line.subject_id) if line.subject_id else None,
                "detail": line.detail,
                "previous_hash": line.previous_hash,
                "hash": line.hash,
            },
            ensure_ascii=False,
        )
        before = ",\n"
    yield "]\n" if before != "[" else "[]\n"
