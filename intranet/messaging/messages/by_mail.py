"""Mail a direct message to people who have no account yet, with a link to answer it once.

The mail holds the message and a secret that is made when it is sent. The link shows that one
message and accepts one answer, which is posted in the conversation. While a mail waits for its
answer, no other is sent for the same conversation.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, select, update

from intranet.extensions import db
from intranet.messaging.conversations.counterpart_openings import opening_of
from intranet.messaging.conversations.models import Conversation, ConversationKind, Participant
from intranet.messaging.messages.events import MessagePosted
from intranet.messaging.messages.mailed_messages import MailedMessage
from intranet.messaging.messages.message_parts import without_repeats
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.posting import post_message
from intranet.organisation.accounts.events import MailboxChanged
from intranet.organisation.accounts.letters import agency_name, language_of
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.accounts.random_secrets import hash_of, new_secret
from intranet.organisation.agencies.models import Agency, MailContent, Post
from intranet.organisation.agencies.outside_content import allowed
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import is_current
from intranet.platform.core import clock, mail
from intranet.platform.core.errors import NotFound
from intranet.platform.core.html import plain_text
from intranet.platform.core.i18n import _
from intranet.platform.core.mail import Mail
from intranet.platform.core.mail_content import Button, Letter, Points, Quote, write
from intranet.platform.core.outbox import enqueue, handler
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.core.web import site_address

LINK_LIFETIME = timedelta(days=14)
SEND = "messages.send_by_mail"
ANSWER = "/answer/"
TEXT_LIMIT = 4_000


def mail_to_guests(event: MessagePosted) -> None:
    """Enqueue a mail for everyone in a direct message who has no account yet."""
    if event.conversation_kind != ConversationKind.DIRECT:
        return
    talk = db.session.get_one(Conversation, event.conversation_id)
    author_id = db.session.get_one(Message, event.message_id).author_id
    guests = [account for account in guests_in(talk) if account.person_id != author_id]
    with unit_of_work() as work:
        for account in guests:
            if _waits_for_answer(talk, account.person_id):
                continue
            row = MailedMessage(
                message_id=event.message_id,
                person_id=account.person_id,
                expires_at=clock.now() + LINK_LIFETIME,
            )
            work.add(row)
            db.session.flush()
            enqueue(work, SEND, {"mailed_id": str(row.id)})


def guests_in(talk: Conversation) -> Sequence[Account]:
    """List the accounts in a direct message that were never used and have a mailbox."""
    if talk.kind != ConversationKind.DIRECT:
        return []
    return db.session.scalars(
        select(Account)
        .join(Participant, Participant.person_id == Account.person_id)
        .where(
            Participant.conversation_id == talk.id,
            Participant.takes_part(),
            *_reached_by_mail(),
        )
    ).all()


def open_mailed(secret: str) -> MailedMessage:
    """Return the message that a link shows, while it may still be answered.

    Raises:
        NotFound: there is no such link, it was used or has expired, the message is deleted, or
            its recipient has left.
    """
    row = db.session.scalar(
        select(MailedMessage).where(
            MailedMessage.token_hash == hash_of(secret),
            MailedMessage.answered_at.is_(None),
            MailedMessage.expires_at > clock.now(),
        )
    )
    if row is None or row.message.deleted_at or _account(row) is None:
        raise NotFound
    return row


def answer_mailed(secret: str, body: str) -> Message:
    """Post the answer to a mailed message; a link accepts one answer.

    Raises:
        NotFound: the link is no longer valid, or it was answered at the same moment.
        Invalid: the answer is empty or too long.
    """
    row = open_mailed(secret)
    with unit_of_work() as work:
        talk = db.session.get_one(Conversation, row.message.conversation_id)
        work.lock(talk)
        work.lock(row)
        if row.answered_at:
            raise NotFound
        answer = post_message(row.person, talk.id, body, client_id=uuid5(row.id, "answer"))
        row.answered_at, row.token_hash = clock.now(), None
        work.add(row)
    return answer


@handler(SEND, reaches_out=True)
def send_by_mail(payload: Mapping[str, Any]) -> None:
    """Make the link and send the message. Sending it again withdraws the first link."""
    row = db.session.get(MailedMessage, UUID(payload["mailed_id"]))
    account = _account(row) if row else None
    if row is None or account is None or row.answered_at or row.message.deleted_at:
        return
    secret = new_secret()
    with unit_of_work() as work:
        work.lock(row)
        row.token_hash = hash_of(secret)
        work.add(row)
    mail.send(_letter(row, account, secret))


def withdraw_links(event: MailboxChanged) -> None:
    """Withdraw a person's links when their mailbox changes."""
    with unit_of_work():
        db.session.execute(
            update(MailedMessage)
            .where(
                MailedMessage.person_id == event.person_id,
                MailedMessage.token_hash.is_not(None),
            )
            .values(token_hash=None, expires_at=clock.now())
        )


