"""`/counterparts/opinions`: "yes, same work" and "not this", and the list of both."""

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.extensions import db
from intranet.finding.counterparts.access import get_post, own_posts, require_post
from intranet.finding.counterparts.entries import Counterpart, shown
from intranet.finding.counterparts.nearest import with_nearest
from intranet.finding.counterparts.operations import give_opinion, take_opinion_back
from intranet.finding.counterparts.opinions import KEY_CHARACTERS, OpinionSubject, opinions_of
from intranet.finding.counterparts.search import (
    CounterpartResults,
    alone,
    counterparts_for,
    counterparts_of,
)
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.directory_limit import hand_out
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid, NotFound
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import printable
from intranet.platform.core.web import local_address, wants_fragment

YES, NO, NONE = "yes", "no", "none"
bp = Blueprint("counterpart_opinions", __name__, url_prefix="/counterparts/opinions")


@bp.get("")
@signed_in
def index(viewer: Person) -> ResponseReturnValue:
    """Show the posts that the viewer hid and those that they accepted."""
    require_post(viewer)
    return render_template(
        "finding/counterparts/opinions.html",
        hidden=opinions_of(viewer, is_accepted=False),
        accepted=opinions_of(viewer, is_accepted=True),
    )


@bp.post("/<uuid:post_id>")
@signed_in
def judge(viewer: Person, post_id: UUID) -> ResponseReturnValue:
    """Say of a post in a search that it is a counterpart or not, or take that back."""
    require_post(viewer)
    subject, say = _subject(viewer), request.form.get("say", "")
    try:
        post = _judged(viewer, subject, post_id, say)
    except Invalid as problem:
        flash(str(next(iter(problem.errors.values()))), "error")
        if wants_fragment():
            return "", HTTPStatus.NO_CONTENT, {"HX-Redirect": _back()}
        return redirect(_back(), 303)
    if wants_fragment():
        return _row(viewer, subject, post, is_hidden=say == NO)
    flash(_SAID[say](), "ok")
    return redirect(_back(), 303)


@bp.post("/<uuid:post_id>/back")
@signed_in
def take_back(viewer: Person, post_id: UUID) -> ResponseReturnValue:
    """Take back an opinion from the list of them, also on a post that is no longer open."""
    require_post(viewer)
    take_opinion_back(viewer, printable(request.form.get("subject", ""), KEY_CHARACTERS), post_id)
    flash(_SAID[NONE](), "ok")
    return redirect(url_for(".index"), 303)


_SAID = {
    YES: lambda: _("Marked as the same work. It now comes first in this list."),
    NO: lambda: _("Hidden from this list. Only you can see that."),
    NONE: lambda: _("Undone."),
}


def _judged(viewer: Person, subject: OpinionSubject, post_id: UUID, say: str) -> Post:
    if say not in _SAID:
        raise NotFound
    post = get_post(viewer, str(post_id))
    if say == NONE:
        take_opinion_back(viewer, subject.key, post.id)
    else:
        give_opinion(viewer, subject, post, is_accepted=say == YES)
    return db.session.get_one(Post, post_id)


def _subject(viewer: Person) -> OpinionSubject:
    """Return the search that the form names: words, or else a post that the viewer holds."""
    subject = OpinionSubject(words=request.form.get("q", ""))
    if subject.plain_words:
        return subject
    key = request.form.get("post", "").strip()
    for post in own_posts(viewer):
        if not key or str(post.id) == key:
            return OpinionSubject(post)
    raise NotFound


def _row(
    viewer: Person, subject: OpinionSubject, post: Post, *, is_hidden: bool
) -> ResponseReturnValue:
    """Render the row of the post as the list has it now, and the number of hidden posts."""
    found = (
        with_nearest(viewer, counterparts_of(viewer, subject.own_post))
        if subject.own_post
        else counterparts_for(viewer, subject.plain_words)
    )
    each = None if is_hidden else _entry(viewer, found, post)
    return render_template(
        "finding/counterparts/_opinion.html",
        each=each,
        post=post,
        hidden_count=len(found.opinions.hidden),
        is_first=bool(request.args.get("first")),
    )


def _entry(viewer: Person, found: CounterpartResults, post: Post) -> Counterpart | None:
    fits = [fit for fit in found.ranked if fit.candidate.post_id == post.id]
    if not fits:
        found = alone(post)
        fits = list(found.ranked)
    entries = shown(viewer, found, fits)
    hand_out(viewer, [person["id"] for each in entries for person in each.people])
    return entries[0] if entries else None


def _back() -> str:
    return local_address(request.form.get("next", ""), url_for("counterparts.index"))
