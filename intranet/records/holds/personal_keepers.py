"""Keep what was one person's alone: messages never sent, and who they were before they are erased.

A hold on the person keeps it, and so does one on a post of theirs keep who they were.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select

from intranet.extensions import db
from intranet.messaging.messages.models import Message, MessageDraft
from intranet.messaging.messages.scheduled import ScheduledMessage
from intranet.organisation.accounts.models import Account
from intranet.organisation.people.models import Person
from intranet.platform.core.keeping import keeps
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.records.holds.models import HeldItem, HeldKind, LegalHold
from intranet.records.holds.scope import covers_message_draft, covers_scheduled, names
from intranet.records.holds.storing import covered, store


@keeps(MessageDraft)
def keep_message_drafts(drafts: Sequence[MessageDraft], by_id: UUID | None) -> None:
    """Keep texts that somebody wrote for a conversation and did not send.

    A draft also goes when it is sent: then the message is there.
    """
    with unit_of_work() as work:
        for draft, holds in covered(work, drafts, MessageDraft.id, covers_message_draft):
            if _is_sent(draft):
                continue
            item = HeldItem(
                kind=HeldKind.MESSAGE_DRAFT,
                subject_id=draft.id,
                author_id=draft.person_id,
                conversation_id=draft.conversation_id,
                title="",
                body=draft.body,
                written_at=draft.updated_at,
                removed_by_id=by_id,
            )
            store(work, item, holds)


@keeps(ScheduledMessage)
def keep_scheduled(rows: Sequence[ScheduledMessage], by_id: UUID | None) -> None:
    """Keep messages that were to be sent later, with their files."""
    with unit_of_work() as work:
        for row, holds in covered(work, rows, ScheduledMessage.id, covers_scheduled):
            item = HeldItem(
                kind=HeldKind.SCHEDULED,
                subject_id=row.id,
                author_id=row.author_id,
                conversation_id=row.conversation_id,
                title="",
                body=row.body,
                written_at=row.created_at,
                removed_by_id=by_id,
            )
            store(work, item, holds, [held.file for held in row.files])


@keeps(Person)
def keep_people(people: Sequence[Person], by_id: UUID | None) -> None:
    """Keep who somebody was, before they are erased."""
    with unit_of_work() as work:
        for person, holds in covered(work, people, Person.id, _names_whole):
            account = db.session.scalar(select(Account).where(Account.person_id == person.id))
            told = [person.name, person.phone, person.contact_note, person.about]
            if account:
                told += [account.email or "", account.staff_number or ""]
            item = HeldItem(
                kind=HeldKind.PERSON,
                subject_id=person.id,
                author_id=person.id,
                title=person.name[:300],
                body="\n".join(filter(None, told)),
                written_at=person.created_at,
                removed_by_id=by_id,
            )
            store(work, item, holds)


def _is_sent(draft: MessageDraft) -> bool:
    said = select(Message.id).where(
        Message.conversation_id == draft.conversation_id,
        Message.author_id == draft.person_id,
        Message.body == draft.body,
    )
    return db.session.scalar(said.limit(1)) is not None


def _names_whole(hold: LegalHold) -> ColumnElement[bool]:
    """Return the condition on `Person` that a hold names them, whatever its days."""
    named = select(LegalHold.id).where(LegalHold.id == hold.id, names(Person.id))
    return named.correlate(Person).exists()
