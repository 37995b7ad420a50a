"""Pages on which initiatives are written, moved to another stage and withdrawn."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.collaboration.initiatives import editing
from intranet.collaboration.initiatives.forms import (
    ChangedForm,
    InitiativeStageForm,
    WrittenForm,
    facts_in,
    texts_by_language,
)
from intranet.collaboration.initiatives.models import Initiative
from intranet.collaboration.initiatives.operations.describing import (
    change_initiative,
    create_initiative,
)
from intranet.collaboration.initiatives.operations.equipping import (
    add_contact,
    add_file,
    add_partner,
    drop_contact,
    drop_partner,
    remove_file,
)
from intranet.collaboration.initiatives.operations.moving import move_initiative, post_update
from intranet.delivery.files.operations import store_upload
from intranet.delivery.files.request_files import sent_file
from intranet.extensions import db
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.agencies.models import Post
from intranet.organisation.agencies.queries import agency_by_code
from intranet.organisation.people.agency_search import known_agency
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid, NotFound
from intranet.platform.core.guard import accepts_long_text
from intranet.platform.core.i18n import _
from intranet.platform.core.refused import again
from intranet.publishing.publications.access import get_of_kind, get_own
from intranet.publishing.publications.forms import NamedEdition
from intranet.publishing.publications.operations.publishing import withdraw
from intranet.publishing.publications.placement import placement_of

bp = Blueprint("initiative_editor", __name__)


@bp.get("/initiatives/new")
@signed_in
def new(person: Person) -> ResponseReturnValue:
    """Show the form of an initiative; similar ones are shown while it is written."""
    return _new(person, request.form or request.args)


@bp.post("/initiatives/new")
@again(new)
@signed_in
@accepts_long_text
def create(person: Person) -> ResponseReturnValue:
    """Add an initiative to the catalogue, or show its form in another language."""
    do, _colon, language = request.form.get("do", "").partition(":")
    if do in {"look", "in"}:
        return _new(person, editing.in_language(request.form, language))
    form = WrittenForm.parse(request.form)
    initiative = create_initiative(
        person,
        placement_of(person, form),
        texts_by_language(request.form),
        facts_in(request.form),
        stage=form.stage,
        stage_on=form.stage_on,
        topics=_topics(),
    )
    flash(
        _(
            "The initiative is in the catalogue. Add partners, contacts and files that "
            "others can use."
        ),
        "ok",
    )
    there = url_for("initiatives.show", publication_id=initiative.publication_id)
    return redirect(there, 303)


@bp.get("/initiatives/<uuid:publication_id>/edit")
@signed_in
def edit(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show the form that changes an initiative."""
    initiative = get_own(person, Initiative, publication_id)
    context = editing.edit_context(initiative, request.form or request.args)
    return render_template("collaboration/initiatives/edit.html", **context)


