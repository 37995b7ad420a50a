"""Pages for writing publications: the editor, its files, and the steps from draft to withdrawal."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.config import LANGUAGES
from intranet.delivery.files.operations import store_upload, store_video
from intranet.delivery.files.request_files import sent_file
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Conflict, Invalid
from intranet.platform.core.guard import accepts_long_text
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.refused import again, refusal
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.core.web import wants_fragment
from intranet.publishing.publications import editor_view_models, kinds
from intranet.publishing.publications.access import get_drafted, require_voice
from intranet.publishing.publications.approval import needs_approval
from intranet.publishing.publications.forms import (
    EditorForm,
    NamedEdition,
    VoiceForm,
    texts_by_language,
)
from intranet.publishing.publications.models import ANNOUNCEMENT, FileRole, Publication
from intranet.publishing.publications.operations.approving import submit
from intranet.publishing.publications.operations.attaching import attach, describe_file, detach
from intranet.publishing.publications.operations.drafting import (
    Written,
    create_draft,
    discard_draft,
    save_draft,
    set_voice,
)
from intranet.publishing.publications.operations.publishing import (
    correct,
    publish,
    schedule,
    unschedule,
    withdraw,
)
from intranet.publishing.publications.versions import with_working_copy

bp = Blueprint("publication_editor", __name__)


@bp.post("/publications")
@signed_in
def create(person: Person) -> ResponseReturnValue:
    """Create a draft in the first name in which the person publishes, and open the editor."""
    kind = request.form.get("kind", ANNOUNCEMENT)
    if kind not in kinds.names():
        raise Invalid({"kind": _l("This value is not allowed here.")})
    draft = create_draft(person, kind, require_voice(person, kind=kind))
    return redirect(url_for(".edit", publication_id=draft.id), 303)


@bp.get("/p/<uuid:publication_id>/edit")
@signed_in
def edit(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show the editor."""
    publication = with_working_copy(get_drafted(person, publication_id))
    context = editor_view_models.editor_context(person, publication)
    if problem := refusal():
        if wants_fragment():
            raise problem
        if isinstance(problem, Conflict):
            context["theirs"] = context["texts"]
        context |= {
            "texts": {**context["texts"], **texts_by_language(request.form)},
            "problem": problem,
            "errors": problem.errors,
            "choices": editor_view_models.choices_typed(request.form),
        }
    return render_template("publishing/publications/editor.html", **context)


