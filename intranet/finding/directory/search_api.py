"""REST: search of people, posts, units and agencies."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from intranet.finding.directory.access import require_post
from intranet.finding.directory.filters import DirectoryFilters
from intranet.finding.directory.query_parser import QUERY_CHARACTERS
from intranet.finding.directory.responses import FoundResponse
from intranet.finding.directory.results import DirectoryResult, DirectoryResultReader, people_on
from intranet.finding.directory.search import find
from intranet.finding.directory.serializers import agency_line, face_json, post_line, unit_line
from intranet.finding.directory.view_models import PAGE_SIZE, key_of, part
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.directory_limit import hand_out
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid
from intranet.platform.core.load_shedding import searches
from intranet.platform.core.parsing import printable
from intranet.platform.core.query_values import limit
from intranet.platform.core.replica import reads_from_replica
from intranet.platform.core.rest import NO_CURSOR, PREFIX, cursor, described, page

bp = Blueprint("directory_search_api", __name__, url_prefix=PREFIX)


@bp.get("/directory")
@described(list[FoundResponse], query=("q", *DirectoryFilters.parameters(), "limit", "cursor"))
@signed_in
@reads_from_replica
@searches
def search(viewer: Person) -> ResponseReturnValue:
    """Find people, posts, units and agencies by words and filters, nearest first; at most 300."""
    require_post(viewer)
    words = printable(request.args.get("q", "")[: QUERY_CHARACTERS * 4], QUERY_CHARACTERS)
    found = find(viewer, words, DirectoryFilters.read(request.args, viewer))
    last = cursor()
    if last and last not in map(key_of, found.hits):
        raise Invalid({"cursor": NO_CURSOR})
    hits, following = part(found.hits, last, min(limit(), PAGE_SIZE))
    results = DirectoryResultReader(viewer, found.meaning).results(hits)
    hand_out(viewer, people_on(results))
    return page([_json(result) for result in results], following or None)


def _json(result: DirectoryResult) -> dict[str, Any]:
    return {
        "kind": result.kind.value,
        "id": str(result.id),
        "name": result.name,
        "agency": agency_line(result.agency),
        "unit": unit_line(result.unit) if result.unit else None,
        "post": post_line(result.post) if result.post else None,
        "people": [face_json(face) for face in result.faces],
        "reasons": list(result.reasons),
    }
