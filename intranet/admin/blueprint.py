"""The frame of administration: who gets in, and what every page of it shows."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from flask import Blueprint, flash, g, redirect, request
from flask.typing import ResponseReturnValue

from intranet.accounts.access import signed_in
from intranet.accounts.queries import awaits_factor
from intranet.admin.words import appointment_kinds
from intranet.agencies.models import Agency
from intranet.core.errors import NotFound
from intranet.core.i18n import _
from intranet.core.templating import LANGUAGE_NAMES
from intranet.people.access import administers_several, get_administered_agency
from intranet.people.models import Person

P = ParamSpec("P")
View = Callable[Concatenate[Person, Agency, P], ResponseReturnValue]

bp = Blueprint("admin", __name__, url_prefix="/admin")
FIRST_PART = 3  # of `/admin/CODE/units`


def administrator(view: View[P]) -> Callable[..., ResponseReturnValue]:
    """Give the view the person and the agency of the address; 404 for whom it is not theirs."""

    @signed_in
    def of_agency(
        actor: Person, code: str, /, *args: P.args, **kwargs: P.kwargs
    ) -> ResponseReturnValue:
        try:
            agency = get_administered_agency(actor, code)
        except NotFound:
            if not awaits_factor(actor.id, code):
                raise
            flash(
                _("This agency requires a second factor of its administrators. Set one up first."),
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
    """The administered agency and its places, for the column beside each page."""
    return {
        "administered": g.get("administered"),
        "places": _places(),
        "has_others": "administrator" in g and administers_several(g.administrator),
        "appointment_kinds": appointment_kinds(),
        "language_label": lambda tag: LANGUAGE_NAMES.get(tag, tag),
    }


def _places() -> list[tuple[str, str, str, bool]]:
    """Endpoint, icon, text, and whether one is there."""
    parts = request.path.split("/")
    here = parts[3] if len(parts) > FIRST_PART else "overview"
    if parts[2] == "import":
        here = "imports"
    places = [
        ("overview", "house", _("Overview")),
        ("units", "network", _("Units")),
        ("posts", "stamp", _("Posts")),
        ("functions", "briefcase", _("Functions")),
        ("people", "users", _("People and accounts")),
        ("appointments", "user-check", _("Appointments")),
        ("worktime", "clock", _("Working time")),
        ("imports", "upload", _("Import")),
        ("deliveries", "mail", _("Mail and push")),
        ("administrators", "key-round", _("Administrators")),
        ("circulars", "waypoints", _("Circulars")),
        ("groups", "handshake", _("Groups and keys")),
        ("rules", "shield-check", _("House rules")),
        ("showcase", "globe", _("Open web")),
        ("settings", "settings", _("Settings")),
        ("audit", "scroll-text", _("Audit log")),
    ]
    return [(name, icon, text, name == here) for name, icon, text in places]
