"""Pages on which people find, read and answer events."""

from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.collaboration.events import attendance, listing, queries
from intranet.collaboration.events import page as pages
from intranet.collaboration.events.forms import AnswerForm
from intranet.collaboration.events.ics import MIMETYPE, EventCalendarEntry, calendar_of
from intranet.collaboration.events.models import Event
from intranet.collaboration.events.operations.answering import answer_event
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.agencies.models import MailContent
from intranet.organisation.people.models import Person
from intranet.platform.core.refused import again, refusal
from intranet.platform.core.web import local_address
from intranet.publishing.publications import page as publication_pages
from intranet.publishing.publications.access import get_not_withdrawn

bp = Blueprint("events", __name__)


@bp.get("/events")
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """List upcoming events by day.

    `view` (`mine`, `places`, `past`), `agency`, `topic` and `q` narrow it.
    """
    narrowing = listing.read_narrowing(person, request.args)
    context = listing.list_context(person, narrowing, request.args.get("cursor", ""))
    return render_template("collaboration/events/index.html", **context)


@bp.get("/events/month")
@signed_in
def month(person: Person) -> ResponseReturnValue:
    """Show a month as a table, with the filters of the list; `month` as `2026-11`."""
    narrowing = listing.read_narrowing(person, request.args)
    context = listing.month_context(person, narrowing, request.args.get("month", ""))
    return render_template("collaboration/events/month.html", **context)


@bp.get("/events/<uuid:publication_id>")
@signed_in
def show(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show an event at its next occurrence, or at the one that `at` names."""
    event = get_not_withdrawn(person, Event, publication_id)
    publication = event.publication
    context = publication_pages.publication_context(person, publication, request.args.get("in", ""))
    context["discussion"] = publication_pages.discussion_context(person, publication, request.args)
    context |= pages.event_context(person, event, request.values.get("at", ""))
    return render_template("collaboration/events/event.html", **context, problem=refusal())


@bp.post("/events/<uuid:publication_id>/answer")
@again(show)
@signed_in
def answer(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Record the person's answer to an event or to one of its days."""
    event = get_not_withdrawn(person, Event, publication_id)
    form = AnswerForm.parse(request.form)
    answer_event(person, event.publication, form.answer, recurrence=form.at, post_id=form.post_id)
    shown = request.form.get("shown") or form.at or None
    here = url_for(".show", publication_id=publication_id, at=shown, _anchor="answer")
    return redirect(local_address(request.form.get("next"), here), 303)


@bp.get("/events/<uuid:publication_id>/people")
@signed_in
def people(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """List the people who answered, by agency."""
    event = get_not_withdrawn(person, Event, publication_id)
    item = queries.next_occurrence(event)
    context = pages.people_context(person, event, request.args.get("at", ""))
    return render_template("collaboration/events/people.html", item=item, **context)


@bp.get("/events/<uuid:publication_id>.ics")
@signed_in
def ics(person: Person, publication_id: UUID) -> Response:
    """Return the event as a calendar file."""
    event = get_not_withdrawn(person, Event, publication_id)
    response = Response(calendar_of([_entry(person, event)]), mimetype=MIMETYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{event.publication_id}.ics"'
    return response


def _entry(person: Person, event: Event) -> EventCalendarEntry:
    answers = {
        key[1]: row.answer
        for key, row in attendance.answers_of(person, [event.publication_id]).items()
    }
    return EventCalendarEntry(
        queries.next_occurrence(event),
        attendance.exceptions([event.publication_id]).get(event.publication_id, ()),
        answers if not event.is_answered_by_day else {},
        MailContent.TEXT,
        is_answered=bool(answers) and not event.is_answered_by_day,
    )
