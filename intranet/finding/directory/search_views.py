"""`/directory`: search of people, posts, units and agencies in one box."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from intranet.finding.directory.access import require_post
from intranet.finding.directory.query_parser import QUERY_CHARACTERS
from intranet.finding.directory.view_models import DirectoryPageRequest, search_page
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.agencies.labels import agency_kind_names
from intranet.organisation.people.directory_limit import hand_out
from intranet.organisation.people.models import Person
from intranet.platform.core.load_shedding import searches
from intranet.platform.core.parsing import printable
from intranet.platform.core.replica import reads_from_replica
from intranet.platform.core.web import wants_fragment

bp = Blueprint("directory_search", __name__)


@bp.get("/directory")
@signed_in
@reads_from_replica
@searches
def search(viewer: Person) -> ResponseReturnValue:
    """Show the search box, results and facets; for htmx only the results."""
    require_post(viewer)
    words = printable(request.args.get("q", "")[: QUERY_CHARACTERS * 4], QUERY_CHARACTERS)
    page = search_page(viewer, DirectoryPageRequest.read(request.args, words, viewer))
    hand_out(viewer, page.person_ids)
    template = (
        "finding/directory/_found.html" if wants_fragment() else "finding/directory/search.html"
    )
    return render_template(template, page=page, asked=page.asked, kind_names=agency_kind_names())
