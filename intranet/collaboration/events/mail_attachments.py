"""Attachments of mails about an event: its time and place, the changes, and a calendar entry."""

from intranet.collaboration.events import attendance, queries
from intranet.collaboration.events.events import (
    CANCELLED,
    CHANGED,
    INVITED,
    ONE_CANCELLED,
    SOON,
    UP,
)
from intranet.collaboration.events.ics import EventCalendarEntry, calendar_of, cancellation
from intranet.collaboration.events.models import Event
from intranet.collaboration.events.queries import EventDetails
from intranet.collaboration.events.view_models import change_words, repeat_words, when_of
from intranet.extensions import db
from intranet.organisation.agencies.models import MailContent
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import time_zone_of
from intranet.platform.core.i18n import _
from intranet.publishing.publications.mail_additions import Enclosure
from intranet.publishing.publications.models import Publication

TOLD = ("follow", INVITED, SOON, UP, CHANGED, CANCELLED, ONE_CANCELLED)


def enclose(publication: Publication, person: Person, why: str, content: MailContent) -> Enclosure:
    """Return what an event adds to a mail (lines, calendar entry), as the agency allows."""
    event = db.session.get(Event, publication.id)
    if event is None or why not in TOLD:
        return Enclosure()
    item = queries.next_occurrence(event)
    answers = {
        key[1]: row.answer for key, row in attendance.answers_of(person, [publication.id]).items()
    }
    entry = EventCalendarEntry(
        item,
        attendance.exceptions([publication.id]).get(publication.id, ()),
        answers,
        content,
        is_answered=bool(answers),
    )
    lines = _lines(item, person, why, content)
    if why == CANCELLED:
        return Enclosure(lines, calendar_of([entry], method="CANCEL"), "CANCEL")
    if why == ONE_CANCELLED:
        left = [row for row in entry.exceptions if row.cancelled_at]
        last = max(left, key=lambda row: (row.cancelled_at, row.recurrence), default=None)
        if last:
            return Enclosure(lines, cancellation(entry, last.recurrence), "CANCEL")
    return Enclosure(lines, calendar_of([entry], method="PUBLISH"))


def _lines(item: EventDetails, person: Person, why: str, content: MailContent) -> list[str]:
    event, time = item.event, item.occurrence
    when = when_of(event, time.starts_at, time.ends_at, time_zone_of(person.id))
    lines = [when.words]
    if repeats := repeat_words(event):
        lines.append(repeats)
    if content == MailContent.NOTHING:
        return lines
    lines += [part for part in (event.place, event.link) if part]
    if why == CHANGED:
        if changed := change_words(event.changes):
            lines.append(_("Changes: %(what)s", what=", ".join(changed)))
        lines += [event.change_note] if event.change_note else []
    if why in {CANCELLED, ONE_CANCELLED} and event.change_note:
        lines.append(_("Cancelled: %(reason)s", reason=event.change_note))
    return lines
