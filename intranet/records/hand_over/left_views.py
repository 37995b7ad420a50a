"""The list of what nobody in an agency is responsible for, in its administration."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.administration.admin.blueprint import administrator, frame
from intranet.administration.admin.filled_form import Filled
from intranet.administration.admin.overview_figures import OverviewFigure, shows_figure
from intranet.administration.admin.typed_choices import find_post
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _
from intranet.platform.core.refused import flashing
from intranet.records.hand_over.forms import GiveLeftForm
from intranet.records.hand_over.left_things import give_left, left_in

bp = Blueprint("orphans", __name__, url_prefix="/admin")
bp.context_processor(frame)


@shows_figure
def figure(agency: Agency) -> OverviewFigure:
    """Return the number of things that nobody has, for the overview."""
    return OverviewFigure(
        _("Without anyone responsible"),
        _("Show them"),
        url_for("orphans.index", code=agency.code),
    )


@bp.get("/<code>/orphans")
@administrator
def index(actor: Person, agency: Agency) -> ResponseReturnValue:
    """List what nobody in the agency is responsible for."""
    return render_template(
        "records/hand_over/orphans.html", entries=left_in(agency, actor), filled=Filled({})
    )


@bp.post("/<code>/orphans/give")
@administrator
def give(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Give a thing that nobody has to a post."""
    with flashing(_("Done. The people of that post answer for it from now on.")):
        form = GiveLeftForm.parse(request.form)
        give_left(actor, agency, form.kind, form.thing, find_post(agency, form.post, "post"))
    return redirect(url_for(".index", code=agency.code), 303)
