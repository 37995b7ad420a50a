"""Pages on which ideas boxes are opened and changed."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.collaboration.ideas import page, queries
from intranet.collaboration.ideas.access import get_box, require_leader
from intranet.collaboration.ideas.forms import BoxForm, NewBox, id_sent
from intranet.collaboration.ideas.models import IdeaBox
from intranet.collaboration.ideas.operations import boxes
from intranet.messaging.spaces.access import get_space
from intranet.messaging.spaces.models import Space
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Forbidden, Invalid, NotFound
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.refused import again, refused_form

bp = Blueprint("idea_boxes", __name__)


@bp.get("/ideas/boxes")
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """List every box that the reader may see, closed ones included."""
    return render_template("collaboration/ideas/boxes.html", **page.boxes_context(person))


@bp.get("/ideas/boxes/new")
@signed_in
def new(person: Person) -> ResponseReturnValue:
    """Show the form of a new box."""
    space_id = id_sent(request.values, "space_id")
    if space_id is None and request.values.get("space_id"):
        raise NotFound
    space = get_space(person, space_id) if space_id else None
    return _form(person, space, None)


@bp.post("/ideas/boxes")
@again(new, on=Invalid)
@signed_in
def create(person: Person) -> ResponseReturnValue:
    """Open a box."""
    space_id = id_sent(request.form, "space_id")
    if space_id is None:
        raise NotFound
    space = get_space(person, space_id)
    box = boxes.open_box(person, space, NewBox.parse(request.form).settings())
    return redirect(url_for("ideas.index", box=box.id), 303)


@bp.get("/ideas/boxes/<uuid:box_id>")
@signed_in
def edit(person: Person, box_id: UUID) -> ResponseReturnValue:
    """Show the settings of a box."""
    return _form(person, None, get_box(person, box_id))


@bp.post("/ideas/boxes/<uuid:box_id>")
@again(edit, on=Invalid)
@signed_in
def change(person: Person, box_id: UUID) -> ResponseReturnValue:
    """Change the settings of a box, close it, or reopen it."""
    box = get_box(person, box_id)
    do = request.form.get("do", "save")
    if do == "close":
        boxes.close_box(person, box)
    elif do == "reopen":
        boxes.reopen_box(person, box)
    else:
        boxes.change_box(person, box, BoxForm.parse(request.form).settings())
    flash(_("The ideas box has been changed."), "ok")
    return redirect(url_for("ideas.index", box=box_id), 303)


def _form(person: Person, space: Space | None, box: IdeaBox | None) -> ResponseReturnValue:
    if there := box.space if box else space:
        require_leader(person, there)
    elif not queries.led_spaces(person):
        raise Forbidden(
            _l("Only heads of a unit, an administration or a group can open ideas boxes.")
        )
    form = refused_form()
    context = page.box_context(person, space, box, form["sent"])
    return render_template("collaboration/ideas/box.html", **form | context)
