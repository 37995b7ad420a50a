"""Printed codes for people without a mailbox: the sheets by unit, and to whom they were handed."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from intranet.administration.admin import queries
from intranet.administration.admin.access import get_unit
from intranet.administration.admin.blueprint import administrator, bp
from intranet.extensions import db
from intranet.organisation.accounts.invitation_models import AccountInvitation, InvitationState
from intranet.organisation.accounts.models import Account, LinkPurpose
from intranet.organisation.accounts.operations import invitation_codes
from intranet.organisation.accounts.operations.invitation_codes import PrintedCode
from intranet.organisation.accounts.operations.links import LINK_LIFETIMES
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Appointment, Person
from intranet.platform.core import clock
from intranet.platform.core.dates import day as day_text
from intranet.platform.core.errors import Conflict
from intranet.platform.core.i18n import _, ngettext
from intranet.platform.core.pdf import PdfDocument
from intranet.platform.core.templating import localized
from intranet.platform.core.web import current_language, site_address

SHOWN_LIMIT = 500


@dataclass
class SheetEntry:
    """A strip to cut out: a person, their post, and the code."""

    name: str
    post: str
    code: str


@dataclass
class Sheet:
    """The strips of a unit."""

    unit: str
    entries: list[SheetEntry] = field(default_factory=list)


@bp.get("/<code>/invitations/codes")
@administrator
def invitation_codes_page(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """List the people for whom a code was printed, to note to whom it was handed over."""
    rows = db.session.execute(
        select(Person, AccountInvitation)
        .join(Account, Account.person_id == Person.id)
        .join(AccountInvitation, AccountInvitation.account_id == Account.id)
        .where(
            AccountInvitation.agency_id == agency.id,
            AccountInvitation.state == InvitationState.PRINTED,
            Account.password_hash.is_(None),
        )
        .order_by(AccountInvitation.handed_at.is_not(None), Person.sort_key)
        .limit(SHOWN_LIMIT)
    ).all()
    shown = [person.id for person, _row in rows]
    return render_template(
        "administration/admin/invitation_codes.html",
        rows=[(person, row) for person, row in rows],
        held=queries.current_appointments_in(agency, shown),
        moment=clock.now(),
    )


@bp.post("/<code>/invitations/codes")
@administrator
def print_codes(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Make new codes and show them this once, as pages to print or as a PDF document."""
    unit_id = request.form.get("unit", type=UUID)
    unit = get_unit(agency, unit_id) if unit_id else None
    without = invitation_codes.left_out(actor, agency, unit)
    try:
        printed = invitation_codes.print_codes(actor, agency, unit)
    except Conflict as problem:
        flash(_left_out(without) or str(problem.detail), "bad")
        return redirect(url_for(".invitations", code=agency.code), 303)
    sheets = _sheets(agency, printed)
    last_day = day_text((clock.now() + LINK_LIFETIMES[LinkPurpose.CODE]).date())
    if request.form.get("format") == "pdf":
        document = _document(agency, sheets, last_day, _left_out(without))
        return send_file(document, "application/pdf", as_attachment=True, download_name="codes.pdf")
    return render_template(
        "administration/admin/invitation_sheets.html",
        sheets=sheets,
        left_out=_left_out(without),
        last_day=last_day,
        address=site_address().rstrip("/").partition("://")[2],
    )


@bp.post("/<code>/invitations/handed")
@administrator
def hand_over(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Note that codes were handed over."""
    chosen = request.form.getlist("person_ids", type=UUID)[:SHOWN_LIMIT]
    count = invitation_codes.note_handed(actor, agency, chosen)
    flash(
        ngettext("%(num)s code handed over.", "%(num)s codes handed over.", count),
        "ok" if count else "attn",
    )
    return redirect(url_for(".invitation_codes_page", code=agency.code), 303)


def _sheets(agency: Agency, printed: Sequence[PrintedCode]) -> list[Sheet]:
    """Return the strips by unit, units and people in their order."""
    people = {one.account.person_id: one for one in printed}
    held = queries.current_appointments_in(agency, list(people))
    ordered = sorted(
        people.values(),
        key=lambda one: (
            _unit_key(held.get(one.account.person_id, ())),
            one.account.person.sort_key,
        ),
    )
    sheets: list[Sheet] = []
    for one in ordered:
        posts = held.get(one.account.person_id, [])
        unit = localized(posts[0].post.unit.name) if posts else _("Without a post")
        if not sheets or sheets[-1].unit != unit:
            sheets.append(Sheet(unit))
        title = localized(posts[0].post.title) if posts else ""
        sheets[-1].entries.append(SheetEntry(one.account.person.name, title, one.code))
    return sheets


def _unit_key(posts: Sequence[Appointment]) -> tuple[bool, str]:
    return (not posts, posts[0].post.unit.sort_key if posts else "")


def _left_out(names: Sequence[str]) -> str:
    """Return the sentence on people whose codes an administrator has to print; "" if none."""
    if not names:
        return ""
    return _(
        "No code for: %(names)s. They hold a post with a role, so only an administrator can print "
        "theirs.",
        names=", ".join(names),
    )


def _document(agency: Agency, sheets: Sequence[Sheet], last_day: str, without: str) -> io.BytesIO:
    out = io.BytesIO()
    name = localized(agency.name)
    document = PdfDocument(out, title=_("One-time codes"), author=name, language=current_language())
    document.set_footer(name, _("Page %(page)s of", page="%(page)s"))
    for number, sheet in enumerate(sheets):
        if number:
            document.next_page()
        document.heading(sheet.unit, size=16)
        document.paragraph(
            _(
                "Go to %(address)s, choose “I have a code” and enter it. It works once, until "
                "%(day)s.",
                address=site_address().rstrip("/").partition("://")[2],
                day=last_day,
            )
        )
        for entry in sheet.entries:
            document.strip(entry.name, entry.post, entry.code)
    if without:
        document.next_page()
        document.paragraph(without)
    document.finish()
    out.seek(0)
    return out
