"""Pages on which tips are listed, given, read and withdrawn."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound
from intranet.platform.core.parsing import (
    Form,
    LanguageTag,
    Line,
    Text,
    optional_text,
    required_line,
)
from intranet.platform.core.refused import again, refused_form
from intranet.platform.core.rest import read_time
from intranet.publishing.publications import queries, view_models
from intranet.publishing.publications.access import get_publication
from intranet.publishing.publications.listing import next_cursor
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.contributing import contribute
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.page import discussion_context, publication_context
from intranet.publishing.publications.placement import PlaceForm, placement_context, placement_of
from intranet.publishing.publications.texts import BODY_LIMIT, TITLE_LIMIT
from intranet.publishing.publications.withdrawal_views import WithdrawalTexts, add_withdrawal

TIP = "tip"
PAGE_SIZE = 30

bp = Blueprint("tips", __name__, template_folder="templates")
add_withdrawal(
    bp,
    WithdrawalTexts("Withdraw this tip?", "Nobody will see it.", "Withdraw the tip", "Withdrawn."),
)


class WrittenTip(Form):
    """The title and text of a tip, in a language."""

    title: Line = ""
    body: Text = ""
    language: LanguageTag

    def texts(self) -> dict[str, Written]:
        """Return the title and text by language.

        Raises:
            Invalid: it has no title, or is too long.
        """
        title = required_line(self.title, "title", TITLE_LIMIT)
        return {self.language: Written(title, optional_text(self.body, "body", BODY_LIMIT))}


class TipForm(PlaceForm, WrittenTip):
    """A tip, with its space, post and visibility."""


@bp.get("/tips")
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """List tips, the newest first."""
    found = queries.latest(
        person, kind=TIP, before=read_time(request.args.get("before", "")), limit=PAGE_SIZE + 1
    )
    shown = found[:PAGE_SIZE]
    return render_template(
        "tips/index.html",
        rows=view_models.rows(shown),
        next_before=next_cursor(shown[-1].publication) if len(found) > PAGE_SIZE else None,
    )


@bp.get("/tips/new")
@signed_in
def new(person: Person) -> ResponseReturnValue:
    """Show the form of a tip."""
    return render_template(
        "tips/new.html", **placement_context(person, request.form), **refused_form()
    )


@bp.post("/tips")
@again(new)
@signed_in
def create(person: Person) -> ResponseReturnValue:
    """Publish a tip."""
    form = TipForm.parse(request.form)
    place = placement_of(person, form)
    tip = contribute(
        person, TIP, place.space, place.post, form.texts(), visibility=place.visibility
    )
    return redirect(url_for(".show", publication_id=tip.id), 303)


@bp.get("/tips/<uuid:publication_id>")
@signed_in
def show(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show a tip with its discussion."""
    tip = _get(person, publication_id)
    return render_template(
        "tips/show.html",
        **publication_context(person, tip, request.args.get("in", "")),
        discussion=discussion_context(person, tip, request.args),
    )


def _get(person: Person, publication_id: UUID) -> Publication:
    publication = get_publication(person, publication_id)
    if publication.kind != TIP:
        raise NotFound
    return publication
