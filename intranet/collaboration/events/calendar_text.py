"""The text of a person's calendar: events that they may read now, as far as the agency allows."""

from intranet.collaboration.events import attendance, calendar_subscriptions
from intranet.collaboration.events.ics import EventCalendarEntry, calendar_of
from intranet.collaboration.events.models import AnswerKind, CalendarKey
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.outside_content import allowed
from intranet.organisation.people.models import Person

MAX_EVENTS = 500
"""A calendar holds at most this many events, the next ones."""


def personal_calendar(person: Person, account: Account, key: CalendarKey, name: str) -> str:
    """Return the calendar as text. The text changes only when an event in it changes."""
    items = calendar_subscriptions.in_calendar(person, has_places=key.has_places, limit=MAX_EVENTS)
    ids = [item.publication.id for item in items]
    exceptions = attendance.exceptions(ids)
    said = attendance.answers_of(person, ids)
    entries = []
    for item in items:
        publication = item.publication
        answers = {
            day: row.answer for (event_id, day), row in said.items() if event_id == publication.id
        }
        entries.append(
            EventCalendarEntry(
                item,
                exceptions.get(publication.id, ()),
                answers,
                allowed(publication.space.agency, account.home_agency),
                is_answered=any(each != AnswerKind.NO for each in answers.values()),
            )
        )
    return calendar_of(entries, name=name)
