"""Messages that people save for later, and the reminders that they ask for."""

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
from intranet.platform.core.parsing import PLACES
from intranet.platform.core.unit_of_work import unit_of_work

SAVED_LIMIT = 2_000
REMINDED_TOGETHER = 200
FARTHEST = timedelta(days=366)


def save_message(
    person: Person, message: Message, *, remind_at: datetime | None = None
) -> SavedMessage:
    """Save a message for later; saving it again takes it up anew.

    Raises:
        NotFound: the person does not read it.
        Invalid: they saved too many, or the reminder lies in the past or too far ahead.
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
    """Be done with a saved message, or take it up again. It needs not be readable any more.

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
    """Forget that a message was saved. Doing it twice changes nothing."""
    with unit_of_work() as work:
        db.session.execute(
            delete(SavedMessage).where(
                SavedMessage.person_id == person.id, SavedMessage.message_id == message_id
            )
        )
        work.publish(OwnListsChanged((person.id,)))


def unsave_message_at(person: Person, conversation_id: UUID, seq: int) -> None:
    """The same of the message at a place, whether the person still reads there or not."""
    asked = select(Message.id).where(Message.conversation_id == conversation_id, Message.seq == seq)
    if seq <= PLACES and (message_id := db.session.scalar(asked)):
        unsave_message(person, message_id)


def require_saved(person: Person, message_id: UUID) -> SavedMessage:
    """Get what the person saved.

    Raises:
        NotFound: they did not save this message.
    """
    saved = db.session.get(SavedMessage, (person.id, message_id))
    if saved is None:
        raise NotFound
    return saved


def remind_due() -> None:
    """Let people be notified of saved messages whose reminder is due, each once."""
    now = clock.now()
    due = (
        select(SavedMessage)
        .where(SavedMessage.remind_at <= now)
        .order_by(SavedMessage.remind_at)
        .limit(REMINDED_TOGETHER)
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
    if remind_at > now + FARTHEST:
        raise Invalid({"remind_at": _l("Choose a time within the next year.")})


def _require_few(person: Person) -> None:
    counted = select(func.count()).where(SavedMessage.person_id == person.id)
    if (db.session.scalar(counted) or 0) >= SAVED_LIMIT:
        raise Invalid(
            {"": _l("You have reached the limit of 2,000 saved messages. Remove some first.")}
        )