def forget_old() -> None:
    """Delete the hashes of expired links."""
    with unit_of_work():
        db.session.execute(
            update(MailedMessage)
            .where(MailedMessage.expires_at <= clock.now(), MailedMessage.token_hash.is_not(None))
            .values(token_hash=None)
        )


def _waits_for_answer(talk: Conversation, person_id: UUID) -> bool:
    waiting = (
        select(MailedMessage.id)
        .join(Message, Message.id == MailedMessage.message_id)
        .where(
            MailedMessage.person_id == person_id,
            Message.conversation_id == talk.id,
            MailedMessage.answered_at.is_(None),
            MailedMessage.expires_at > clock.now(),
        )
    )
    return db.session.scalar(waiting.limit(1)) is not None


def _account(row: MailedMessage) -> Account | None:
    """Return the recipient's account; None once it was activated, or they left or are shut out."""
    return db.session.scalar(
        select(Account).where(
            Account.person_id == row.person_id,
            *_reached_by_mail(),
        )
    )


def _reached_by_mail() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on `Account` for people with an invitation, a mailbox and a post."""
    held = select(Appointment.person_id).where(is_current(clock.now()))
    return (
        Account.state == AccountState.INVITED,
        Account.email.is_not(None),
        Account.person_id.in_(held.where(Appointment.person_id == Account.person_id)),
    )


def _letter(row: MailedMessage, account: Account, secret: str) -> Mail:
    message, language = row.message, language_of(account)
    talk = db.session.get_one(Conversation, message.conversation_id)
    with mail.in_language(language):
        opening = opening_of(row.person, talk)
        reasons = opening.reasons if opening else ()
        name, caption = message.author.name, without_repeats(message.caption)
        subject, why = _whence(row, name)
        letter = Letter(
            subject=subject,
            blocks=(
                _("Hello %(name)s,", name=row.person.name),
                _("%(author)s (%(caption)s) has written to you:", author=name, caption=caption),
                *((Quote(quoted),) if (quoted := _quoted(message)) else ()),
                *(
                    (
                        Points(
                            _("Why you have received this message:"),
                            [str(reason) for reason in reasons],
                        ),
                    )
                    if reasons
                    else ()
                ),
                _("You can answer here without an account:"),
                Button(_("Answer"), site_address(f"{ANSWER}{secret}?lang={language}")),
                _("The link works once and is valid for 14 days. Do not share it."),
            ),
            why=why,
            sender=agency_name(account),
        )
    return write(letter, to=account.email or "", language=language)


def _quoted(message: Message) -> str:
    """Return the text to mail, without forwarded words that may not leave by mail.

    The author of the message chose to write to a person without an account. The author of the
    forwarded words did not, so the policy of that author's agency applies to them.
    """
    said = message.said
    if message.forward:
        homes = select(Agency).join(Account, Account.home_agency_id == Agency.id)
        of_author = homes.where(Account.person_id == message.forward.author_id)
        agencies = db.session.scalars(of_author).all()
        if agencies and allowed(*agencies) != MailContent.TEXT:
            said = message.body
    return plain_text(said)[:TEXT_LIMIT]


def _whence(row: MailedMessage, name: str) -> tuple[str, str]:
    """Return the subject of the mail, and why it is sent; a colleague is named as such."""
    message = row.message
    post = db.session.get(Post, message.post_id) if message.post_id else None
    writes_for = {post.agency_id} if post else own_agency_ids(message.author)
    if writes_for & own_agency_ids(row.person):
        return (
            _("%(name)s has written to you", name=name),
            _("You are receiving this e-mail because a colleague has written to you."),
        )
    return (
        _("%(name)s has written to you from another administration", name=name),
        _(
            "You are receiving this e-mail because someone in another "
            "administration has written to you."
        ),
    )
