"""REST: searching everything that the caller may see."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from intranet.attention.search.hits import SearchNames, hits_of
from intranet.attention.search.publication_search import (
    FoundPublication,
    newest_published,
    published_hits,
)
from intranet.attention.search.queries import SearchFinder, SearchMatch
from intranet.attention.search.query_parser import SearchMeaning, understand
from intranet.attention.search.responses import SearchHitResponse
from intranet.attention.search.search_query import SearchQuery, number_in
from intranet.attention.search.serializers import hit_json, published_json, result_json
from intranet.attention.search.view_models import directory_results
from intranet.finding.directory.filters import GROUPS
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid
from intranet.platform.core.load_shedding import searches
from intranet.platform.core.query_values import NOT_TAKEN, day, identity, limit
from intranet.platform.core.replica import reads_from_replica
from intranet.platform.core.rest import NO_CURSOR, PREFIX, cursor, described, page
from intranet.platform.index.models import DocumentKind

SAID = (DocumentKind.MESSAGE, DocumentKind.FILE, DocumentKind.PUBLICATION)
MAX_DIRECTORY_RESULTS = 50
DIRECTORY_RESULTS_FIRST = 5

bp = Blueprint("search_api", __name__, url_prefix=PREFIX)


@bp.get("/search")
@described(
    list[SearchHitResponse], query=("q", "kind", "in", "by", "since", "until", "limit", "cursor")
)
@signed_in
@reads_from_replica
@searches
def everything(viewer: Person) -> ResponseReturnValue:
    """Find messages, files and publications by words and operators, the newest first.

    Without a kind the first page begins with a few people, posts, units and agencies; of one of
    these kinds there is one page.
    """
    asked = request.args.get("kind", "")
    if asked and asked not in {*SAID, *GROUPS}:
        raise Invalid({"kind": NOT_TAKEN})
    for name in ("in", "by"):
        identity(name)
    for name in ("since", "until"):
        day(name)
    question = SearchQuery.read({**request.args, "kind": ""})
    meaning = understand(viewer, question)
    before = _before()
    items = []
    if before is None and asked in {"", *GROUPS}:
        most = min(limit(), MAX_DIRECTORY_RESULTS) if asked else DIRECTORY_RESULTS_FIRST
        results = directory_results(viewer, question, meaning, most=most, kind=asked)
        items += [result_json(result) for result in results]
    if asked in GROUPS or meaning.is_empty:
        return page(items)
    rows = _newest(viewer, meaning, [DocumentKind(asked)] if asked else SAID, before)
    shown = rows[: limit()]
    items += _as_json(viewer, meaning, shown)
    return page(items, str(shown[-1].id) if len(rows) > len(shown) else None)


def _newest(
    viewer: Person,
    meaning: SearchMeaning,
    kinds: Sequence[DocumentKind],
    before: int | None,
) -> list[SearchMatch | FoundPublication]:
    search = SearchFinder(viewer, meaning)
    rows: list[SearchMatch | FoundPublication] = []
    for kind in kinds:
        if kind == DocumentKind.PUBLICATION:
            rows += newest_published(viewer, meaning, before=before, limit=limit() + 1)
        else:
            rows += search.newest(kind, before=before, limit=limit() + 1)
    return sorted(rows, key=lambda row: row.id, reverse=True)


def _as_json(
    viewer: Person, meaning: SearchMeaning, shown: Sequence[SearchMatch | FoundPublication]
) -> list[dict[str, Any]]:
    """Serialize these matches in their order."""
    said = [row for row in shown if isinstance(row, SearchMatch)]
    published = [row for row in shown if isinstance(row, FoundPublication)]
    names = SearchNames(
        viewer, [row.conversation_id for row in said], [row.author_id for row in said]
    )
    found = {hit.found.id: hit_json(hit) for hit in hits_of(said, meaning.wanted, names)}
    found |= {
        hit.found.id: published_json(hit) for hit in published_hits(published, meaning.wanted)
    }
    return [found[row.id] for row in shown if row.id in found]


def _before() -> int | None:
    """Return the position in the index where the page begins.

    Raises:
        Invalid: the cursor is not valid.
    """
    if not cursor():
        return None
    place = number_in(cursor())
    if place is None:
        raise Invalid({"cursor": NO_CURSOR})
    return place
