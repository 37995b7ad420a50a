"""Pages for shared groups: approvals, outside members, and who may create groups."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.admin.choosing import post_called
from intranet.administration.admin.filled import Filled
from intranet.collaboration.groups.access import board_of, makers_of
from intranet.collaboration.groups.forms import KeyForm, MakersForm
from intranet.collaboration.groups.models import Group, Makers
from intranet.collaboration.groups.operations.boards import open_board
from intranet.collaboration.groups.operations.sharing import set_makers, turn_back, turn_key
from intranet.collaboration.groups.queries import agencies_inside, keys_of_agency, shared_by
from intranet.extensions import db
from intranet.messaging.spaces.models import SpaceKey
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound, Problem
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import printable


@bp.get("/<code>/groups")
@administrator
def groups(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """List requested and given approvals, outside members, and people who may create groups."""
    board = board_of(agency.id)
    return render_template(
        "administration/admin/groups.html",
        board=board,
        filled=Filled({}),
        keys=keys_of_agency(agency),
        shared=[(group, _outsiders(group, agency)) for group in shared_by(agency)],
        makers=makers_of(agency.id).value,
        makers_options=[
            (Makers.EVERYBODY.value, _("Everyone who holds a post")),
            (Makers.HEADS.value, _("Heads")),
            (Makers.NOBODY.value, _("Nobody")),
        ],
    )


@bp.post("/<code>/groups/board")
@administrator
def open_staff_board(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Create the board of the staff representatives, for a post of the agency."""

    def open_it() -> None:
        post = post_called(agency, printable(request.form.get("post", ""), 200), "post")
        open_board(actor, post)

    return _done(
        agency,
        open_it,
        _("The board is now open. Only the holder of the post you chose can lead it."),
    )


@bp.post("/<code>/groups/makers")
@administrator
def change_makers(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Set who may create groups."""
    form = MakersForm.parse(request.form)
    return _done(agency, lambda: set_makers(actor, agency, form.makers), _("Saved."))


@bp.post("/<code>/groups/<uuid:space_id>/key")
@administrator
def change_key(actor: Person, agency: Agency, space_id: UUID) -> ResponseReturnValue:
    """Approve a shared group, or withdraw the approval."""
    if db.session.get(SpaceKey, (space_id, agency.id)) is None:
        raise NotFound
    group = db.session.get_one(Group, space_id)
    if request.form.get("do") == "back":
        words = _("Approval withdrawn. The people from your administration have left the group.")
        return _done(agency, lambda: turn_back(actor, group, agency), words)

    def turn() -> None:
        turn_key(actor, group, agency, KeyForm.parse(request.form).until)

    words = _("Approved. You can withdraw your approval at any time.")
    return _done(agency, turn, words)


def _outsiders(group: Group, agency: Agency) -> list[tuple[Agency, int]]:
    return [(one, count) for one, count in agencies_inside(group.space) if one.id != agency.id]


def _done(agency: Agency, act: Callable[[], None], words: str) -> ResponseReturnValue:
    try:
        act()
    except Problem as problem:
        reasons = problem.errors.values()
        flash(" ".join(map(str, reasons)) or str(problem.detail), "bad")
    else:
        flash(words, "ok")
    return redirect(url_for(".groups", code=agency.code), 303)