@bp.post("/p/<uuid:publication_id>/edit")
@again(edit)
@signed_in
@accepts_long_text
def save(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Save the texts and choices, then go where the button leads."""
    publication = _saved(person, get_drafted(person, publication_id))
    if wants_fragment():
        return render_template("publishing/publications/_saved.html", publication=publication)
    return redirect(_following(publication, request.form.get("then", "")), 303)


@bp.get("/p/<uuid:publication_id>/preview")
@signed_in
def preview(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show the working copy as its readers will see it."""
    publication = with_working_copy(get_drafted(person, publication_id))
    return render_template(
        "publishing/publications/preview.html",
        **editor_view_models.preview_context(person, publication, request.args.get("in", "")),
    )


@bp.get("/p/<uuid:publication_id>/review")
@signed_in
def review(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show the audience and times for review before publishing."""
    publication = with_working_copy(get_drafted(person, publication_id))
    context = editor_view_models.review_context(person, publication)
    return render_template("publishing/publications/review.html", **context, problem=refusal())


@bp.post("/p/<uuid:publication_id>/publish")
@again(review)
@signed_in
def send(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Publish, schedule, correct or submit a publication."""
    publication = get_drafted(person, publication_id)
    edition = NamedEdition.parse(request.form).edition
    reviewed = request.form.get("audience_version", "")
    if needs_approval(person, publication):
        submit(person, publication, request.form.get("note", ""), edition=edition)
        flash(_("Submitted for approval. We will notify you of the decision."), "ok")
        return redirect(url_for("publications.index", view="own"), 303)
    if publication.published_at:
        note = request.form.get("note", "")
        asks_again = request.form.get("asks_again") == "1"
        correct(person, publication, note, edition=edition, asks_again=asks_again)
        flash(
            _(
                "Correction published. Readers will see the new text, and the old "
                "text will stay in the history."
            ),
            "ok",
        )
    elif publication.scheduled_at:
        schedule(person, publication, edition=edition, audience_version=reviewed)
        flash(
            _(
                "Publication scheduled. It will be published automatically. You can "
                "edit it until then."
            ),
            "ok",
        )
        return redirect(url_for("publications.index", view="own"), 303)
    else:
        publish(person, publication, edition=edition, audience_version=reviewed)
        flash(_("Published."), "ok")
    return redirect(url_for("publications.show", publication_id=publication_id), 303)


@bp.post("/p/<uuid:publication_id>/unschedule")
@signed_in
def take_back(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Turn a scheduled publication back into a draft."""
    unschedule(person, get_drafted(person, publication_id))
    flash(_("The text is a draft again."), "ok")
    return redirect(url_for(".edit", publication_id=publication_id), 303)


@bp.post("/p/<uuid:publication_id>/discard")
@signed_in
def discard(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Delete a draft."""
    discard_draft(person, get_drafted(person, publication_id))
    flash(_("The draft has been discarded."), "ok")
    return redirect(url_for("publications.index", view="own"), 303)


@bp.route("/p/<uuid:publication_id>/withdraw", methods=["GET", "POST"])
@signed_in
def take_down(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Withdraw a publication, with a reason."""
    publication = get_drafted(person, publication_id)
    problem = None
    if request.method == "POST":
        try:
            withdraw(person, publication, request.form.get("reason", ""))
        except Invalid as refused:
            problem = refused
        else:
            if publication.is_article:
                flash(_("Publication withdrawn. It is no longer visible to readers."), "ok")
            else:
                flash(
                    _("Publication withdrawn. Readers can see that it was withdrawn, and why."),
                    "ok",
                )
            return redirect(url_for("publications.show", publication_id=publication_id), 303)
    page = render_template(
        "publishing/publications/withdraw.html",
        **editor_view_models.editor_context(person, with_working_copy(publication)),
        problem=problem,
        reason=request.form.get("reason", ""),
    )
    return (page, problem.status) if problem else page


@bp.post("/p/<uuid:publication_id>/files")
@signed_in
def add_file(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Attach a picture, file or video: one uploaded in parts before, or in this form."""
    publication = get_drafted(person, publication_id)
    edition = NamedEdition.parse(request.form).edition
    attach(person, publication, _sent_file_id(person), edition=edition)
    return _files(person, publication_id)


@bp.post("/p/<uuid:publication_id>/files/<uuid:file_id>")
@signed_in
def change_file(person: Person, publication_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """Describe a file, change its role, or remove it."""
    publication = get_drafted(person, publication_id)
    edition = NamedEdition.parse(request.form).edition
    if request.form.get("remove"):
        detach(person, publication, file_id, edition=edition)
    else:
        words, role = request.form.get("alternative"), request.form.get("role", "")
        if role and role not in set(FileRole):
            raise Invalid({"role": _l("This value is not allowed here.")})
        asked = FileRole(role) if role else None
        describe_file(person, publication, file_id, words, asked, edition=edition)
    return _files(person, publication_id)


def _sent_file_id(person: Person) -> UUID:
    """Return the id of the sent file, storing it first if it came with the form."""
    if video_id := request.form.get("video_id", type=UUID):
        return video_id
    if (video := request.files.get("video")) and video.filename:
        return store_video(person, video.stream, video.filename).id
    sent = sent_file()
    words = request.form.get("alternative", "")
    return store_upload(person, sent.stream, sent.filename or "", alternative=words).id


def _saved(person: Person, publication: Publication) -> Publication:
    topics = [code for code in request.form.getlist("topics") if code]
    form = EditorForm.parse(request.form, topics=topics)
    texts = texts_by_language(request.form)
    then, _colon, tag = request.form.get("then", "").partition(":")
    if then == "add" and tag in LANGUAGES:
        texts.setdefault(tag, Written("", ""))
    if then == "drop":
        texts.pop(tag, None)
    choices = form.choices(publication.agency)
    with unit_of_work():
        saved = save_draft(person, publication, texts, choices, edition=form.edition)
        asked = request.form.get("voice", "")
        if asked and asked != f"{saved.space_id}:{saved.post_id}":
            space_id, post_id = VoiceForm.parse({"voice": asked}).ids()
            voice = require_voice(person, space_id, post_id, saved.kind)
            set_voice(person, saved, voice, edition=saved.edition)
    return saved


def _following(publication: Publication, then: str) -> str:
    """Return where a button of the editor leads after saving."""
    there = {"preview": ".preview", "review": ".review", "audience": "publication_audience.edit"}
    name, _colon, tag = then.partition(":")
    anchor = f"text-{tag}" if name == "add" else None
    return url_for(there.get(name, ".edit"), publication_id=publication.id, _anchor=anchor)


def _files(person: Person, publication_id: UUID) -> ResponseReturnValue:
    if wants_fragment():
        context = editor_view_models.editor_context(
            person, with_working_copy(get_drafted(person, publication_id))
        )
        return render_template("publishing/publications/_files.html", **context)
    return redirect(url_for(".edit", publication_id=publication_id, _anchor="files"), 303)
