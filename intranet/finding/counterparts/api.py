"""REST: counterparts of a post, or of work described in words."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from intranet.finding.counterparts.access import get_post, own_posts, require_post
from intranet.finding.counterparts.entries import shown
from intranet.finding.counterparts.filters import CounterpartFilters
from intranet.finding.counterparts.query_parser import QUERY_CHARACTERS
from intranet.finding.counterparts.responses import CounterpartResponse
from intranet.finding.counterparts.search import (
    CounterpartResults,
    counterparts_for,
    counterparts_of,
)
from intranet.finding.counterparts.serializers import counterpart_json
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.directory_limit import hand_out
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid
from intranet.platform.core.load_shedding import searches
from intranet.platform.core.query_values import limit
from intranet.platform.core.replica import reads_from_replica
from intranet.platform.core.rest import NO_CURSOR, PREFIX, cursor, described, page

MAX_PAGE_SIZE = 50
bp = Blueprint("counterparts_api", __name__, url_prefix=PREFIX)


@bp.get("/counterparts")
@described(
    list[CounterpartResponse],
    query=("post", "q", *CounterpartFilters.parameters(), "limit", "cursor"),
)
@signed_in
@reads_from_replica
@searches
def counterparts(viewer: Person) -> ResponseReturnValue:
    """Find posts elsewhere like your own, like `post` (id or code), or doing the work in `q`."""
    found = _asked(viewer)
    start, count = _start(), min(limit(), MAX_PAGE_SIZE)
    some = found.ranked[start : start + count]
    results = shown(viewer, found, some)
    hand_out(viewer, [person["id"] for each in results for person in each.people])
    end = start + count
    following = str(end) if end < len(found.ranked) else None
    return page([counterpart_json(each) for each in results], following)


def _asked(viewer: Person) -> CounterpartResults:
    filters = CounterpartFilters.read(request.args)
    text = request.args.get("q", "")[: QUERY_CHARACTERS + 1]
    if key := request.args.get("post", "").strip():
        return counterparts_of(viewer, get_post(viewer, key), filters)
    require_post(viewer)
    if "q" in request.args:
        return counterparts_for(viewer, text, filters)
    return counterparts_of(viewer, own_posts(viewer)[0], filters)


def _start() -> int:
    text = cursor()
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) < 5):  # noqa: PLR2004 - far behind the last
        raise Invalid({"cursor": NO_CURSOR})
    return int(text)
