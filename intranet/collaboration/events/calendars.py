"""What stands in a person's calendar: as they may read it now, as far as it may leave."""

from intranet.collaboration.events import comers, subscriptions
from intranet.collaboration.events.ics import Entry, calendar_of
from intranet.collaboration.events.models import AnswerKind, CalendarKey
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.leaving import allowed
from intranet.organisation.people.models import Person

MOST = 500
"""So many events: the next ones."""


def personal_calendar(person: Person, account: Account, key: CalendarKey, name: str) -> str:
    """The calendar as a text. It is the same as long as nothing in it is another."""
    items = subscriptions.in_calendar(person, has_places=key.has_places, limit=MOST)
    ids = [item.publication.id for item in items]
    exceptions = comers.exceptions(ids)
    said = comers.answers_of(person, ids)
    entries = []
    for item in items:
        publication = item.publication
        answers = {
            day: row.answer for (event_id, day), row in said.items() if event_id == publication.id
        }
        entries.append(
            Entry(
                item,
                exceptions.get(publication.id, ()),
                answers,
                allowed(publication.space.agency, account.home_agency),
                is_answered=any(each != AnswerKind.NO for each in answers.values()),
            )
        )
    return calendar_of(entries, name=name)
