"""REST: finding people, posts, units and agencies."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from intranet.accounts.access import signed_in
from intranet.core.errors import Invalid
from intranet.core.load import searches
from intranet.core.parsing import printable
from intranet.core.query_values import limit
from intranet.core.rest import NO_CURSOR, PREFIX, cursor, described, page
from intranet.directory.access import require_post
from intranet.directory.finding import find
from intranet.directory.meaning import CHARACTERS
from intranet.directory.narrowing import Narrowing
from intranet.directory.pages import PAGE_ROWS, key_of, part
from intranet.directory.results import Reading, Result, people_on
from intranet.directory.serializers import agency_line, face_json, post_line, unit_line
from intranet.people.allowance import hand_out
from intranet.people.models import Person

bp = Blueprint("directory_search_api", __name__, url_prefix=PREFIX)


@bp.get("/directory")
@described(
    "[Found]",
    query=(
        *("q", "group", "agency", "kind", "territory", "function", "level"),
        *("limit", "cursor"),
    ),
)
@signed_in
@searches
def search(viewer: Person) -> ResponseReturnValue:
    """People, posts, units and agencies by words and filters, the nearest first; at most 300."""
    require_post(viewer)
    words = printable(request.args.get("q", "")[: CHARACTERS * 4], CHARACTERS)
    found = find(viewer, words, Narrowing.read(request.args, viewer))
    last = cursor()
    if last and last not in map(key_of, found.hits):
        raise Invalid({"cursor": NO_CURSOR})
    hits, following = part(found.hits, last, min(limit(), PAGE_ROWS))
    results = Reading(viewer, found.meaning).results(hits)
    hand_out(viewer, people_on(results))
    return page([_json(result) for result in results], following or None)


def _json(result: Result) -> dict[str, Any]:
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
