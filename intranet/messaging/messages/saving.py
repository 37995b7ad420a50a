"""Saved messages and their reminders."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select

from intranet.extensions import db
from intranet.messaging.conversations.events import OwnListsChanged
from intranet.messaging.messages.access import get_message
from intranet.messaging.messages.events import SavedDue
from intranet.messaging.messages.models import Message, SavedMessage
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import MAX_INTEGER
from intranet.platform.core.unit_of_work import unit_of_work

SAVED_LIMIT = 2_000
REMINDER_BATCH_SIZE = 200
MAX_AHEAD = timedelta(days=366)


def save_message(
    person: Person, message: Message, *, remind_at: datetime | None = None
) -> SavedMessage:
    """Save a message for later; saving it again marks it as not done.

    Raises:
        NotFound: the person does not read it.
        Invalid: they saved too many, or the reminder is in the past or too far ahead.
    """
    if remind_at:
        _require_ahead(remind_at)
    with unit_of_work() as work:
        work.lock(person)
        get_message(person, message.id)
        saved = db.session.get(SavedMessage, (person.id, message.id))
        if saved is None:
            _require_few(person)
            saved = SavedMessage(person_id=person.id, message_id=message.id, saved_at=clock.now())
            work.add(saved)
        saved.done_at = None
        saved.remind_at = remind_at
        work.publish(OwnListsChanged((person.id,)))
    return saved


def finish_saved(person: Person, message_id: UUID, *, is_done: bool) -> None:
    """Mark a saved message as done or not done, even if it is no longer readable.

    Raises:
        NotFound: the person did not save it.
    """
    with unit_of_work() as work:
        saved = require_saved(person, message_id)
        saved.done_at = clock.now() if is_done else None
        if is_done:
            saved.remind_at = None
        work.publish(OwnListsChanged((person.id,)))


def unsave_message(person: Person, message_id: UUID) -> None:
    """Remove a message from the saved ones. Doing it twice changes nothing."""
    with unit_of_work() as work:
        db.session.execute(
            delete(SavedMessage).where(
                SavedMessage.person_id == person.id, SavedMessage.message_id == message_id
            )
        )
        work.publish(OwnListsChanged((person.id,)))


def unsave_message_at(person: Person, conversation_id: UUID, seq: int) -> None:
    """Remove a message from the saved ones by sequence number, even if no longer readable."""
    asked = select(Message.id).where(Message.conversation_id == conversation_id, Message.seq == seq)
    if seq <= MAX_INTEGER and (message_id := db.session.scalar(asked)):
        unsave_message(person, message_id)


def require_saved(person: Person, message_id: UUID) -> SavedMessage:
    """Return the person's saved message.

    Raises:
        NotFound: they did not save this message.
    """
    saved = db.session.get(SavedMessage, (person.id, message_id))
    if saved is None:
        raise NotFound
    return saved


def remind_due() -> None:
    """Notify people of saved messages whose reminder is due, each once."""
    now = clock.now()
    due = (
        select(SavedMessage)
        .where(SavedMessage.remind_at <= now)
        .order_by(SavedMessage.remind_at)
        .limit(REMINDER_BATCH_SIZE)
    )
    with unit_of_work() as work:
        for saved in db.session.scalars(due.with_for_update(skip_locked=True)).all():
            saved.remind_at, saved.reminded_at = None, now
            if saved.done_at is None:
                work.publish(SavedDue(saved.person_id, saved.message_id, now))
                work.publish(OwnListsChanged((saved.person_id,)))


def _require_ahead(remind_at: datetime) -> None:
    now = clock.now()
    if remind_at <= now:
        raise Invalid({"remind_at": _l("This time has passed. Choose a later one.")})
    if remind_at > now + MAX_AHEAD:
        raise Invalid({"remind_at": _l("Choose a time within the next year.")})


def _require_few(person: Person) -> None:
    counted = select(func.count()).where(SavedMessage.person_id == person.id)
    if (db.session.scalar(counted) or 0) >= SAVED_LIMIT:
        raise Invalid(
            {"": _l("You have reached the limit of 2,000 saved messages. Remove some first.")}
        )
