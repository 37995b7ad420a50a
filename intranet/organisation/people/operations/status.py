"""A person's status: an emoji, a few words, and an end."""

from datetime import datetime, timedelta

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.people.events import StatusChanged
from intranet.organisation.people.looks import STATUS_LIMIT
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.emoji import is_emoji
from intranet.platform.core.errors import Invalid, Words
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_line
from intranet.platform.core.unit_of_work import unit_of_work

MAX_STATUS_DURATION = timedelta(days=366)
BATCH_SIZE = 500


def set_status(person: Person, *, emoji: str, text: str, until: datetime) -> Person:
    """Set the status beside the person's name until an instant; it replaces any other.

    Raises:
        Invalid: there is neither emoji nor text, either is invalid, or the end is past or too far.
    """
    emoji = emoji.strip()
    text = optional_line(text, "text", STATUS_LIMIT)
    now = clock.now()
    errors: dict[str, Words] = {}
    if emoji and not is_emoji(emoji):
        errors["emoji"] = _l("Choose one emoji, or leave this empty.")
    if not emoji and not text:
        errors["text"] = _l("Write a few words or choose an emoji.")
    if until <= now:
        errors["until"] = _l("Choose an end time in the future.")
    elif until > now + MAX_STATUS_DURATION:
        errors["until"] = _l("A status can last up to a year.")
    if errors:
        raise Invalid(errors)
    with unit_of_work() as work:
        work.lock(person)
        person.status_emoji, person.status_text, person.status_until = emoji, text, until
        work.publish(StatusChanged(person.id))
    return person


def clear_status(person: Person) -> Person:
    """Clear the status; without one, nothing changes."""
    with unit_of_work() as work:
        work.lock(person)
        if person.status_until is not None:
            _forget(person)
            work.publish(StatusChanged(person.id))
    return person


def forget_ended_statuses(now: datetime) -> None:
    """Delete the text of every status whose time is over, since it is no longer shown."""
    with unit_of_work():
        ended = select(Person).where(Person.status_until <= now).limit(BATCH_SIZE)
        for person in db.session.scalars(ended.with_for_update(skip_locked=True)):
            _forget(person)


def _forget(person: Person) -> None:
    person.status_emoji = person.status_text = ""
    person.status_until = None
