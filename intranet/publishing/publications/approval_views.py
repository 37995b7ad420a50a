"""Pages on which an employee's article is approved or returned."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.extensions import db
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _
from intranet.platform.core.refused import again, refusal
from intranet.publishing.publications import editor_view_models
from intranet.publishing.publications.access import get_drafted
from intranet.publishing.publications.approval import get_submitted
from intranet.publishing.publications.article_choices import reach_of
from intranet.publishing.publications.forms import NamedEdition
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.approving import approve, recall, return_to_author
from intranet.publishing.publications.versions import with_working_copy

bp = Blueprint("publication_approval", __name__)


@bp.get("/p/<uuid:publication_id>/approval")
@signed_in
def show(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show the article as its readers will see it, to be approved or returned."""
    publication = with_working_copy(get_submitted(person, publication_id))
    author = db.session.get_one(Person, publication.created_by_id)
    context = editor_view_models.preview_context(author, publication, request.args.get("in", ""))
    return render_template(
        "publishing/publications/approval.html",
        **context,
        reach=reach_of(publication),
        problem=refusal(),
    )


@bp.post("/p/<uuid:publication_id>/approval")
@again(show)
@signed_in
def decide(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Approve a submitted article, or send it back to its author with a reason."""
    publication = get_submitted(person, publication_id)
    edition = NamedEdition.parse(request.form).edition
    if request.form.get("do") == "return":
        reason = request.form.get("reason", "")
        return_to_author(person, publication, reason, edition=edition)
        flash(_("The article has been returned to its author with your reason."), "ok")
    else:
        approve(person, publication, edition=edition)
        flash(_approved(publication), "ok")
    return redirect(url_for("publications.index"), 303)


@bp.post("/p/<uuid:publication_id>/recall")
@signed_in
def take_back(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Turn an article that waits for approval back into a draft."""
    recall(person, get_drafted(person, publication_id))
    return redirect(url_for("publication_editor.edit", publication_id=publication_id), 303)


def _approved(publication: Publication) -> str:
    if publication.published_at is None:
        return _(
            "The article has been approved. It will be published at the time its author chose."
        )
    return _("The article has been approved and published.")
