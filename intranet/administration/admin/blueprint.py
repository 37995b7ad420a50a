"""The frame of administration: who has access, and what each of its pages shows."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from flask import Blueprint, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue

from intranet.administration.admin.labels import appointment_kinds
from intranet.administration.admin.navigation import address_of, admin_places, navigation
from intranet.administration.admin.sections import act_for, asked_act
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.accounts.queries import awaits_factor
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.roles import ROLES_FOR, Act
from intranet.organisation.people.access import (
    administered_agencies,
    administers_several,
    get_administered_agency,
    roles_in,
)
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound
from intranet.platform.core.i18n import _
from intranet.platform.core.templating import LANGUAGE_NAMES

P = ParamSpec("P")
View = Callable[Concatenate[Person, Agency, P], ResponseReturnValue]

bp = Blueprint("admin", __name__, url_prefix="/admin")


def administrator(view: View[P]) -> Callable[..., ResponseReturnValue]:
    """Pass the person and the agency to the view; 404 if no role of theirs is for its section."""

    @signed_in
    def of_agency(
        actor: Person, code: str, /, *args: P.args, **kwargs: P.kwargs
    ) -> ResponseReturnValue:
        try:
            agency = get_administered_agency(actor, code, asked_act("/admin/<code>"))
        except NotFound:
            agencies = administered_agencies(actor, Act.ENTER)
            has_role = any(agency.code == code for agency in agencies)
            if has_role or not awaits_factor(actor.id, code):
                raise
            flash(
                _(
                    "This agency requires its administrators to have a second factor. Set "
                    "one up first."
                ),
                "attn",
            )
            return redirect("/me/second-factor", 303)
        g.administered, g.administrator = agency, actor
        return view(actor, agency, *args, **kwargs)

    @wraps(view)
    def wrapped(code: str, *args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        return of_agency(code, *args, **kwargs)

    return wrapped


@bp.context_processor
def frame() -> dict[str, object]:
    """Return the administered agency and its sections, for the column beside each page."""
    return {
        "administered": g.get("administered"),
        "places": navigation(),
        "has_others": "administrator" in g and administers_several(g.administrator),
        "appointment_kinds": appointment_kinds(),
        "language_label": lambda tag: LANGUAGE_NAMES.get(tag, tag),
    }


def first_place(actor: Person, agency: Agency) -> str:
    """Return the address of the first section for a role that has no overview."""
    roles = roles_in(actor, agency)
    for _heading, places in admin_places():
        for place in places:
            if roles & ROLES_FOR[act_for(place.endpoint)]:
                return address_of(place.endpoint, agency.code)
    return url_for("moderation.index")
