"""The page on which an audience is put together, and lists of its people."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound
from intranet.platform.core.parsing import printable
from intranet.platform.core.rest import name_cursor
from intranet.platform.core.web import wants_fragment
from intranet.publishing.publications import audience_candidates
from intranet.publishing.publications.access import get_drafted
from intranet.publishing.publications.forms import ChangeAudience
from intranet.publishing.publications.operations.drafting import set_audience
from intranet.publishing.publications.reach import audience_of
from intranet.publishing.publications.versions import with_working_copy

bp = Blueprint("publication_audience", __name__)


@bp.get("/p/<uuid:publication_id>/audience")
@signed_in
def edit(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show the conditions of the audience, and candidates to add or exclude."""
    publication = with_working_copy(get_drafted(person, publication_id))
    words = printable(request.args.get("q", ""), 80)
    template = "_audience_results.html" if wants_fragment() else "audience.html"
    return render_template(
        f"publishing/publications/{template}",
        **audience_candidates.audience_context(person, publication, words),
    )


@bp.post("/p/<uuid:publication_id>/audience")
@signed_in
def change(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Add or remove a condition or an exception."""
    publication = get_drafted(person, publication_id)
    form = ChangeAudience.parse(request.form)
    there = audience_of(publication)
    wanted = form.changed(there)
    if wanted is not None and wanted == there:
        return redirect(_here(publication_id), 303)
    set_audience(person, publication, wanted, edition=form.edition)
    return redirect(_here(publication_id), 303)


@bp.get("/p/<uuid:publication_id>/audience/people")
@signed_in
def people(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """List the people who would receive it now, by name, with a search."""
    publication = with_working_copy(get_drafted(person, publication_id))
    words = printable(request.args.get("q", ""), 80)
    context = audience_candidates.people_context(publication, words, name_cursor())
    return render_template("publishing/publications/people.html", **context)


@bp.get("/p/<uuid:publication_id>/audience/excluded")
@signed_in
def left_out(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """List the people of the audience who would not receive it or cannot read it yet, and why."""
    publication = with_working_copy(get_drafted(person, publication_id))
    if publication.published_at:
        raise NotFound
    words = printable(request.args.get("q", ""), 80)
    context = audience_candidates.excluded_context(person, publication, words, name_cursor())
    return render_template("publishing/publications/excluded.html", **context)


def _here(publication_id: UUID) -> str:
    return url_for(".edit", publication_id=publication_id, q=request.form.get("q") or None)
