"""`/counterparts`: finding and saving counterparts, writing to them, confirming functions."""

from collections.abc import Sequence
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from intranet.extensions import db
from intranet.finding.counterparts import function_prompt, saved_posts
from intranet.finding.counterparts.access import get_post, own_posts, require_post
from intranet.finding.counterparts.candidates import facts_of
from intranet.finding.counterparts.conversation_openings import CounterpartSearch
from intranet.finding.counterparts.entries import shown
from intranet.finding.counterparts.filters import CounterpartFilters
from intranet.finding.counterparts.nearest import with_nearest
from intranet.finding.counterparts.operations import (
    CounterpartAddressee,
    confirm_own_functions,
    let_go,
    save_post,
    start_conversation,
)
from intranet.finding.counterparts.query_parser import QUERY_CHARACTERS
from intranet.finding.counterparts.ranking import in_common
from intranet.finding.counterparts.ranking_models import CounterpartTarget
from intranet.finding.counterparts.search import (
    CounterpartResults,
    alone,
    counterparts_for,
    counterparts_of,
    target_of,
)
from intranet.finding.counterparts.view_models import CounterpartPageRequest, finder_page
from intranet.messaging.conversations.forms import COMPOSER
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.agencies.labels import function_names
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid, NotFound, Problem
from intranet.platform.core.i18n import _
from intranet.platform.core.load_shedding import searches
from intranet.platform.core.replica import reads_from_replica
from intranet.platform.core.web import local_address, wants_fragment

MAX_ASKED_TOGETHER = 10
bp = Blueprint("counterparts", __name__, url_prefix="/counterparts")


@bp.get("")
@signed_in
@reads_from_replica
@searches
def index(viewer: Person) -> ResponseReturnValue:
    """Show the counterparts of a post, or of work described in words."""
    asked, found = _asked(viewer, request.args)
    page = finder_page(viewer, asked, with_nearest(viewer, found))
    template = (
        "finding/counterparts/_found.html"
        if wants_fragment()
        else "finding/counterparts/index.html"
    )
    return render_template(template, page=page, asked=asked)


@bp.post("/talks")
@signed_in
def write(viewer: Person) -> ResponseReturnValue:
    """Start a conversation with one counterpart, or with several at once."""
    posts = [
        get_post(viewer, each) for each in request.form.getlist("post_id")[:MAX_ASKED_TOGETHER]
    ]
    text = request.form.get("q", "").strip()[:QUERY_CHARACTERS]
    own = _own_of_search(viewer)
    target = target_of(viewer, own) if own else CounterpartTarget()
    facts = facts_of([post.id for post in posts])
    addressees = []
    for post in posts:
        known = facts.get(post.id)
        standing = known.standing[0].person_id if known and known.standing else None
        chosen = request.form.get("person_id", type=UUID) if len(posts) == 1 else None
        if known and chosen in {each.person_id for each in known.standing}:
            standing = chosen
        person = db.session.get(Person, standing) if standing else None
        shared = in_common(target, known.candidate) if known else ()
        addressees.append(CounterpartAddressee(post, person, shared))
    try:
        talk = start_conversation(viewer, addressees, CounterpartSearch(own, text))
    except Problem as problem:
        flash(str(_first(problem)), "error")
        return redirect(_back(), 303)
    anchor = COMPOSER if talk.opening and not talk.last_seq else None
    return redirect(url_for("messages.index", conversation_id=talk.id, _anchor=anchor), 303)


@bp.post("/doing")
@signed_in
def claim(viewer: Person) -> ResponseReturnValue:
    """Confirm the functions of a post that the viewer holds."""
    post = _own_post(viewer, request.form.get("post_id", ""))
    try:
        confirm_own_functions(
            viewer,
            post,
            [code for code in request.form.getlist("function") if code],
            is_open=bool(request.form.get("open")),
            is_suggested=not request.form.get("hide"),
        )
    except Invalid as problem:
        return _claim_page(viewer, post, problem), problem.status
    flash(_("Thank you. Others can now find you by the work you do."), "ok")
    return redirect(_back(), 303)


