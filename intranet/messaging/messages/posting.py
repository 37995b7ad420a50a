"""Post a message. An acknowledged message is stored, exactly once.

Group commit: people who post into one conversation at the same time are written in one transaction.
It costs little more than one message, and their pushes go together.
"""

import hashlib
from collections.abc import Sequence
from typing import TypedDict, Unpack
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from intranet.extensions import db
from intranet.messaging.conversations.access import get_conversation
from intranet.messaging.messages import message_parts
from intranet.messaging.messages.bulk_posting import BatchWriter
from intranet.messaging.messages.models import BODY_LIMIT, Message, MessageFile
from intranet.messaging.messages.sent import Carried, Sent, sent_before
from intranet.organisation.accounts.credentials import pending_check
from intranet.organisation.people.models import Person
from intranet.platform.core.database import attach, known_row
from intranet.platform.core.errors import Forbidden, Invalid, Unavailable
from intranet.platform.core.events import current_hold
from intranet.platform.core.group_commit import GroupCommit, Take
from intranet.platform.core.parsing import required_text
from intranet.platform.core.per_request import forget
from intranet.platform.core.unit_of_work import is_at_work, unit_of_work

BATCH_SIZE = 64


class Details(TypedDict, total=False):
    """The options of `send_message`."""

    parent_id: UUID | None
    file_ids: Sequence[UUID]
    post_id: UUID | None
    carried: Carried | None
    posts_per_10s: int


def post_message(
    author: Person,
    conversation_id: UUID,
    body: str,
    *,
    client_id: UUID,
    **details: Unpack[Details],
) -> Message:
    """Post a message as `send_message` does, and return the row."""
    return outcome(send_message(author, conversation_id, body, client_id=client_id, **details))


def send_message(
    author: Person,
    conversation_id: UUID,
    body: str,
    *,
    client_id: UUID,
    parent_id: UUID | None = None,
    file_ids: Sequence[UUID] = (),
    post_id: UUID | None = None,
    carried: Carried | None = None,
    posts_per_10s: int = 20,
) -> Sent:
    """Post a message in a conversation, once per `client_id`; return it with its JSON.

    Args:
        body: Markdown, 1 to 10,000 characters once trimmed; with files it may be empty.
        client_id: chosen by the sender's browser; sent again after a lost reply, it returns
            the message already stored and publishes nothing.
        parent_id: the message that this one answers; a reply to a reply joins its thread.
        post_id: the post as which the author writes; the one that gives membership, if None.
        carried: the forwarded words of another message; the body may then be empty.
        posts_per_10s: how many messages one person may post in ten seconds.

    Raises:
        NotFound: there is no such conversation, or the author does not read it.
        Forbidden: they read it and may not write in it.
        Invalid: the body is empty or too long, or a file or post is not the author's.
        Conflict: the `client_id` was used for something else.
        TooMany: too many in ten seconds.
    """
    check = pending_check(author.id)
    try:
        if body.strip() or not (file_ids or carried):
            body = required_text(body, "body", BODY_LIMIT)
        if check and "@" in body:
            author = check.now().person  # names are looked up with the author's rights
        stored, rendered = message_parts.body_and_html(author, conversation_id, body)
        sent = Sent(
            author_id=author.id,
            author_name=None if check else author.name,
            conversation_id=conversation_id,
            body=stored,
            rendered=rendered,
            digest=_digest(conversation_id, body, parent_id, [*file_ids, *_origin(carried)]),
            client_id=client_id,
            parent_id=parent_id,
            file_ids=file_ids,
            post_id=post_id,
            posts_per_10s=posts_per_10s,
            hold=current_hold(),
            check=check,
            carried=carried,
        )
        _post(sent)
    except (Invalid, Forbidden):
        # Only people who can read the conversation learn why it failed. This is checked only now,
        # without a lock, so that an outsider cannot delay the people in the conversation.
        if check:
            check.now()
            author = known_row(Person, {"id": author.id})
        if db.session.is_active:
            get_conversation(author, conversation_id)
        raise
    return sent


def _post(sent: Sent) -> None:
    if is_at_work():
        _write(lambda: [sent])
    else:
        if db.session.registry.has():
            db.session.commit()  # a waiting thread holds no connection
        forget()
        _line.join(sent.conversation_id, sent)
    if sent.failure:
        raise sent.failure


def outcome(sent: Sent) -> Message:
    """Return the row of a message that was sent, in the author's own session."""
    if sent.message is None:
        return db.session.get_one(Message, sent.message_id)
    # The writing session has detached it; this session already has the author.
    columns = {"id": sent.author_id, "name": sent.name}
    set_committed_value(sent.message, "author", known_row(Person, columns))
    attach(sent.message)
    return sent.message


def _write(take: Take[Sent]) -> None:
    """Write a batch together; if one message breaks it, write them one by one."""
    try:
        _write_together(take)
    except Exception as error:  # noqa: BLE001 - each message gets its own error
        several = take()
        if len(several) == 1 or isinstance(error, Unavailable):
            for sent in several:
                sent.failure = _failure(error)
            return
        for sent in several:
            _write(lambda one=sent: [one])  # type: ignore[misc]  # mypy takes it for a default


def _failure(error: Exception) -> Exception:
    if not isinstance(error, IntegrityError):
        return error
    # A post to another conversation took the file or `client_id` at the same moment; this lock does
    # not cover that.
    if MessageFile.__tablename__ in str(error.orig):
        return message_parts.gone_file()
    return sent_before()


def _write_together(take: Take[Sent]) -> None:
    is_part = is_at_work()
    with unit_of_work() as work:
        writer = BatchWriter(work, take)
        for sent in writer.several:
            writer.admit(sent)
        writer.store()
    if not is_part:
        for sent in writer.several:
            if sent.message and not sent.is_shown_alone:
                _let_go(sent.message)


def _let_go(message: Message) -> None:
    """Detach a message from this session so that the author's own session can load it."""
    belongs = ["conversation", *(["parent"] if message.parent_id else [])]
    belongs += ["forward"] if message.forward else []
    db.session.expire(message, [*belongs, "files"] if message.files else belongs)
    db.session.expunge(message)


_line = GroupCommit(_write, BATCH_SIZE)


def _origin(carried: Carried | None) -> list[UUID]:
    return [carried.values["origin_id"]] if carried else []


def _digest(
    conversation_id: UUID, body: str, parent_id: UUID | None, file_ids: Sequence[UUID]
) -> str:
    said = "\n".join(map(str, (conversation_id, parent_id, *file_ids, body)))
    return hashlib.sha256(said.encode()).hexdigest()
