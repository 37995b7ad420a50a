"""Pages on which publications are proposed for the public site, approved and taken off."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from intranet.organisation.accounts.access import current_person, signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import printable
from intranet.platform.core.refused import again, refused_form
from intranet.platform.core.rest import after_time, read_time
from intranet.platform.core.web import site_address
from intranet.public_site import approval_review, queries
from intranet.public_site.access import (
    approving_agency_ids,
    approving_post,
    get_showable,
    may_propose,
)
from intranet.public_site.kinds import pages_of, public_kinds
from intranet.public_site.models import ShowcaseItem
from intranet.public_site.operations import showing
from intranet.publishing.publications.models import Publication, PublicationState

PAGE_SIZE = 50

bp = Blueprint("own_showcase", __name__)


@dataclass(frozen=True)
class ShowcaseStanding:
    """The public state of a publication, for people who may propose or approve it."""

    item: ShowcaseItem | None
    is_shown: bool
    proposes: bool
    approves: bool
    address: str


@bp.app_template_global()
def showcase_of(publication: Publication) -> ShowcaseStanding | None:
    """Return the data of `public_site/_standing.html`; None where the reader has no say in it."""
    reader = current_person()
    is_out = publication.state(clock.now()) == PublicationState.PUBLISHED
    if reader is None or publication.kind not in public_kinds() or not is_out:
        return None
    return public_state_of(reader, publication)


def public_state_of(person: Person, publication: Publication) -> ShowcaseStanding | None:
    """Return the public state of a publication for a person; None where they have no say in it."""
    proposes = may_propose(person, publication)
    approves = approving_post(person, publication) is not None
    if not proposes and not approves:
        return None
    item = showing.item_of(publication)
    return ShowcaseStanding(
        item=item,
        is_shown=item is not None and item.is_shown and publication.visibility == "public",
        proposes=proposes,
        approves=approves,
        address=site_address(f"/open/{pages_of(publication.kind).folder}/{publication.id}"),
    )


@bp.get("/showcase")
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """List proposals that wait for the reader, and their public items."""
    own = queries.of_person(person)
    shown = queries.on_show(
        own, before=read_time(request.args.get("before", "")), limit=PAGE_SIZE + 1
    )
    last = shown[PAGE_SIZE - 1].item if len(shown) > PAGE_SIZE else None
    return render_template(
        "public_site/index.html",
        waiting=queries.waiting(own, PAGE_SIZE),
        shown=shown[:PAGE_SIZE],
        approves=approving_agency_ids(person),
        following=after_time(last.approved_at, last.publication_id)
        if last and last.approved_at
        else None,
    )


@bp.get("/p/<uuid:publication_id>/showcase")
@signed_in
def review(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show a publication as the public reads it, or would; approvers decide on it here."""
    publication = get_showable(person, publication_id)
    context = approval_review.review_context(person, publication, request.args.get("in", ""))
    return render_template(
        "public_site/review.html",
        **context,
        standing=public_state_of(person, publication),
        **refused_form(),
    )


@bp.post("/p/<uuid:publication_id>/showcase/proposal")
@again(review, on=(Invalid, Forbidden))
@signed_in
def propose(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Propose a publication for the public site."""
    publication = get_showable(person, publication_id)
    showing.propose(person, publication)
    flash(_("Proposal sent. A post that publishes for your administration will review it."), "ok")
    return _back(publication_id)


@bp.post("/p/<uuid:publication_id>/showcase/approval")
@again(review, on=(Invalid, Forbidden, Conflict))
@signed_in
def approve(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Approve a publication as the reader saw it, which the field `digest` identifies."""
    publication = get_showable(person, publication_id)
    digest = printable(request.form.get("digest", ""), 64)
    showing.approve(person, publication, digest=digest)
    flash(_("The page is now on the public site."), "ok")
    return _back(publication_id)


@bp.post("/p/<uuid:publication_id>/showcase/refusal")
@again(review, on=(Invalid, Forbidden))
@signed_in
def decline(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Decline a proposal, for the reason in the field `reason`."""
    publication = get_showable(person, publication_id)
    showing.decline(person, publication, request.form.get("reason", ""))
    flash(_("The proposer will see your reason."), "ok")
    return _back(publication_id)


@bp.post("/p/<uuid:publication_id>/showcase/removal")
@signed_in
def take_off(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Take a publication off the public site."""
    publication = get_showable(person, publication_id)
    showing.remove_item(person, publication)
    flash(
        _("The page was removed from the public site. It is still available on the network."), "ok"
    )
    return _back(publication_id)


def _back(publication_id: UUID) -> Response:
    return redirect(url_for(".review", publication_id=publication_id), 303)
