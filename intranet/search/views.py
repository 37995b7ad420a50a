"""`/search`: one box for everything that one may see; and the switcher, for where one goes."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.accounts.access import signed_in
from intranet.conversations.listing import grouped, listed
from intranet.core.load import searches, suggests
from intranet.core.parsing import printable
from intranet.core.web import wants_fragment
from intranet.people.models import Person
from intranet.search.asking import CHARACTERS, Question
from intranet.search.pages import search_page
from intranet.search.suggesting import operator_examples, suggestions
from intranet.search.switching import places

bp = Blueprint("search", __name__)


@bp.get("/search")
@signed_in
@searches
def index(viewer: Person) -> ResponseReturnValue:
    """The box, what it finds, and by what that can be narrowed; for htmx only what is found."""
    question = Question.read(request.args)
    page = search_page(viewer, question)
    context: dict[str, Any] = {
        "page": page,
        "question": question,
        "characters": CHARACTERS,
        "operators": operator_examples(),
    }
    if not wants_fragment():
        return render_template("search/index.html", **context)
    response = make_response(render_template("search/_found.html", **context))
    response.headers["HX-Replace-Url"] = f"{url_for('.index')}?{urlencode(question.address())}"
    return response


@bp.get("/search/suggestions")
@signed_in
@suggests
def suggest(viewer: Person) -> ResponseReturnValue:
    """How what is typed so far may go on: operators, and values for them."""
    typed = printable(request.args.get("q", "")[: CHARACTERS * 2], CHARACTERS * 2)
    return render_template("search/_suggestions.html", suggestions=suggestions(viewer, typed))


@bp.get("/switcher")
@signed_in
@suggests
def switcher(person: Person) -> ResponseReturnValue:
    """Conversations, people, posts, units by a few letters; the latest ones without any."""
    words = request.args.get("q", "")[:100]
    context: dict[str, Any] = {"q": words, "places": places(person, words)}
    if wants_fragment():
        return render_template("conversations/_switcher_results.html", **context)
    context["conversations"] = grouped(listed(person))
    return render_template("conversations/switcher.html", **context)
