"""Editing the viewer's own profile, and recording absences with their stand-ins."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.delivery.files.request_files import sent_file
from intranet.finding.directory import queries
from intranet.finding.directory.faces import faces_of
from intranet.finding.directory.forms import (
    LANGUAGES_OFFERED,
    AbsenceForm,
    Values,
    absence_values,
    read_profile,
)
from intranet.finding.directory.labels import language_name, place_names, weekday_names
from intranet.finding.directory.operations import change_photo, remove_photo
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.absence_queries import absences_ahead
from intranet.organisation.people.access import (
    get_absence,
    get_person,
    lets_contact_out,
    may_set_absence,
)
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.absences import end_absence, set_absence
from intranet.organisation.people.operations.people import edit_profile
from intranet.organisation.people.queries import current_appointments, today_of
from intranet.platform.core.errors import Conflict, Forbidden, Invalid, Problem, Words
from intranet.platform.core.i18n import _, _l

bp = Blueprint("profile", __name__)


@bp.get("/me/edit")
@signed_in
def edit(viewer: Person) -> ResponseReturnValue:
    """Show the form of the viewer's own profile."""
    return _edit_page(viewer, Values.of(viewer), {})


@bp.post("/me/edit")
@signed_in
def save(viewer: Person) -> ResponseReturnValue:
    """Store the profile; after a concurrent change show both versions and keep what was typed."""
    typed = Values.typed(request.form)
    try:
        profile, version = read_profile(request.form)
        edit_profile(viewer, viewer, profile, version=version)
    except Invalid as problem:
        return _edit_page(viewer, typed, problem.errors), problem.status
    except Conflict as problem:
        return _edit_page(viewer, typed, {}, stored=Values.of(viewer)), problem.status
    flash(_("Your profile has been saved."), "ok")
    return redirect(url_for("directory.person", person_id=viewer.id), 303)


@bp.post("/me/photo")
@signed_in
def take_photo(viewer: Person) -> ResponseReturnValue:
    """Replace the portrait."""
    try:
        change_photo(viewer, sent_file("photo").stream)
    except Problem as problem:
        errors = {"photo": _first(problem)}
        return _edit_page(viewer, Values.of(viewer), errors), problem.status
    flash(_("Your photo has been saved."), "ok")
    return redirect(url_for(".edit"), 303)


@bp.post("/me/photo/remove")
@signed_in
def drop_photo(viewer: Person) -> ResponseReturnValue:
    """Remove the portrait, so that initials are shown."""
    remove_photo(viewer)
    flash(_("Your photo has been removed. Your initials are shown instead."), "ok")
    return redirect(url_for(".edit"), 303)


@bp.get("/people/<uuid:person_id>/absences")
@signed_in
def absences(viewer: Person, person_id: UUID) -> ResponseReturnValue:
    """Show a person's absences, and a form to add one."""
    person = _of_whom(viewer, person_id)
    day = today_of(person.id).isoformat()
    return _absence_page(viewer, person, {"starts_on": day, "ends_on": day}, {})


@bp.post("/people/<uuid:person_id>/absences")
@signed_in
def say_absence(viewer: Person, person_id: UUID) -> ResponseReturnValue:
    """Record an absence."""
    person = _of_whom(viewer, person_id)
    try:
        form = AbsenceForm.parse(request.form)
        stand_in = get_person(viewer, form.stand_in_id) if form.stand_in_id else None
        set_absence(
            viewer, person, starts_on=form.starts_on, ends_on=form.ends_on, stand_in=stand_in
        )
    except Invalid as problem:
        return _absence_page(viewer, person, absence_values(request.form), problem.errors), 422
    except Conflict as problem:
        errors = {"starts_on": problem.detail}
        return _absence_page(viewer, person, absence_values(request.form), errors), 409
    flash(_("The absence has been saved."), "ok")
    return redirect(url_for("directory.person", person_id=person.id), 303)


@bp.post("/absences/<uuid:absence_id>/end")
@signed_in
def take_back(viewer: Person, absence_id: UUID) -> ResponseReturnValue:
    """End an absence, or cancel a future one."""
    absence = get_absence(viewer, absence_id)
    person_id = absence.person_id
    end_absence(viewer, absence)
    flash(_("The absence has ended."), "ok")
    return redirect(url_for(".absences", person_id=person_id), 303)


def _edit_page(
    viewer: Person,
    values: Values,
    errors: Mapping[str, Words],
    *,
    stored: Values | None = None,
) -> str:
    return render_template(
        "finding/directory/edit.html",
        person=viewer,
        face=faces_of([viewer], viewer)[viewer.id],
        values=values,
        errors=errors,
        stored=stored,
        contact_stays=not lets_contact_out(viewer),
        differing=values.differing(stored) if stored else [],
        weekday_names=weekday_names(),
        place_names=place_names(),
        languages_offered=[(tag, language_name(tag)) for tag in LANGUAGES_OFFERED],
    )


def _absence_page(
    viewer: Person, person: Person, values: dict[str, str], errors: Mapping[str, Words]
) -> str:
    held = current_appointments(person.id)
    units = {row.post.unit_id for row in held}
    above = {row.post.unit.parent_id for row in held if row.post.unit.parent_id}
    return render_template(
        "finding/directory/absences.html",
        person=person,
        is_own=person.id == viewer.id,
        face=faces_of([person], viewer)[person.id],
        absences=absences_ahead(person.id, today_of(person.id)),
        today=today_of(person.id),
        candidates=queries.possible_stand_ins(person, units | above),
        values=values,
        errors=errors,
    )


def _of_whom(viewer: Person, person_id: UUID) -> Person:
    """Return the person, if the viewer may record their absence.

    Raises:
        NotFound: the viewer may not know this person.
        Forbidden: the viewer is neither the person nor their head nor their administrator.
    """
    person = get_person(viewer, person_id)
    if not may_set_absence(viewer, person):
        raise Forbidden(
            _l("Only the person concerned, their head or an administrator can record the absence.")
        )
    return person


def _first(problem: Problem) -> Words:
    return next(iter(problem.errors.values()), problem.detail)
