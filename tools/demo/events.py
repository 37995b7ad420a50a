"""The events of the story, with their answers and minutes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from intranet.collaboration.events.models import WHOLE, AnswerKind, Event
from intranet.collaboration.events.operations.answering import answer_event
from intranet.collaboration.events.operations.minutes import write_minutes
from intranet.collaboration.events.operations.planning import plan_event
from intranet.collaboration.events.planning import EventPlan
from intranet.extensions import db
from intranet.messaging.spaces.models import Space, Visibility
from intranet.messaging.spaces.queries import space_of_agency, space_of_unit
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.placement import posts_of
from tools.demo.files import read
from tools.demo.settling import LoadedStory

ANSWERED_AT = "-1d 10:20"


@dataclass(frozen=True, slots=True)
class StoryEvent:
    """An event; `day` and `planned` are days of the story, hours are by the clock of `zone`."""

    by: str
    unit: str
    planned: str
    day: str
    hours: tuple[str, str]
    texts: dict[str, tuple[str, str]]
    zone: str = "Europe/Madrid"
    rule: str = ""
    place: str = ""
    link: str = ""
    capacity: int | None = None
    visibility: str = "network"
    topics: tuple[str, ...] = ()
    answers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    minutes: str = ""


@cache
def events() -> tuple[StoryEvent, ...]:
    """Return all events, in the order of the file."""
    return tuple(_said(one) for one in read("events.toml")["event"])


def hold_event(said: StoryEvent, settled: LoadedStory) -> None:
    """Create an event with its answers, and the minutes if it is past."""
    calendar = settled.calendar
    author = settled.people[said.by]
    with clock.freeze(calendar.instant(said.planned)):
        event = plan_event(
            author,
            _space(said, settled),
            posts_of(author)[0],
            {tag: Written(title, body) for tag, (title, body) in said.texts.items()},
            _plan(said, settled),
            visibility=Visibility(said.visibility),
            topics=said.topics,
        )
    answered = (
        said.planned if said.minutes else max(said.planned, ANSWERED_AT, key=calendar.instant)
    )
    with clock.freeze(calendar.instant(answered)):
        _answer(event, said, settled)
    if said.minutes:
        _write_down(author, event, said, settled)


def _answer(event: Event, said: StoryEvent, settled: LoadedStory) -> None:
    publication = db.session.get_one(Publication, event.publication_id)
    for answer, keys in said.answers.items():
        for key in keys:
            answer_event(settled.people[key], publication, AnswerKind(answer), recurrence=WHOLE)


def _write_down(author: Person, event: Event, said: StoryEvent, settled: LoadedStory) -> None:
    last = settled.calendar.instant(f"{said.day} {said.hours[1]}")
    with clock.freeze(last + timedelta(hours=2)):
        write_minutes(author, event, WHOLE, said.minutes)


def _plan(said: StoryEvent, settled: LoadedStory) -> EventPlan:
    day = settled.calendar.day(said.day)
    starts, ends = (datetime.fromisoformat(f"{day} {hour}") for hour in said.hours)
    rule = said.rule.replace("{DAY}", ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[day.weekday()])
    return EventPlan(
        starts,
        ends,
        said.zone,
        place=said.place,
        link=said.link,
        capacity=said.capacity,
        rule=rule,
    )


def _space(said: StoryEvent, settled: LoadedStory) -> Space:
    unit = settled.units[said.unit]
    space = space_of_unit(unit.id) or space_of_agency(unit.agency_id)
    if space is None:
        raise LookupError(said.unit)
    return space


def _said(one: dict[str, Any]) -> StoryEvent:
    texts = {tag: (text["title"], text["body"].strip()) for tag, text in one["texts"].items()}
    lists: dict[str, Any] = {n: tuple(one[n]) for n in ("hours", "topics") if n in one}
    answers = {answer: tuple(keys) for answer, keys in one.get("answers", {}).items()}
    found: dict[str, Any] = {**one, **lists, "texts": texts, "answers": answers}
    return StoryEvent(**found)
