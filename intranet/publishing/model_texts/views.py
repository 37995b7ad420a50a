"""Pages for finding, copying, offering and using models."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.delivery.files.request_files import stored_files
from intranet.messaging.conversations.access import get_conversation
from intranet.messaging.messages.models import BODY_LIMIT
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.guard import accepts_long_text
from intranet.platform.core.private_data import Passage, passages
from intranet.platform.core.refused import again, refused_form
from intranet.platform.core.types import Localized
from intranet.publishing.model_texts import page, queries
from intranet.publishing.model_texts.access import require_post
from intranet.publishing.model_texts.forms import ModelChangeForm, ModelUseForm, OfferForm
from intranet.publishing.model_texts.models import ModelText
from intranet.publishing.model_texts.operations.offering import change_model, offer_model
from intranet.publishing.model_texts.operations.using import stop_using, use_model
from intranet.publishing.publications.access import get_not_withdrawn, get_of_kind, get_own
from intranet.publishing.publications.forms import texts_by_language
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.placement import placement_of
from intranet.publishing.publications.versions import get_version
from intranet.publishing.publications.view_models import text_of
from intranet.publishing.publications.withdrawal_views import add_withdrawal_in_place

bp = Blueprint("models", __name__)
add_withdrawal_in_place(bp, ModelText)


@bp.get("/models")
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """Show models, the newest first; `view=used` keeps those that the person's posts use."""
    return render_template("publishing/model_texts/index.html", **page.list_context(person))


@bp.get("/c/<uuid:conversation_id>/put-in")
@signed_in
def put_in(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Show what can be inserted into a message of this conversation, such as model texts."""
    get_conversation(person, conversation_id)
    kept = [page.model_row(one) for one in queries.models_used_by(person, BODY_LIMIT)]
    may_poll = request.args.get("poll") == "1"
    return render_template("publishing/model_texts/_put_in.html", rows=kept, may_poll=may_poll)


@bp.get("/models/<uuid:publication_id>/words")
@signed_in
def words(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Return the text of a model in the reader's language, as stored."""
    publication = get_of_kind(person, ModelText, publication_id).publication
    version = get_version(publication, publication.version)
    texts = Localized(version.body) if version else Localized({})
    return Response(text_of(texts, publication.agency.language), mimetype="text/plain")


@bp.get("/models/new")
@signed_in
def new(person: Person) -> ResponseReturnValue:
    """Show the form for offering a model."""
    return _form(person)


@bp.post("/models")
@again(new)
@signed_in
@accepts_long_text
def create(person: Person) -> ResponseReturnValue:
    """Offer a model, after a warning if it seems to contain personal data."""
    stored = stored_files(person)
    form = OfferForm.parse(request.form)
    texts = _texts()
    found = _found(texts, form.law)
    if found and not form.anyway:
        return _form(person, found=found)
    where, file_ids = placement_of(person, form), [*form.file_ids, *stored]
    model = offer_model(person, where, texts, form.details, file_ids=file_ids)
    return redirect(url_for(".show", publication_id=model.publication_id), 303)


@bp.get("/models/<uuid:publication_id>")
@signed_in
def show(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show a model, its text to copy, and its uses."""
    model = get_of_kind(person, ModelText, publication_id)
    return render_template("publishing/model_texts/model.html", **page.model_context(person, model))


@bp.get("/models/<uuid:publication_id>/edit")
@signed_in
def edit(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show the form for publishing a new version."""
    return _form(person, get_own(person, ModelText, publication_id))


@bp.post("/models/<uuid:publication_id>/edit")
@again(edit)
@signed_in
@accepts_long_text
def update(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Publish a new version and notify its users."""
    model = get_own(person, ModelText, publication_id)
    stored = stored_files(person)
    form = ModelChangeForm.parse(request.form)
    texts = _texts()
    found = _found(texts, form.law, form.note)
    if found and not form.anyway:
        return _form(person, model, found)
    change_model(
        person,
        model,
        texts,
        form.details,
        form.note,
        edition=form.edition,
        file_ids=[*form.file_ids, *stored],
    )
    return redirect(url_for(".show", publication_id=publication_id), 303)


@bp.post("/models/<uuid:publication_id>/use")
@signed_in
def use(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Start or stop using a model as a post of the person."""
    model = get_not_withdrawn(person, ModelText, publication_id)
    form = ModelUseForm.parse(request.form)
    post = require_post(person, form.post_id)
    (use_model if form.do == "use" else stop_using)(person, model, post)
    return redirect(url_for(".show", publication_id=publication_id), 303)


def _texts() -> dict[str, Written]:
    return {
        language: text
        for language, text in texts_by_language(request.form).items()
        if text.title.strip() or text.body.strip()
    }


def _found(texts: Mapping[str, Written], *others: str) -> list[Passage]:
    said = [f"{text.title}\n{text.body}" for text in texts.values()]
    return passages("\n".join([*said, *others]))


def _form(person: Person, model: ModelText | None = None, found: Sequence[Passage] = ()) -> str:
    sent: Mapping[str, Any] = request.form or (page.fields_of(model) if model else {})
    return render_template(
        "publishing/model_texts/form.html",
        **refused_form() | page.form_context(person, sent, found),
        model=model,
    )
