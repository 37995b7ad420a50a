"""`/directory`: finding people, posts, units and agencies in one box."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from intranet.accounts.access import signed_in
from intranet.agencies.words import agency_kind_names
from intranet.core.load import searches
from intranet.core.parsing import printable
from intranet.core.web import wants_fragment
from intranet.directory.access import require_post
from intranet.directory.meaning import CHARACTERS
from intranet.directory.pages import Asked, search_page
from intranet.people.allowance import hand_out
from intranet.people.models import Person

bp = Blueprint("directory_search", __name__)


@bp.get("/directory")
@signed_in
@searches
def search(viewer: Person) -> ResponseReturnValue:
    """The box, what it finds, and by what that can be narrowed; for htmx only what is found."""
    require_post(viewer)
    words = printable(request.args.get("q", "")[: CHARACTERS * 4], CHARACTERS)
    page = search_page(viewer, Asked.read(request.args, words, viewer))
    hand_out(viewer, page.person_ids)
    template = "directory/_found.html" if wants_fragment() else "directory/search.html"
    return render_template(template, page=page, asked=page.asked, kind_names=agency_kind_names())
