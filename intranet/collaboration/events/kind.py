"""The declaration of events."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, select, update

from intranet.collaboration.events import api, calendar_views, edit_views, views
from intranet.collaboration.events.mail_attachments import enclose
from intranet.collaboration.events.models import (
    EVENT,
    AnswerKind,
    Event,
    EventAnswer,
    EventMinutes,
    EventOccurrence,
)
from intranet.collaboration.events.queries import items_at
from intranet.collaboration.events.view_models import EventListLine, lines_of
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.dates import day
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.types import Id, UTCDateTime
from intranet.publishing.publications.kinds import KindState, PublicationKind
from intranet.publishing.publications.models import Publication

_FIRST = func.min(EventOccurrence.starts_at, type_=UTCDateTime)


def _states(_reader: Person, ids: Collection[UUID]) -> Mapping[UUID, KindState]:
    """Return the next date of each event, or that it is over."""
    rows = db.session.execute(
        select(EventOccurrence.publication_id, _FIRST)
        .where(
            EventOccurrence.publication_id.in_(ids),
            EventOccurrence.ends_at >= clock.now(),
            EventOccurrence.cancelled_at.is_(None),
        )
        .group_by(EventOccurrence.publication_id)
    )
    coming = {publication_id: KindState(day(at), "accent") for publication_id, at in rows}
    return {each: coming.get(each, KindState(_("Past event"))) for each in ids}


def _contribution_states(reader: Person, ids: Collection[UUID]) -> Mapping[UUID, KindState]:
    """Return the next occurrence of each event with the reader's answer, or that it is over."""
    rows = db.session.execute(
        select(EventOccurrence.publication_id, _FIRST)
        .where(EventOccurrence.publication_id.in_(ids), EventOccurrence.ends_at > clock.now())
        .group_by(EventOccurrence.publication_id)
    )
    items = items_at([(publication_id, starts_at) for publication_id, starts_at in rows])
    coming = {line.id: _contribution_state(line) for line in lines_of(reader, items)}
    return {each: coming.get(each, KindState(_("Past event"))) for each in ids}


def _contribution_state(line: EventListLine) -> KindState:
    if line.is_cancelled:
        return KindState(_("Cancelled"), "bad", facts=line.when.words)
    if line.is_waiting:
        return KindState(_("You are on the waiting list"), "attn", facts=line.when.words)
    if line.answer == AnswerKind.YES:
        return KindState(_("You are going"), "ok", "check", line.when.words)
    return KindState(_("Upcoming"), facts=line.when.words)


def _is_answered(person_id: Id) -> ColumnElement[bool]:
    return exists().where(
        EventAnswer.publication_id == Publication.id, EventAnswer.person_id == person_id
    )


def _expire(event_id: UUID) -> None:
    """Erase the place, the minutes and who answered; the dates stay."""
    for table in (EventAnswer, EventMinutes):
        db.session.execute(delete(table).where(table.publication_id == event_id))
    db.session.execute(
        update(Event)
        .where(Event.publication_id == event_id)
        .values(place="", link="", change_note="", cancelled_reason="", changes=[])
    )


KIND = PublicationKind(
    name=EVENT,
    word=_l("Event"),
    plural=_l("Events"),
    icon="calendar",
    alert_icon="calendar",
    pages="events",
    section="participate",
    blueprints=(views.bp, edit_views.bp, calendar_views.bp, api.bp),
    states=_states,
    contribution_states=_contribution_states,
    is_listed_as_own=False,
    done_by=_is_answered,
    enclose=enclose,
    expires=_expire,
)
