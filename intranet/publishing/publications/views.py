"""Pages for reading and confirming publications."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.organisation.accounts.access import factor, in_frame, signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import MAX_INTEGER
from intranet.platform.core.refused import again, refusal
from intranet.platform.core.replica import reads_from_replica
from intranet.platform.core.rest import read_time
from intranet.platform.core.web import current_language, local_address
from intranet.publishing.publications import page, queries
from intranet.publishing.publications.access import (
    get_publication,
    get_written,
    is_hidden_from,
    may_write,
)
from intranet.publishing.publications.filters import read_narrowing
from intranet.publishing.publications.forms import ConfirmForm
from intranet.publishing.publications.kinds import kind_named, kind_of
from intranet.publishing.publications.listing import list_context, read_view
from intranet.publishing.publications.operations.acknowledging import acknowledge
from intranet.publishing.publications.operations.discussing import close_discussion, open_discussion
from intranet.publishing.publications.operations.removing import remove_version
from intranet.publishing.publications.removal_right import get_removable, may_remove
from intranet.publishing.publications.required_reading import count_required

bp = Blueprint("publications", __name__)
bp.add_app_template_global(kind_named)


@bp.app_context_processor
@in_frame
def count_owed(viewer: Person) -> dict[str, int]:
    """Count the viewer's required reading, for the rail of every page."""
    return {"owed_total": count_required(viewer)}


@bp.get("/publications")
@signed_in
@reads_from_replica
def index(person: Person) -> ResponseReturnValue:
    """Show publications: for the reader, followed, over, or their own and drafts.

    `kind`, `unit`, `agency`, `by` and `topic` filter the list.
    """
    view = read_view(request.args.get("view", ""))
    before = read_time(request.args.get("before", ""))
    narrowing = read_narrowing(person, request.args)
    context = list_context(person, view, before, narrowing)
    return render_template("publishing/publications/index.html", **context)


@bp.get("/p/<uuid:publication_id>")
@signed_in
def show(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show a publication. A draft opens in the editor for its writers."""
    publication = get_publication(person, publication_id)
    if not publication.published_at:
        is_writer = may_write(person, publication)
        there = "publication_editor.edit" if is_writer else "publication_approval.show"
        return redirect(url_for(there, publication_id=publication_id))
    if not publication.is_voiced and not refusal():
        there = url_for(kind_of(publication).page, publication_id=publication_id)
        return redirect(there, 301)
    context = page.publication_context(person, publication, request.args.get("in", ""))
    context["discussion"] = page.discussion_context(person, publication, request.args)
    return render_template("publishing/publications/publication.html", **context, problem=refusal())


@bp.post("/p/<uuid:publication_id>/acknowledgement")
@again(show)
@signed_in
def confirm(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Confirm reading a publication."""
    publication = get_publication(person, publication_id)
    if not publication.published_at:
        raise NotFound
    form = ConfirmForm.parse(request.form)
    acknowledge(person, publication, version=form.version, factor=factor(), post_id=form.post_id)
    here = url_for(".show", publication_id=publication_id, _anchor="confirm")
    return redirect(local_address(request.form.get("next"), here), 303)


@bp.post("/p/<uuid:publication_id>/discussion")
@signed_in
def change_discussion(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Open or close the discussion, for writers of the publication."""
    publication = get_written(person, publication_id)
    is_open = request.form.get("open") == "1"
    (open_discussion if is_open else close_discussion)(person, publication)
    here = url_for(".show", publication_id=publication_id, _anchor="discussion")
    return redirect(here, 303)


@bp.get("/p/<uuid:publication_id>/versions")
@signed_in
def versions(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show the versions of a publication and what each corrected."""
    publication = get_publication(person, publication_id)
    if is_hidden_from(person, publication):
        raise NotFound
    return render_template(
        "publishing/publications/versions.html",
        publication=publication,
        versions=queries.versions(publication),
        language=publication.space.agency.language,
        may_remove=may_remove(person, publication),
    )


@bp.get("/p/<uuid:publication_id>/versions/<int:number>")
@signed_in
def version(person: Person, publication_id: UUID, number: int) -> ResponseReturnValue:
    """Show a version as it was published."""
    publication = get_publication(person, publication_id)
    if is_hidden_from(person, publication):
        raise NotFound
    return render_template(
        "publishing/publications/version.html",
        **page.version_context(publication, number, request.args.get("in", current_language())),
    )


@bp.route("/p/<uuid:publication_id>/versions/<int:number>/remove", methods=["GET", "POST"])
@signed_in
def take_away(person: Person, publication_id: UUID, number: int) -> ResponseReturnValue:
    """Ask for confirmation, then delete the content of a version for good."""
    publication = get_removable(person, publication_id)
    if request.method == "POST":
        remove_version(person, publication, _number(number))
        flash(_("Version removed. Its date is still shown in the history."), "ok")
        return redirect(url_for(".versions", publication_id=publication_id), 303)
    context = page.version_context(publication, number, current_language())
    return render_template("publishing/publications/remove_version.html", **context)


def _number(number: int) -> int:
    if number > MAX_INTEGER:
        raise NotFound
    return number
