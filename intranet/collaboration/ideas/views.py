"""Pages on which ideas are read, proposed, supported, answered and merged."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.collaboration.ideas import page
from intranet.collaboration.ideas.access import get_box, get_idea, joins
from intranet.collaboration.ideas.forms import (
    ChangeIdea,
    IdeaAnswerForm,
    IdeaForm,
    IdeaMergeForm,
    IdeaStatusForm,
    SupportForm,
    id_sent,
)
from intranet.collaboration.ideas.models import Idea
from intranet.collaboration.ideas.operations import answering, merging, proposing
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.refused import again, refusal, refused_form
from intranet.publishing.publications.access import require_writer
from intranet.publishing.publications.placement import placement_of, visibilities_of
from intranet.publishing.publications.versions import with_working_copy
from intranet.publishing.publications.withdrawal_views import WithdrawalTexts, add_withdrawal

bp = Blueprint("ideas", __name__)
add_withdrawal(
    bp,
    WithdrawalTexts(
        _l("Withdraw this idea?"),
        _l(
            "The idea will be hidden from readers and will not need an answer. The head of the "
            "space will still be able to see the idea and your reason."
        ),
        _l("Withdraw the idea"),
        _l("The idea has been withdrawn."),
    ),
)


@bp.get("/ideas")
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """List boxes and ideas: newest, most supported, waiting for an answer, late, answered."""
    return render_template(
        "collaboration/ideas/index.html", **page.list_context(person, request.args)
    )


@bp.get("/ideas/new")
@signed_in
def new(person: Person) -> ResponseReturnValue:
    """Show the form of an idea, or the boxes to choose from if none is given."""
    box_id = id_sent(request.args, "box") or id_sent(request.form, "box_id")
    box = get_box(person, box_id) if box_id else None
    form = refused_form(request.args)
    context = page.new_context(person, box, form["sent"])
    return render_template("collaboration/ideas/new.html", **form | context)


@bp.post("/ideas")
@again(new)
@signed_in
def create(person: Person) -> ResponseReturnValue:
    """Propose an idea in a box."""
    box_id = id_sent(request.form, "box_id")
    if box_id is None:
        raise NotFound
    box = get_box(person, box_id)
    form = IdeaForm.parse(request.form, space_id=box.space_id)
    place = placement_of(person, form)
    idea = proposing.propose(person, box, place.post, form.texts(), visibility=place.visibility)
    return _there(idea.publication_id)


@bp.get("/ideas/<uuid:publication_id>")
@signed_in
def show(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show an idea.

    A merged idea redirects to the one that continues, if the reader may read it.
    """
    idea = get_idea(person, publication_id)
    if idea.joined_into_id and request.args.get("stay") != "1" and not refusal():
        try:
            get_idea(person, idea.joined_into_id)
        except NotFound:
            return _page(person, idea)
        return redirect(url_for(".show", publication_id=idea.joined_into_id, joined=1), 302)
    return _page(person, idea)


@bp.post("/ideas/<uuid:publication_id>/support")
@again(show)
@signed_in
def support(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Support an idea, or stop supporting it."""
    idea = get_idea(person, publication_id)
    form = SupportForm.parse(request.form)
    (proposing.support if form.do == "support" else proposing.stop_supporting)(person, idea)
    return _there(publication_id, "support")


@bp.post("/ideas/<uuid:publication_id>/status")
@again(show)
@signed_in
def set_status(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Set the status of an idea."""
    idea = get_idea(person, publication_id)
    form = IdeaStatusForm.parse(request.form)
    answering.set_status(person, idea, form.status, form.note)
    return _there(publication_id, "status")


@bp.post("/ideas/<uuid:publication_id>/answer")
@again(show)
@signed_in
def answer(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Give the official answer."""
    idea = get_idea(person, publication_id)
    form = IdeaAnswerForm.parse(request.form)
    answering.answer(person, idea, form.answer, form.status)
    return _there(publication_id, "answer")


@bp.get("/ideas/<uuid:publication_id>/twins")
@signed_in
def twins(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """List the ideas into which an idea could be merged."""
    idea = get_idea(person, publication_id)
    _require_joining(person, idea)
    context = page.join_context(person, idea, request.values)
    return render_template("collaboration/ideas/twins.html", problem=refusal(), **context)


@bp.post("/ideas/<uuid:publication_id>/twins")
@again(twins)
@signed_in
def join(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Merge an idea into another, which continues."""
    idea = get_idea(person, publication_id)
    _require_joining(person, idea)
    into = get_idea(person, IdeaMergeForm.parse(request.form).into)
    merging.join_ideas(person, idea, into)
    flash(_("The two ideas have been merged. Their supporters have been notified."), "ok")
    return _there(into.publication_id)


@bp.get("/ideas/<uuid:publication_id>/edit")
@signed_in
def edit(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show the form in which the author corrects an idea."""
    idea = get_idea(person, publication_id)
    require_writer(person, idea.publication)
    publication = with_working_copy(idea.publication)
    return render_template(
        "collaboration/ideas/edit.html",
        idea=idea,
        publication=publication,
        text=next(iter(publication.texts)),
        place_visibilities=visibilities_of(
            publication.space, publication.visibility or Visibility.MEMBERS
        ),
        **refused_form(),
    )


@bp.post("/ideas/<uuid:publication_id>/edit")
@again(edit)
@signed_in
def change(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Correct an idea, with a note of the change."""
    idea = get_idea(person, publication_id)
    require_writer(person, idea.publication)
    form = ChangeIdea.parse(request.form)
    texts = form.texts()
    proposing.change_idea(person, idea, texts, form.visibility, form.note, edition=form.edition)
    return _there(publication_id)


def _require_joining(person: Person, idea: Idea) -> None:
    if not joins(person, idea.box):
        raise Forbidden(_("Only the responsible post or the head of this space can merge ideas."))


def _there(publication_id: UUID, anchor: str | None = None) -> ResponseReturnValue:
    """Redirect to an idea."""
    return redirect(url_for(".show", publication_id=publication_id, _anchor=anchor), 303)


def _page(person: Person, idea: Idea) -> str:
    context = page.idea_context(person, idea, request.args)
    return render_template("collaboration/ideas/show.html", **refused_form(), **context)
