"""The page of the agency's audit log: filter and verify it."""

from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from intranet.administration.admin.audit_acts import act_names
from intranet.administration.admin.audit_facts import facts
from intranet.administration.admin.audit_kinds import KINDS
from intranet.administration.admin.audit_names import is_visible_in_log, names_in
from intranet.administration.admin.audit_people import ids_about, ids_of_things
from intranet.administration.admin.audit_sentences import sentence
from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.admin.filled_form import Filled
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.audit import queries
from intranet.platform.audit.operations import record
from intranet.platform.audit.queries import AuditFilter
from intranet.platform.core import clock
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import FIRST_DAY, LAST_DAY, printable
from intranet.platform.core.templating import this_page

PAGE_SIZE = 50
NUMBER_DIGITS_LIMIT = 18  # such a number fits into 64 bits
EVERYTHING, SIGN_INS, READ = "all", "sign_in.begin", "audit.read"


@bp.get("/<code>/audit")
@administrator
def audit(actor: Person, agency: Agency) -> ResponseReturnValue:
    """List the entries, latest first, and whether the hash chain is valid if that is asked for."""
    record_reading(actor, agency)
    wanted = asked_filter(actor, agency)
    before = _number("before")
    lines = queries.lines(agency.id, wanted, before=before, limit=PAGE_SIZE + 1)
    shown, more = lines[:PAGE_SIZE], len(lines) > PAGE_SIZE
    asked = request.args.get("check") == "1"
    acts = act_names()
    told = queries.acts_of(agency.id, is_visible_in_log(actor, agency))
    return render_template(
        "administration/admin/audit.html",
        lines=shown,
        filled=Filled(
            {name: printable(request.args.get(name, ""), 80) for name in ("person", "thing")}
        ),
        names=names_in(agency, shown),
        facts=facts,
        sentence=sentence,
        acts=acts,
        options=[
            ("", _("All actions except sign-ins")),
            (EVERYTHING, _("Everything")),
            *((kind, label) for kind, (label, _things) in KINDS.items()),
            *((act, acts.get(act, act)) for act in told),
        ],
        next=this_page(before=str(shown[-1].number)) if more else None,
        first=this_page(before=None) if before else None,
        is_checked=asked,
        broken=queries.first_broken_number(agency.id) if asked else None,
        download=this_page(before=None, check=None),
    )


def asked_filter(actor: Person, agency: Agency) -> AuditFilter:
    """Parse the filter from the address; ignore a day or a person that cannot be parsed."""
    first, last = _day("from"), _day("to")
    person, thing = (printable(request.args.get(name, ""), 80) for name in ("person", "thing"))
    act = printable(request.args.get("act", ""), 40)
    kind = KINDS.get(act)
    return AuditFilter(
        act=act if act != EVERYTHING and not kind else None,
        things=kind[1] if kind else None,
        without=None if act else SIGN_INS,
        about=ids_about(agency, person) if person else None,
        subject_ids=ids_of_things(agency, thing) if thing else None,
        since=clock.start_of(first, agency.time_zone) if first else None,
        until=clock.end_of(last, agency.time_zone) if last else None,
        limit=is_visible_in_log(actor, agency),
    )


def record_reading(actor: Person, agency: Agency) -> None:
    """Record that an auditor reads the log, once for each day."""
    if actor.administers(agency.id):
        return
    day = clock.start_of(clock.today(agency.time_zone), agency.time_zone)
    today = AuditFilter(act=READ, actor_id=actor.id, since=day)
    if not queries.lines(agency.id, today, limit=1):
        record(READ, agency_id=agency.id, actor_id=actor.id, subject=("agency", agency.id))


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
