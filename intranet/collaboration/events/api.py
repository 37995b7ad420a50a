"""REST: list events, read an event, create an event, and answer an event."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import Field

from intranet.collaboration.events import attendance, listing, queries
from intranet.collaboration.events.access import get_occurrence
from intranet.collaboration.events.forms import AnswerForm
from intranet.collaboration.events.models import Event
from intranet.collaboration.events.operations.answering import answer_event
from intranet.collaboration.events.operations.planning import plan_event
from intranet.collaboration.events.planning import EventPlan, sound
from intranet.collaboration.events.responses import EventResponse
from intranet.collaboration.events.serializers import event_json
from intranet.collaboration.events.view_models import answer_at
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import Form, Line, Text
from intranet.platform.core.query_values import limit
from intranet.platform.core.rest import (
    PREFIX,
    after_time,
    body,
    described,
    idempotent,
    page,
    time_cursor,
)
from intranet.publishing.publications.access import get_not_withdrawn
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.placement import PlaceForm, placement_of

bp = Blueprint("events_api", __name__, url_prefix=PREFIX)


class EventText(Form):
    """The title and the text in a language."""

    title: Line
    body: Text = ""


class PlannedEvent(PlaceForm):
    """An event to be created; `starts` and `ends` are by the clock of `zone`, without an offset."""

    texts: dict[str, EventText]
    starts: datetime
    ends: datetime
    zone: Line
    is_all_day: bool = False
    place: Text = ""
    link: Line = ""
    capacity: int | None = None
    rule: Line = ""
    topics: Annotated[tuple[Line, ...], Field(max_length=3)] = ()
    invites: bool = False

    def plan(self) -> EventPlan:
        """Return the form as a plan.

        Raises:
            Invalid: a time has an offset.
        """
        for field, moment in (("starts", self.starts), ("ends", self.ends)):
            if moment.tzinfo is not None:
                raise Invalid({field: _l("Enter the local time, without a UTC offset.")})
        return EventPlan(
            self.starts,
            self.ends,
            self.zone,
            self.is_all_day,
            self.place,
            self.link,
            self.capacity,
            self.rule,
        )


@bp.get("/events")
@described(list[EventResponse], query=("view", "agency", "topic", "q", "limit", "cursor"))
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """List the occurrences that you may read and that are not over, the earliest first.

    `view` is `mine` (you answered yes or maybe), `places` (in your spaces) or `past`; `agency` (its
    code), `topic` and `q` (words) narrow the list.
    """
    try:
        narrowing = listing.read_narrowing(person, request.args)
    except NotFound as error:
        raise Invalid({"": _l("This value is not allowed here.")}) from error
    conditions, place = narrowing.conditions(person), time_cursor()
    if narrowing.view == "past":
        items = queries.past(person, before=place, narrowed=conditions, limit=limit() + 1)
    else:
        items = queries.upcoming(person, after=place, narrowed=conditions, limit=limit() + 1)
    some = items[: limit()]
    last = some[-1].occurrence if len(items) > len(some) else None
    following = after_time(last.starts_at, last.publication_id) if last else None
    return page(_json(person, some), following)


@bp.post("/events")
@described(EventResponse, form=PlannedEvent)
@signed_in
def create(person: Person) -> ResponseReturnValue:
    """Create an event in a space that you belong to."""
    form = PlannedEvent.parse_exactly(body())
    plan = sound(form.plan())
    place = placement_of(person, form)

    def make() -> tuple[dict[str, Any], int]:
        event = plan_event(
            person,
            place.space,
            place.post,
            {tag: Written(text.title, text.body) for tag, text in form.texts.items()},
            plan,
            visibility=place.visibility,
            topics=form.topics,
            invites=form.invites,
        )
        return _one(person, event), 201

    return idempotent(person.id, make)


@bp.get("/events/<uuid:event_id>")
@described(EventResponse)
@signed_in
def show(person: Person, event_id: UUID) -> ResponseReturnValue:
    """Return an event at its next occurrence."""
    return jsonify(_one(person, get_not_withdrawn(person, Event, event_id)))


@bp.put("/events/<uuid:event_id>/answer")
@described(EventResponse, form=AnswerForm)
@signed_in
def answer(person: Person, event_id: UUID) -> ResponseReturnValue:
    """Answer whether you will attend the event, or the day that `at` names."""
    event = get_not_withdrawn(person, Event, event_id)
    form = AnswerForm.parse_exactly(body())
    answer_event(person, event.publication, form.answer, recurrence=form.at, post_id=form.post_id)
    return jsonify(_one(person, event, form.at))


def _one(person: Person, event: Event, at: str = "") -> dict[str, Any]:
    item = queries.next_occurrence(event)
    if at:
        occurrence = get_occurrence(event, at)
        item = queries.EventDetails(occurrence, event, item.publication, item.version)
    return _json(person, [item])[0]


def _json(person: Person, items: list[queries.EventDetails]) -> list[dict[str, Any]]:
    answers = attendance.answers_of(person, {item.publication.id for item in items})
    going = attendance.counts({(item.publication.id, item.occurrence.recurrence) for item in items})
    return [
        event_json(
            item,
            answer_at(answers, item.event, item.occurrence.recurrence),
            going.get((item.publication.id, item.occurrence.recurrence), 0),
        )
        for item in items
    ]
