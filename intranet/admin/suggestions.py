"""What can be chosen while one types: units, posts and people of the agency."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from intranet.admin.blueprint import administrator, bp
from intranet.admin.choosing import suggested_people, suggested_posts, suggested_units
from intranet.agencies.models import Agency
from intranet.core.errors import NotFound
from intranet.core.parsing import printable
from intranet.people.models import Person

BY_KIND = {"units": suggested_units, "posts": suggested_posts, "people": suggested_people}


@bp.get("/<code>/suggestions/<kind>")
@administrator
def suggestions(_actor: Person, agency: Agency, kind: str) -> ResponseReturnValue:
    """The options of a field's list; `q`, or any other one field, says what was typed."""
    if kind not in BY_KIND:
        raise NotFound
    typed = printable(next(iter(request.args.values()), ""), 80)
    found = BY_KIND[kind](agency, typed) if typed else []
    return render_template("admin/_options.html", options=found)