@bp.post("/initiatives/<uuid:publication_id>/edit")
@again(edit)
@signed_in
@accepts_long_text
def change(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Change an initiative; the previous text stays in its history."""
    initiative = get_own(person, Initiative, publication_id)
    form = ChangedForm.parse(request.form)
    change_initiative(
        person,
        initiative,
        texts_by_language(request.form),
        facts_in(request.form),
        edition=form.edition,
        visibility=form.visibility,
        topics=_topics(),
        note=form.note,
    )
    flash(_("Changes saved. The previous text stays in the history."), "ok")
    return redirect(url_for("initiatives.show", publication_id=publication_id), 303)


@bp.get("/initiatives/<uuid:publication_id>/stage")
@signed_in
def ask_move(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show the form that moves an initiative to another stage."""
    context = editing.move_context(get_own(person, Initiative, publication_id))
    return render_template("collaboration/initiatives/stage.html", **context)


@bp.post("/initiatives/<uuid:publication_id>/stage")
@again(ask_move)
@signed_in
@accepts_long_text
def move(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Move an initiative to another stage."""
    initiative = get_own(person, Initiative, publication_id)
    form = InitiativeStageForm.parse(request.form)
    move_initiative(person, initiative, form.stage, on=form.on, note=form.note)
    flash(
        _(
            "The change has been recorded. People who follow or use the initiative "
            "have been notified."
        ),
        "ok",
    )
    return redirect(url_for("initiatives.show", publication_id=publication_id), 303)


@bp.get("/initiatives/<uuid:publication_id>/updates")
@signed_in
def ask_update(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show the form of an update."""
    context = editing.frame(get_own(person, Initiative, publication_id))
    return render_template("collaboration/initiatives/update.html", **context)


@bp.post("/initiatives/<uuid:publication_id>/updates")
@again(ask_update)
@signed_in
@accepts_long_text
def update(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Post an update."""
    initiative = get_own(person, Initiative, publication_id)
    post_update(person, initiative, request.form.get("text", ""))
    flash(
        _(
            "The update has been published. People who follow or use the "
            "initiative have been notified."
        ),
        "ok",
    )
    there = url_for("initiatives.show", publication_id=publication_id, _anchor="updates")
    return redirect(there, 303)


@bp.get("/initiatives/<uuid:publication_id>/people")
@signed_in
def people(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show the files, partners and contacts, with those that can be added."""
    initiative = get_own(person, Initiative, publication_id)
    context = editing.people_context(person, initiative, request.args)
    return render_template("collaboration/initiatives/people.html", **context)


@bp.post("/initiatives/<uuid:publication_id>/partners")
@again(people, on=Invalid)
@signed_in
def change_partner(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Add a partner, or remove one; a partner may remove itself."""
    initiative = get_of_kind(person, Initiative, publication_id)
    code, drops = request.form.get("agency", ""), request.form.get("do") == "drop"
    agency = agency_by_code(code) if drops else known_agency(person, code)
    if agency is None:
        raise NotFound
    if drops:
        drop_partner(person, initiative, agency.id)
    else:
        add_partner(person, initiative, agency)
    return _back_to_people(publication_id, "partners")


@bp.post("/initiatives/<uuid:publication_id>/contacts")
@again(people, on=Invalid)
@signed_in
def change_contact(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Add a contact, or remove one."""
    initiative = get_own(person, Initiative, publication_id)
    post_id = request.form.get("post", type=UUID)
    post = db.session.get(Post, post_id) if post_id else None
    if post is None:
        raise NotFound
    if request.form.get("do") == "drop":
        drop_contact(person, initiative, post.id)
    else:
        add_contact(person, initiative, post)
    return _back_to_people(publication_id, "contacts")


@bp.post("/initiatives/<uuid:publication_id>/files")
@again(people, on=Invalid)
@signed_in
def change_file(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Add a reusable file, or remove one."""
    initiative = get_own(person, Initiative, publication_id)
    edition = NamedEdition.parse(request.form).edition
    if request.form.get("do") == "drop":
        file_id = request.form.get("file", type=UUID)
        if file_id is None:
            raise NotFound
        remove_file(person, initiative, file_id, edition=edition)
    else:
        sent = sent_file()
        stored = store_upload(person, sent.stream, sent.filename or "")
        add_file(person, initiative, stored.id, edition=edition)
    return _back_to_people(publication_id, "files")


@bp.get("/initiatives/<uuid:publication_id>/withdraw")
@signed_in
def ask_withdrawal(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Ask why an initiative is withdrawn."""
    context = editing.frame(get_own(person, Initiative, publication_id))
    return render_template("collaboration/initiatives/withdraw.html", **context)


@bp.post("/initiatives/<uuid:publication_id>/withdraw")
@again(ask_withdrawal, on=Invalid)
@signed_in
def take_down(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Withdraw an initiative from the catalogue, with a reason."""
    initiative = get_own(person, Initiative, publication_id)
    withdraw(person, initiative.publication, request.form.get("reason", ""))
    flash(_("The initiative has been withdrawn and is no longer in the catalogue."), "ok")
    return redirect(url_for("initiatives.show", publication_id=publication_id), 303)


def _new(person: Person, sent: Mapping[str, Any]) -> str:
    context = editing.new_context(person, sent)
    return render_template("collaboration/initiatives/new.html", **context)


def _topics() -> list[str]:
    return [code for code in request.form.getlist("topics") if code]


def _back_to_people(publication_id: UUID, anchor: str) -> ResponseReturnValue:
    there = url_for(".people", publication_id=publication_id, _anchor=anchor)
    return redirect(
        (
            request.form.get("back") == "page"
            and url_for("initiatives.show", publication_id=publication_id)
        )
        or there,
        303,
    )
