"""Pages with what a plan changes for people, rooms and rights, and the whole list of each."""

from dataclasses import dataclass
from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.administration.admin.blueprint import administrator
from intranet.administration.reorganisation.access import get_plan_of
from intranet.administration.reorganisation.blueprint import bp
from intranet.administration.reorganisation.consequences import (
    Consequence,
    ConsequenceKind,
    ConsequenceRow,
)
from intranet.administration.reorganisation.models import Plan, PlanState
from intranet.administration.reorganisation.previewing import preview
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import parse_position
from intranet.platform.core.spreadsheet import BEGINNING, spreadsheet_row
from intranet.platform.core.templating import this_page
from intranet.platform.core.web import wants_fragment

PAGE_SIZE = 100
SUBJECTS = ", ".join(ConsequenceKind)
ICONS = {
    ConsequenceKind.PEOPLE: "users",
    ConsequenceKind.JOINED_CHANNELS: "hash",
    ConsequenceKind.CLOSED_CHANNELS: "archive",
    ConsequenceKind.NEW_CHANNELS: "hash",
    ConsequenceKind.GAIN: "eye",
    ConsequenceKind.LOSE: "eye-off",
    ConsequenceKind.ANNOUNCEMENTS: "megaphone",
    ConsequenceKind.VACANT: "user-x",
    ConsequenceKind.ROLES: "key-round",
    ConsequenceKind.DEPUTIES: "users-round",
    ConsequenceKind.GROUPS: "handshake",
    ConsequenceKind.AUDIENCES: "filter",
    ConsequenceKind.LINKS: "link",
}


@dataclass(frozen=True)
class ListPage:
    """A part of the list of a consequence, with the addresses of those around it."""

    rows: list[ConsequenceRow]
    first: int
    previous: str | None
    next: str | None


@bp.get("/<code>/reorganisations/<uuid:plan_id>/consequences")
@administrator
def consequences(actor: Person, agency: Agency, plan_id: UUID) -> ResponseReturnValue:
    """Show what a plan changes, with numbers; to htmx, as the column beside the plan."""
    found = get_plan_of(actor, agency, plan_id)
    if found.state == PlanState.APPLIED:  # what it changed is its own page
        return redirect(url_for(".plan", code=agency.code, plan_id=plan_id), 303)
    name = "_consequences.html" if wants_fragment() else "consequences.html"
    return render_template(
        f"administration/reorganisation/{name}",
        plan=found,
        consequences=_consequences(found, actor),
        icons=ICONS,
    )


@bp.get(f"/<code>/reorganisations/<uuid:plan_id>/consequences/<any({SUBJECTS}):about>")
@administrator
def consequence(actor: Person, agency: Agency, plan_id: UUID, about: str) -> ResponseReturnValue:
    """Show the whole list of a consequence, in pages; or all of it as a spreadsheet."""
    found = get_plan_of(actor, agency, plan_id)
    one = _consequence(found, actor, ConsequenceKind(about))
    if request.args.get("as") == "csv":
        return _spreadsheet(one)
    return render_template(
        "administration/reorganisation/consequence.html",
        plan=found,
        one=one,
        part=_part(one),
        icons=ICONS,
    )


def _consequences(found: Plan, viewer: Person) -> list[Consequence]:
    if found.state == PlanState.APPLIED:
        return []
    return list(preview(found, viewer).consequences)


def _consequence(found: Plan, viewer: Person, kind: ConsequenceKind) -> Consequence:
    for each in _consequences(found, viewer):
        if each.kind == kind:
            return each
    raise NotFound


def _part(one: Consequence) -> ListPage:
    try:
        first = parse_position(request.args.get("from", "0"))
    except ValueError:
        first = 0
    rows = list(one.rows[first : first + PAGE_SIZE])
    more = first + PAGE_SIZE < len(one.rows)
    back = max(first - PAGE_SIZE, 0)
    return ListPage(
        rows,
        first,
        this_page(**{"from": str(back)}) if first else None,
        this_page(**{"from": str(first + PAGE_SIZE)}) if more else None,
    )


def _spreadsheet(one: Consequence) -> Response:
    lines = [(_("Name"), _("Effect")), *((row.text, row.detail) for row in one.rows)]
    body = BEGINNING + "".join(spreadsheet_row(line) for line in lines)
    name = f"{one.kind}.csv"
    return Response(
        body,
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
