"""`/search`: the search page; and the switcher."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.attention.search.search_query import QUERY_CHARACTERS, SearchQuery
from intranet.attention.search.suggestions import operator_examples, suggestions
from intranet.attention.search.switcher import find_destinations
from intranet.attention.search.view_models import search_page
from intranet.messaging.conversations.listing import grouped, listed
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.load_shedding import searches, suggests
from intranet.platform.core.parsing import printable
from intranet.platform.core.replica import reads_from_replica
from intranet.platform.core.web import wants_fragment

bp = Blueprint("search", __name__)


@bp.get("/search")
@signed_in
@reads_from_replica
@searches
def index(viewer: Person) -> ResponseReturnValue:
    """Show the search box, results and facets; for htmx only the results."""
    question = SearchQuery.read(request.args)
    page = search_page(viewer, question)
    context: dict[str, Any] = {
        "page": page,
        "question": question,
        "characters": QUERY_CHARACTERS,
        "operators": operator_examples(),
    }
    if not wants_fragment():
        return render_template("attention/search/index.html", **context)
    response = make_response(render_template("attention/search/_found.html", **context))
    response.headers["HX-Replace-Url"] = f"{url_for('.index')}?{urlencode(question.address())}"
    return response


@bp.get("/search/suggestions")
@signed_in
@reads_from_replica
@suggests
def suggest(viewer: Person) -> ResponseReturnValue:
    """Suggest how the typed query may go on: operators, and values for them."""
    typed = printable(request.args.get("q", "")[: QUERY_CHARACTERS * 2], QUERY_CHARACTERS * 2)
    return render_template(
        "attention/search/_suggestions.html", suggestions=suggestions(viewer, typed)
    )


@bp.get("/switcher")
@signed_in
@reads_from_replica
@suggests
def switcher(person: Person) -> ResponseReturnValue:
    """Show conversations, people, posts and units by a few letters, else the latest ones."""
    words = request.args.get("q", "")[:100]
    context: dict[str, Any] = {"q": words, "places": find_destinations(person, words)}
    if wants_fragment():
        return render_template("messaging/conversations/_switcher_results.html", **context)
    context["conversations"] = grouped(listed(person))
    return render_template("messaging/conversations/switcher.html", **context)
