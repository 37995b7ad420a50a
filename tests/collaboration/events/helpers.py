"""Short ways to events: planned, answered, and as calendars read them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from intranet.collaboration.events.models import Event, EventOccurrence
from intranet.collaboration.events.operations.planning import plan_event
from intranet.collaboration.events.planning import EventPlan
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.people.models import Person
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.placement import posts_of
from tests.messaging.messages.helpers import space_of

TITLE, BODY = "Reunión de coordinación", "Orden del día: plazos."
MADRID, CANARY = "Europe/Madrid", "Atlantic/Canary"


def at(text: str) -> datetime:
    """A moment by the clock."""
    return datetime.fromisoformat(text)


def plan(starts: str, ends: str, zone: str = MADRID, **more: Any) -> EventPlan:
    """When and where something is."""
    return EventPlan(at(starts), at(ends), zone, **more)


def planned(
    author: Person,
    unit: Any,
    starts: str = "2027-03-01T10:00",
    ends: str = "2027-03-01T11:00",
    *,
    title: str = TITLE,
    body: str = BODY,
    visibility: Visibility = Visibility.AGENCY,
    zone: str = MADRID,
    invites: bool = False,
    **more: Any,
) -> Event:
    """An event in the space of a unit."""
    return plan_event(
        author,
        space_of(unit),
        posts_of(author)[0],
        {"es": Written(title, body)},
        plan(starts, ends, zone, **more),
        visibility=visibility,
        invites=invites,
    )


def times(event: Event) -> list[datetime]:
    """The instants at which it begins."""
    return list(
        db.session.scalars(
            select(EventOccurrence.starts_at)
            .where(EventOccurrence.publication_id == event.publication_id)
            .order_by(EventOccurrence.starts_at)
        )
    )


def form(space_id: UUID, post_id: UUID, **more: Any) -> dict[str, Any]:
    """What the form of a new event sends."""
    return {
        "title": TITLE,
        "body": BODY,
        "language": "es",
        "space_id": str(space_id),
        "post_id": str(post_id),
        "visibility": "agency",
        "starts_on": "2027-03-01",
        "starts_time": "10:00",
        "ends_on": "2027-03-01",
        "ends_time": "11:00",
        "zone": MADRID,
        **more,
    }
