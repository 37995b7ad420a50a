"""Suggestions while typing: units, posts and people of the agency, other agencies."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.admin.typed_choices import (
    suggested_agencies,
    suggested_people,
    suggested_posts,
    suggested_units,
)
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound
from intranet.platform.core.parsing import printable

BY_KIND = {"units": suggested_units, "posts": suggested_posts, "people": suggested_people}


@bp.get("/<code>/suggestions/<kind>")
@administrator
def suggestions(actor: Person, agency: Agency, kind: str) -> ResponseReturnValue:
    """Return the options of a field's list, for the first value in the address."""
    if kind not in {*BY_KIND, "agencies"}:
        raise NotFound
    typed = printable(next(iter(request.args.values()), ""), 80)
    if not typed:
        found = []
    elif kind == "agencies":
        found = suggested_agencies(actor, typed)
    else:
        found = BY_KIND[kind](agency, typed)
    return render_template("administration/admin/_options.html", options=found)