@bp.get("/doing")
@signed_in
def claim_page(viewer: Person) -> ResponseReturnValue:
    """Show the form for the functions of a post, with all functions to choose from."""
    return _claim_page(viewer, _own_post(viewer, request.args.get("post", "")))


@bp.get("/kept")
@signed_in
def kept_page(viewer: Person) -> ResponseReturnValue:
    """Show the viewer's saved posts by list, with changes in those they follow."""
    require_post(viewer)
    return render_template("finding/counterparts/kept.html", lists=saved_posts.lists_of(viewer))


@bp.post("/kept")
@signed_in
def keep(viewer: Person) -> ResponseReturnValue:
    """Save a post, or change its list, note or following."""
    post = get_post(viewer, request.form.get("post_id", ""))
    try:
        save_post(
            viewer,
            post,
            list_name=request.form.get("list_name", ""),
            note=request.form.get("note", ""),
            follow=bool(request.form.get("follow")),
        )
    except Invalid as problem:
        flash(str(_first(problem)), "error")
    else:
        if wants_fragment():
            return _keep_button(viewer, post)
        flash(_("Post saved. Only you can see your saved posts."), "ok")
    return redirect(_back(), 303)


@bp.post("/kept/<uuid:post_id>/remove")
@signed_in
def remove(viewer: Person, post_id: UUID) -> ResponseReturnValue:
    """Remove a post from the viewer's saved posts."""
    require_post(viewer)
    let_go(viewer, post_id)
    if wants_fragment():
        return _keep_button(viewer, get_post(viewer, str(post_id)))
    return redirect(_back(), 303)


def _asked(
    viewer: Person, args: MultiDict[str, str]
) -> tuple[CounterpartPageRequest, CounterpartResults]:
    require_post(viewer)
    filters = CounterpartFilters.read(args)
    text = args.get("q", "").strip()[:QUERY_CHARACTERS]
    posts = own_posts(viewer)
    if text:
        return CounterpartPageRequest(text, None, posts, filters, _after(args)), counterparts_for(
            viewer, text, filters
        )
    key = args.get("post", "").strip()
    post = get_post(viewer, key) if key else posts[0]
    found = counterparts_of(viewer, post, filters)
    return CounterpartPageRequest("", post, posts, filters, _after(args)), found


def _own_of_search(viewer: Person) -> Post | None:
    """Return the viewer's own post that the search was for, else their oldest."""
    posts, key = own_posts(viewer), request.form.get("post", "").strip()
    return next((each for each in posts if str(each.id) == key), next(iter(posts), None))


def _own_post(viewer: Person, key: str) -> Post:
    posts: Sequence[Post] = own_posts(viewer)
    post = next((each for each in posts if str(each.id) == key), None) if key else None
    if post is None and not key and posts:
        post = posts[0]
    if post is None:
        raise NotFound
    return post


def _claim_page(viewer: Person, post: Post, problem: Invalid | None = None) -> str:
    return render_template(
        "finding/counterparts/doing.html",
        claim=function_prompt.claim_for(viewer, post),
        functions=function_names(),
        is_hidden=not viewer.is_suggested,
        errors=problem.errors if problem else {},
        chosen=request.form.getlist("function") if problem else None,
    )


def _keep_button(viewer: Person, post: Post) -> ResponseReturnValue:
    """Render the save button alone; nothing else on the page has changed."""
    found = alone(post)
    if not found.ranked:
        return "", HTTPStatus.NO_CONTENT
    results = shown(viewer, found, found.ranked)
    return render_template("finding/counterparts/_keep.html", results=results)


def _after(args: MultiDict[str, str]) -> int:
    text = args.get("after", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0  # noqa: PLR2004 - far behind the last


def _back() -> str:
    return local_address(request.form.get("next", ""), url_for("counterparts.index"))


def _first(problem: Problem) -> object:
    return next(iter(problem.errors.values()), problem.detail)
