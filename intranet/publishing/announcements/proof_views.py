"""Pages on which a proof is requested, downloaded and checked by its holder."""

from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from intranet.delivery.files.request_files import sent_digest
from intranet.delivery.files.serving import send
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.access import holds_any_post
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound
from intranet.platform.core.refused import again, refusal
from intranet.platform.core.web import current_language
from intranet.publishing.announcements.access import get_scope, scope_of
from intranet.publishing.announcements.models import Proof
from intranet.publishing.announcements.operations.proving import get_proof, request_proof

bp = Blueprint("announcement_proofs", __name__)


@bp.post("/p/<uuid:publication_id>/proof.pdf")
@signed_in
def make(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Make a proof of the confirmations so far, and go to its page."""
    scope = get_scope(person, publication_id)
    proof = request_proof(person, scope.publication, current_language())
    return redirect(url_for(".show", proof_code=proof.code), 303)


@bp.get("/proofs/<proof_code>")
@signed_in
def show(person: Person, proof_code: str) -> ResponseReturnValue:
    """Show when a proof was made, by which administration, and its digest."""
    return _page(person, _get(person, proof_code))


@bp.post("/proofs/<proof_code>")
@again(show)
@signed_in
def check(person: Person, proof_code: str) -> ResponseReturnValue:
    """Compare an uploaded document with the original."""
    proof = _get(person, proof_code)
    return _page(person, proof, is_same=sent_digest() == proof.sha256)


@bp.get("/proofs/<proof_code>/proof.pdf")
@signed_in
def download(person: Person, proof_code: str) -> Response:
    """Send the document to its maker, or to a person who may see the whole report."""
    proof = _get(person, proof_code)
    if proof.file is None or not _may_take(person, proof):
        raise NotFound
    return send(proof.file)


def _get(person: Person, proof_code: str) -> Proof:
    if not holds_any_post(person):
        raise NotFound
    return get_proof(proof_code)


def _may_take(person: Person, proof: Proof) -> bool:
    """Return whether the person may download the proof.

    Its maker may while they see all of the report that it covers; others must see the whole report.
    """
    scope = scope_of(person, proof.publication)
    if scope is None or not scope.holds(proof.unit_paths):
        return False
    return scope.is_whole or proof.made_by_id == person.id


def _page(person: Person, proof: Proof, *, is_same: bool | None = None) -> str:
    return render_template(
        "publishing/announcements/proof.html",
        proof=proof,
        publisher=proof.publication.agency,
        may_take=_may_take(person, proof),
        is_same=is_same,
        problem=refusal(),
    )
