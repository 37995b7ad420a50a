"""Pages on which events are created, changed and cancelled, and their minutes are written."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.collaboration.events import attendance, form_values, queries, view_models
from intranet.collaboration.events.access import get_occurrence
from intranet.collaboration.events.forms import (
    CancelForm,
    ChangeEvent,
    EventMoveForm,
    MinutesForm,
    NewEvent,
)
from intranet.collaboration.events.models import WHOLE, Event
from intranet.collaboration.events.operations.cancelling import cancel_event
from intranet.collaboration.events.operations.minutes import write_minutes
from intranet.collaboration.events.operations.planning import (
    change_event,
    move_occurrence,
    plan_event,
)
from intranet.delivery.files.operations import store_upload
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.refused import again, refusal, refused_form
from intranet.platform.core.web import current_language
from intranet.publishing.publications.access import get_own
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.placement import placement_of, visibilities_of
from intranet.publishing.publications.versions import with_working_copy

bp = Blueprint("event_editor", __name__)


@bp.get("/events/new")
@signed_in
def new(person: Person) -> ResponseReturnValue:
    """Show the form of a new event, filled from `title` and `starts` (`2026-11-30T10:00`)."""
    return _form(person, form_values.new_fields(person, request.args))


@bp.post("/events/new")
@again(new)
@signed_in
def create(person: Person) -> ResponseReturnValue:
    """Create an event and redirect to it."""
    form = NewEvent.parse(request.form)
    place = placement_of(person, form)
    event = plan_event(
        person,
        place.space,
        place.post,
        form.texts(),
        form.plan(),
        visibility=place.visibility,
        topics=form.codes(),
        file_ids=[*form.file_ids, *_uploaded(person)],
        invites=form.invites,
    )
    return _there(event.publication_id)


@bp.get("/events/<uuid:publication_id>/edit")
@signed_in
def edit(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show the form of an existing event."""
    event = get_own(person, Event, publication_id)
    language = request.args.get("in", current_language())
    return _form(person, form_values.stored_fields(event, language), event=event)


@bp.post("/events/<uuid:publication_id>/edit")
@again(edit)
@signed_in
def update(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Change an event; people who attend are notified of the changes."""
    event = get_own(person, Event, publication_id)
    form = ChangeEvent.parse(request.form)
    kept = {
        row.language: Written(row.title, row.body)
        for row in with_working_copy(event.publication).texts
    }
    change_event(
        person,
        event,
        {**kept, **form.texts()},
        form.plan(),
        visibility=form.visibility,
        topics=form.codes(),
        edition=form.edition,
        note=form.note,
    )
    return _there(publication_id)


@bp.get("/events/<uuid:publication_id>/cancel")
@signed_in
def cancelling(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Ask for a reason to cancel the event or the day that `at` names."""
    return _about("cancel.html", get_own(person, Event, publication_id))


@bp.post("/events/<uuid:publication_id>/cancel")
@again(cancelling)
@signed_in
def cancel(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Cancel the event or the day that `at` names."""
    event = get_own(person, Event, publication_id)
    form = CancelForm.parse(request.form)
    cancel_event(person, event, form.reason, recurrence=form.at)
    return _there(publication_id, form.at)


@bp.get("/events/<uuid:publication_id>/move")
@signed_in
def moving(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Ask for a new time of the day that `at` names."""
    event = get_own(person, Event, publication_id)
    get_occurrence(event, request.values.get("at", ""))
    return _about("move.html", event)


@bp.post("/events/<uuid:publication_id>/move")
@again(moving)
@signed_in
def move(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Move the day that `at` names."""
    event = get_own(person, Event, publication_id)
    form = EventMoveForm.parse(request.form)
    move_occurrence(person, event, form.at, *form.span(is_all_day=event.is_all_day))
    return _there(publication_id, form.at)


@bp.get("/events/<uuid:publication_id>/minutes")
@signed_in
def writing_minutes(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show the form of the minutes."""
    return _about("minutes.html", get_own(person, Event, publication_id))


@bp.post("/events/<uuid:publication_id>/minutes")
@again(writing_minutes)
@signed_in
def minutes(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Save the minutes of the event, with files."""
    event = get_own(person, Event, publication_id)
    form = MinutesForm.parse(request.form)
    write_minutes(person, event, form.at, form.body, file_ids=_uploaded(person))
    return _there(publication_id, form.at, "minutes")


def _there(publication_id: UUID, at: str = "", anchor: str | None = None) -> ResponseReturnValue:
    """Redirect to an event or one of its days."""
    there = url_for("events.show", publication_id=publication_id, at=at or None, _anchor=anchor)
    return redirect(there, 303)


def _about(template: str, event: Event) -> str:
    """Render a form about an occurrence of the event."""
    at = request.values.get("at", "")
    item = queries.next_occurrence(event)
    is_one = bool(at) or not event.is_repeating
    time = get_occurrence(event, at) if is_one else item.occurrence
    return render_template(
        f"collaboration/events/{template}",
        event=event,
        item=item,
        at=at if is_one else WHOLE,
        when=view_models.when_of(event, time.starts_at, time.ends_at),
        repeats=view_models.repeat_words(event),
        minutes=attendance.minutes_of(event).get(at),
        fields=form_values.span_fields(event, time),
        **refused_form(),
    )


def _form(person: Person, fields: dict[str, Any], *, event: Event | None = None) -> str:
    context = refused_form() | form_values.form_context(person, _sent() if refusal() else fields)
    item = queries.next_occurrence(event) if event else None
    if item:
        context["place_visibilities"] = visibilities_of(
            item.publication.space, item.publication.visibility or Visibility.MEMBERS
        )
    return render_template("collaboration/events/form.html", event=event, item=item, **context)


def _sent() -> dict[str, Any]:
    several = {"topics", "repeats_on"}
    return {
        name: request.form.getlist(name) if name in several else request.form.get(name)
        for name in request.form
    }


def _uploaded(person: Person) -> list[UUID]:
    """Store the uploaded files and return their ids."""
    sent = [file for file in request.files.getlist("files") if file.filename]
    return [store_upload(person, file.stream, file.filename or "").id for file in sent]
