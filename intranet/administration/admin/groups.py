"""Pages for shared groups: approvals, outside members, and who may create groups."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.admin.filled_form import Filled
from intranet.administration.admin.typed_choices import find_post
from intranet.collaboration.groups.access import board_of, makers_of
from intranet.collaboration.groups.forms import KeyForm, MakersForm
from intranet.collaboration.groups.member_figures import agencies_inside
from intranet.collaboration.groups.models import Group, Makers
from intranet.collaboration.groups.operations.boards import open_board
from intranet.collaboration.groups.operations.sharing import set_makers, turn_back, turn_key
from intranet.collaboration.groups.queries import keys_of_agency, shared_by
from intranet.extensions import db
from intranet.messaging.spaces.models import SpaceKey
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import printable
from intranet.platform.core.refused import flashing


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
    typed = printable(request.form.get("post", ""), 200)
    with flashing(_("The board is now open. Only the holder of the post you chose can lead it.")):
        open_board(actor, find_post(agency, typed, "post"))
    return _back(agency)


@bp.post("/<code>/groups/makers")
@administrator
def change_makers(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Set who may create groups."""
    form = MakersForm.parse(request.form)
    with flashing(_("Saved.")):
        set_makers(actor, agency, form.makers)
    return _back(agency)


@bp.post("/<code>/groups/<uuid:space_id>/key")
@administrator
def change_key(actor: Person, agency: Agency, space_id: UUID) -> ResponseReturnValue:
    """Approve a shared group, or withdraw the approval."""
    if db.session.get(SpaceKey, (space_id, agency.id)) is None:
        raise NotFound
    group = db.session.get_one(Group, space_id)
    if request.form.get("do") == "back":
        words = _("Approval withdrawn. The people from your administration have left the group.")
        with flashing(words):
            turn_back(actor, group, agency)
    else:
        with flashing(_("Approved. You can withdraw your approval at any time.")):
            turn_key(actor, group, agency, KeyForm.parse(request.form).until)
    return _back(agency)


def _outsiders(group: Group, agency: Agency) -> list[tuple[Agency, int]]:
    return [(one, count) for one, count in agencies_inside(group.space) if one.id != agency.id]


def _back(agency: Agency) -> ResponseReturnValue:
    return redirect(url_for(".groups", code=agency.code), 303)
