"""Drafts, kept for all devices of their author until they are sent."""

from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select

from intranet.extensions import db
from intranet.messaging.conversations.access import require_reader
from intranet.messaging.conversations.events import OwnListsChanged
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.message_parts import parent_in
from intranet.messaging.messages.models import BODY_LIMIT, MessageDraft
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.ids import uuid7
from intranet.platform.core.keeping import offer
from intranet.platform.core.parsing import optional_text
from intranet.platform.core.unit_of_work import unit_of_work

DRAFTS_LIMIT = 200


def save_draft(
    person: Person, conversation: Conversation, body: str, *, parent_id: UUID | None = None
) -> MessageDraft | None:
    """Save the person's draft, in place of the one before; empty text deletes it.

    Raises:
        NotFound: the person does not read the conversation.
        Invalid: the text is too long, the thread is not of this conversation, or there are
            200 drafts.
    """
    body = optional_text(body, "body", BODY_LIMIT)
    with unit_of_work() as work:
        require_reader(person, conversation)
        parent = parent_in(conversation, parent_id) if parent_id else None
        place = parent.id if parent else conversation.id
        if not body:
            _drop(person, MessageDraft.place == place)
            work.publish(OwnListsChanged((person.id,)))
            return None
        draft = draft_at(person, place)
        if draft is None:
            _require_few(person)
            work.add_unless_there(
                MessageDraft,
                {
                    "id": uuid7(),
                    "person_id": person.id,
                    "place": place,
                    "conversation_id": conversation.id,
                    "parent_id": parent.id if parent else None,
                    "body": body,
                    "updated_at": clock.now(),
                },
            )
            work.publish(OwnListsChanged((person.id,)))
            return draft_at(person, place)
        draft.body, draft.updated_at = body, clock.now()
    return draft


def drop_draft(person: Person, draft_id: UUID) -> None:
    """Delete a draft. Deleting it again changes nothing."""
    with unit_of_work() as work:
        _drop(person, MessageDraft.id == draft_id)
        work.publish(OwnListsChanged((person.id,)))


def drop_draft_at(person: Person, place: UUID) -> None:
    """Delete the person's draft in a conversation or thread, even if they no longer read it."""
    with unit_of_work() as work:
        _drop(person, MessageDraft.place == place)
        work.publish(OwnListsChanged((person.id,)))


def draft_at(person: Person, place: UUID) -> MessageDraft | None:
    """Return the person's draft in a conversation, or in the thread of a message."""
    asked = select(MessageDraft).where(
        MessageDraft.person_id == person.id, MessageDraft.place == place
    )
    return db.session.scalar(asked)


def _drop(person: Person, which: ColumnElement[bool]) -> None:
    drafts = db.session.scalars(
        select(MessageDraft).where(MessageDraft.person_id == person.id, which)
    ).all()
    offer(drafts, person.id)
    ids = [draft.id for draft in drafts]
    db.session.execute(delete(MessageDraft).where(MessageDraft.id.in_(ids)))


def _require_few(person: Person) -> None:
    counted = select(func.count()).where(MessageDraft.person_id == person.id)
    if (db.session.scalar(counted) or 0) >= DRAFTS_LIMIT:
        raise Invalid(
            {"": _l("You have reached the limit of 200 drafts. Send or delete some first.")}
        )
