"""Pages of the agency's audit log: filter, download and verify it."""

import json
from collections.abc import Iterator
from datetime import date

from flask import Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue

from intranet.administration.admin.audit_facts import facts
from intranet.administration.admin.audit_names import is_visible_in_log, names_in
from intranet.administration.admin.audit_people import ids_about
from intranet.administration.admin.audit_sentences import sentence
from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.admin.filled_form import Filled
from intranet.administration.admin.labels import act_names
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.audit import queries
from intranet.platform.audit.models import AuditLine
from intranet.platform.audit.operations import record
from intranet.platform.audit.queries import AuditFilter
from intranet.platform.core import clock
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import FIRST_DAY, LAST_DAY, printable
from intranet.platform.core.spreadsheet import BEGINNING, spreadsheet_row
from intranet.platform.core.templating import this_page

PAGE_SIZE = 50
NUMBER_DIGITS_LIMIT = 18  # such a number fits into 64 bits
EVERYTHING, SIGN_INS = "all", "sign_in.begin"
COLUMNS = ("number", "at", "actor", "act", "subject_kind", "subject", "detail", "hash")


@bp.get("/<code>/audit")
@administrator
def audit(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """List the entries, latest first, and whether the hash chain is valid if that is asked for."""
    wanted = _wanted(agency)
    before = _number("before")
    lines = queries.lines(agency.id, wanted, before=before, limit=PAGE_SIZE + 1)
    shown, more = lines[:PAGE_SIZE], len(lines) > PAGE_SIZE
    asked = request.args.get("check") == "1"
    acts = act_names()
    return render_template(
        "administration/admin/audit.html",
        lines=shown,
        filled=Filled({"person": printable(request.args.get("person", ""), 80)}),
        names=names_in(agency, shown),
        facts=facts,
        sentence=sentence,
        acts=acts,
        options=[
            ("", _("All actions except sign-ins")),
            (EVERYTHING, _("Everything")),
            *((act, acts.get(act, act)) for act in queries.acts_of(agency.id, is_visible_in_log())),
        ],
        next=this_page(before=str(shown[-1].number)) if more else None,
        first=this_page(before=None) if before else None,
        is_checked=asked,
        broken=queries.first_broken_number(agency.id) if asked else None,
        download=this_page(before=None, check=None),
    )


@bp.post("/<code>/audit/export")
@administrator
def export_audit(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Download the filtered entries as a spreadsheet, and record the download in the log."""
    wanted = _wanted(agency)
    record("audit.export", agency_id=agency.id, actor_id=actor.id, subject=("agency", agency.id))
    name = f"audit-{agency.handle}-{clock.today(agency.time_zone):%Y-%m-%d}.csv"
    return Response(
        stream_with_context(_spreadsheet(queries.all_lines(agency.id, wanted))),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _spreadsheet(lines: Iterator[AuditLine]) -> Iterator[str]:
    yield BEGINNING + spreadsheet_row(COLUMNS)
    for line in lines:
        yield spreadsheet_row(
            (
                str(line.number),
                line.at.isoformat(),
                str(line.actor_id or ""),
                line.act,
                line.subject_kind,
                str(line.subject_id or ""),
                json.dumps(line.detail, ensure_ascii=False, sort_keys=True),
                line.hash,
            )
        )


def _wanted(agency: Agency) -> AuditFilter:
    """Parse the filter from the address; ignore a day or a person that cannot be parsed."""
    first, last = _day("from"), _day("to")
    person = printable(request.args.get("person", ""), 80)
    act = printable(request.args.get("act", ""), 40)
    return AuditFilter(
        act=act if act != EVERYTHING else None,
        without=None if act else SIGN_INS,
        about=ids_about(agency, person) if person else None,
        since=clock.start_of(first, agency.time_zone) if first else None,
        until=clock.end_of(last, agency.time_zone) if last else None,
        limit=is_visible_in_log(),
    )


def _day(name: str) -> date | None:
    found = request.args.get(name, type=date.fromisoformat)
    return found if found and FIRST_DAY <= found <= LAST_DAY else None


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return (
        int(text)
        if text.isascii() and text.isdecimal() and len(text) < NUMBER_DIGITS_LIMIT
        else None
    )
