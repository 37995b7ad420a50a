"""The page of a hand-over: read, write, give, accept."""

from collections import defaultdict
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.finding.directory.access import require_post
from intranet.messaging.conversations.faces import faces_of
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound
from intranet.platform.core.i18n import _, ngettext
from intranet.platform.core.refused import again, refused_form
from intranet.records.hand_over.access import (
    HandOverStanding,
    get_standing,
    seen_by,
)
from intranet.records.hand_over.dossier import dossier_of
from intranet.records.hand_over.forms import AcceptLineForm, LeaverWordsForm
from intranet.records.hand_over.operations import accept, accept_all, give, write_words

bp = Blueprint("hand_over", __name__)
MAX_NAMED = 3


@bp.get("/posts/<uuid:post_id>/hand-over")
@signed_in
def show(viewer: Person, post_id: UUID) -> ResponseReturnValue:
    """Show the hand-over of a post: the latest that the viewer may see, or the one asked for."""
    standing = _standing(viewer, post_id)
    found = dossier_of(viewer, standing)
    people = {found.leaver.id, *(row.person_id for row in found.coming)}
    people |= {person.id for person, _number in found.writers}
    stored = {
        "words": found.words.words if found.words else "",
        "checks": "\n".join(found.checks),
        "edition": found.words.edition if found.words else 0,
    }
    return render_template(
        "records/hand_over/show.html",
        dossier=found,
        others=[one for one in seen_by(viewer, found.post) if one.appointment != found.appointment],
        faces=faces_of(people, viewer),
        **refused_form(stored),
    )


@bp.post("/posts/<uuid:post_id>/hand-over/words")
@again(show)
@signed_in
def write(leaver: Person, post_id: UUID) -> ResponseReturnValue:
    """Store the leaver's words and checklist."""
    standing = _standing(leaver, post_id)
    form = LeaverWordsForm.parse(request.form)
    points = form.checks.splitlines()
    write_words(leaver, standing.appointment, form.words, points, edition=form.edition)
    flash(_("Saved."), "ok")
    return _back(standing)


@bp.post("/posts/<uuid:post_id>/hand-over/gifts")
@again(show)
@signed_in
def choose(leaver: Person, post_id: UUID) -> ResponseReturnValue:
    """Choose which of the leaver's own things pass; each is sent as its kind and id."""
    standing = _standing(leaver, post_id)
    chosen: dict[str, set[UUID]] = defaultdict(set)
    for value in request.form.getlist("gift"):
        kind, _colon, thing_id = value.partition(":")
        try:
            chosen[kind].add(UUID(thing_id))
        except ValueError:
            continue
    give(leaver, standing.appointment, chosen)
    flash(_("Saved."), "ok")
    return _back(standing)


@bp.post("/posts/<uuid:post_id>/hand-over/accept")
@again(show)
@signed_in
def take(person: Person, post_id: UUID) -> ResponseReturnValue:
    """Accept a line, or all that remain."""
    standing = _standing(person, post_id)
    form = AcceptLineForm.parse(request.form)
    if form.thing:
        accept(person, standing.appointment, form.kind, form.thing)
        return _back(standing)
    refused = accept_all(person, standing.appointment)
    for title, why in refused[:MAX_NAMED]:
        flash(_("“%(title)s” stays: %(why)s", title=title, why=why), "attn")
    if more := len(refused[MAX_NAMED:]):
        flash(ngettext("%(num)s more line stays.", "%(num)s more lines stay.", more), "attn")
    if not refused:
        flash(_("Accepted. Everything now has someone responsible."), "ok")
    return _back(standing)


def _standing(viewer: Person, post_id: UUID) -> HandOverStanding:
    require_post(viewer)
    asked = request.args.get("of", "")
    try:
        return get_standing(viewer, post_id, UUID(asked) if asked else None)
    except ValueError:
        raise NotFound from None


def _back(standing: HandOverStanding) -> ResponseReturnValue:
    row = standing.appointment
    return redirect(url_for(".show", post_id=row.post_id, of=row.id), 303)
