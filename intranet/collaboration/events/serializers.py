"""Events as JSON for programs, in the reader's language; times as instants and by the clock."""

from typing import Any

from intranet.collaboration.events.models import AnswerKind, Event, EventAnswer
from intranet.collaboration.events.queries import EventDetails
from intranet.messaging.messages.serializers import instant
from intranet.platform.core.web import current_language
from intranet.publishing.publications.view_models import origin_of, text_of


def event_json(item: EventDetails, answer: EventAnswer | None, going: int) -> dict[str, Any]:
    """Serialise an occurrence of an event.

    Args:
        answer: the reader's answer.
        going: the number of people with a place.
    """
    publication, event, time = item.publication, item.event, item.occurrence
    own = publication.space.agency.language
    return {
        "id": str(publication.id),
        "at": time.recurrence,
        "url": f"/events/{publication.id}",
        "title": item.version.title.text(current_language(), own),
        "titles": dict(item.version.title),
        "post": {"id": str(publication.post_id), "title": text_of(publication.post.title, own)},
        "space": origin_of(publication),
        "agency": publication.space.agency.code,
        "starts_at": instant(time.starts_at),
        "ends_at": instant(time.ends_at),
        "cancelled_at": instant(time.cancelled_at),
        "going": going,
        "answer": answer.answer.value if answer else None,
        "is_waiting": bool(answer and answer.answer == AnswerKind.YES and answer.waiting),
        **plan_json(event),
    }


def plan_json(event: Event) -> dict[str, Any]:
    """Serialise the plan of the event, by the clock of its zone."""
    return {
        "starts": event.starts.isoformat(),
        "ends": event.ends.isoformat(),
        "zone": event.zone,
        "is_all_day": event.is_all_day,
        "place": event.place,
        "link": event.link,
        "capacity": event.capacity,
        "rule": event.rule,
        "sequence": event.sequence,
    }
