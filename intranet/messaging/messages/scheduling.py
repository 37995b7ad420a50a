"""Schedule messages, change them, and send them when they are due."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.conversations.access import get_conversation, require_poster, rights_of
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages import message_parts
from intranet.messaging.messages.events import ScheduledChanged
from intranet.messaging.messages.models import BODY_LIMIT, Message
from intranet.messaging.messages.posting import post_message
from intranet.messaging.messages.scheduled import (
    NotSent,
    ScheduledFile,
    ScheduledMessage,
    scheduled_count,
)
from intranet.messaging.messages.sent import sent_before
from intranet.organisation.accounts.events import AccountConcerned
from intranet.organisation.accounts.queries import is_let_in
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import (
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    TooMany,
    Unavailable,
)
from intranet.platform.core.i18n import _l
from intranet.platform.core.keeping import offer
from intranet.platform.core.outbox import MAX_ATTEMPTS, wait_after
from intranet.platform.core.parsing import required_text
from intranet.platform.core.unit_of_work import Work, unit_of_work

MAX_SCHEDULED = 100
MAX_AHEAD = timedelta(days=366)
LIST_PATH = "/me/scheduled"


@dataclass(frozen=True)
class MessagePlan:
    """A message to schedule: the arguments of `post_message`, and its time."""

    body: str
    send_at: datetime
    client_id: UUID
    parent_id: UUID | None = None
    post_id: UUID | None = None
    file_ids: Sequence[UUID] = field(default_factory=tuple)


def schedule_message(author: Person, conversation_id: UUID, plan: MessagePlan) -> ScheduledMessage:
    """Schedule a message, once per `client_id`.

    Raises:
        NotFound: there is no such conversation, or the author does not read it.
        Forbidden: they may not write in it.
        Conflict: the `client_id` was used for something else.
        Invalid: the time is past or too far ahead, a hundred wait already, the body is empty or
            too long, or a file or post is not the author's.
    """
    conversation = get_conversation(author, conversation_id)
    body = _checked(plan.body, has_files=bool(plan.file_ids))
    _require_future(plan.send_at)
    with unit_of_work() as work:
        work.lock(author)  # two requests must not both take the last place
        known = select(ScheduledMessage).where(
            ScheduledMessage.author_id == author.id,
            ScheduledMessage.client_id == plan.client_id,
        )
        if row := db.session.scalar(known):
            asked = (conversation.id, plan.parent_id, body)
            if (row.conversation_id, row.parent_id, row.body) != asked:
                raise sent_before()
            return row
        _require_voice(author, conversation, plan)
        if scheduled_count(author.id) >= MAX_SCHEDULED:
            words = _l(
                "You have reached the limit of 100 scheduled messages. Send or delete one first."
            )
            raise Invalid({"send_at": words})
        files = message_parts.own_files(author, plan.file_ids)
        row = ScheduledMessage(
            author_id=author.id,
            conversation_id=conversation.id,
            parent_id=plan.parent_id,
            post_id=plan.post_id,
            client_id=plan.client_id,
            body=body,
            send_at=plan.send_at,
            files=[
                ScheduledFile(file_id=file.id, file=file, position=position)
                for position, file in enumerate(files)
            ],
        )
        work.add(row)
        work.flush()
        _changed(work, row)
    return row


def change_scheduled(
    author: Person,
    row: ScheduledMessage,
    *,
    body: str | None = None,
    send_at: datetime | None = None,
) -> ScheduledMessage:
    """Change the text or time of a scheduled message. One that was not sent waits again.

    Raises:
        NotFound: it was sent or deleted meanwhile, or the author no longer reads there.
        Forbidden: they may no longer write there.
        Invalid: the time is over or too far, or the text is empty or too long.
    """
    _require_future(send_at)
    with unit_of_work() as work:
        work.lock(row)
        conversation = get_conversation(author, row.conversation_id)
        is_reply = row.parent_id is not None
        require_poster(author, conversation, rights_of(author, conversation), is_reply=is_reply)
        if body is not None:
            text = _checked(body, has_files=bool(row.files))
            if text != row.body:
                offer([row], author.id)
            row.body = text
        if send_at is not None:
            row.send_at = send_at
        if row.failed_at:
            _require_future(row.send_at)
            row.failed_at = row.failure = None
        row.attempts, row.try_after = 0, None
        _changed(work, row)
    return row


def delete_scheduled(author: Person, row: ScheduledMessage) -> None:
    """Delete a scheduled message. Its files stay the author's uploads for a while.

    Raises:
        NotFound: it was sent or deleted meanwhile.
    """
    if row.author_id != author.id:
        raise NotFound
    with unit_of_work() as work:
        work.lock(row)
        _changed(work, row)
        offer([row], author.id)
        work.delete(row)


def send_now(author: Person, row: ScheduledMessage, *, posts_per_10s: int = 20) -> Message:
    """Post a scheduled message before its time.

    Raises:
        NotFound, Forbidden, Invalid, Conflict, TooMany: as `post_message` does; it stays scheduled.
    """
    with unit_of_work() as work:
        return _post(author, _taken(work, row.id), posts_per_10s)


def send_due(scheduled_id: UUID, posts_per_10s: int = 20) -> None:
    """Post a due message; if it is refused, notify the author, who keeps the text.

    An author who may no longer sign in posts nothing.

    Raises:
        TooMany: the author posts too much at this moment; it is sent a little later.
    """
    row = db.session.get(ScheduledMessage, scheduled_id)
    if row is None:
        return
    author = db.session.get_one(Person, row.author_id)
    try:
        with unit_of_work() as work:
            work.lock(row)
            if row.failed_at is None and row.send_at <= clock.now():
                _require_let_in(author)
                _post(author, _taken(work, scheduled_id), posts_per_10s)
    except (TooMany, Unavailable):
        raise
    except Problem as refusal:
        _keep(scheduled_id, _reason(refusal))


def put_off(scheduled_id: UUID) -> None:
    """Retry a failed message after a growing delay, as often as the outbox would.

    After the last attempt the author is notified and keeps the text.
    """
    with unit_of_work() as work:
        try:
            row = work.locked(ScheduledMessage, scheduled_id)
        except NotFound:
            return  # deleted at that moment
        row.attempts += 1
        row.try_after = clock.now() + wait_after(row.attempts)
        is_over = row.attempts >= MAX_ATTEMPTS
    if is_over:
        _keep(scheduled_id, NotSent.BROKEN)


def _require_let_in(author: Person) -> None:
    if not is_let_in(author.id):
        raise Forbidden


def _taken(work: Work, scheduled_id: UUID) -> ScheduledMessage:
    """Delete and return the row in the posting transaction, so that nothing is sent twice."""
    row = work.locked(ScheduledMessage, scheduled_id)
    _changed(work, row)
    work.delete(row)
    work.flush()  # its files are not attached from here on
    return row


def _post(author: Person, row: ScheduledMessage, posts_per_10s: int) -> Message:
    return post_message(
        author,
        row.conversation_id,
        row.body,
        client_id=row.client_id,
        parent_id=row.parent_id,
        file_ids=[held.file_id for held in row.files],
        post_id=row.post_id,
        posts_per_10s=posts_per_10s,
    )


def _keep(scheduled_id: UUID, failure: NotSent) -> None:
    """Keep the unsent message with the reason, and notify its author."""
    with unit_of_work() as work:
        try:
            row = work.locked(ScheduledMessage, scheduled_id)
        except NotFound:
            return  # deleted at that moment
        row.failed_at, row.failure = clock.now(), failure
        work.publish(AccountConcerned(row.author_id, "message_not_sent", LIST_PATH))
        _changed(work, row)


def _reason(refusal: Problem) -> NotSent:
    if isinstance(refusal, NotFound):
        return NotSent.GONE
    return NotSent.CLOSED if isinstance(refusal, Forbidden) else NotSent.CHANGED


def _require_future(send_at: datetime | None) -> None:
    now = clock.now()
    if send_at is not None and send_at <= now:
        raise Invalid({"send_at": _l("This time has passed. Choose a later one.")})
    if send_at is not None and send_at > now + MAX_AHEAD:
        raise Invalid({"send_at": _l("Choose a time within the next year.")})


def _require_voice(author: Person, conversation: Conversation, plan: MessagePlan) -> None:
    is_reply = plan.parent_id is not None
    require_poster(author, conversation, rights_of(author, conversation), is_reply=is_reply)
    if plan.parent_id:
        message_parts.parent_in(conversation, plan.parent_id)
    message_parts.voice_of(author, conversation, plan.post_id)


def _checked(body: str, *, has_files: bool) -> str:
    return body if has_files and not body.strip() else required_text(body, "body", BODY_LIMIT)


def _changed(work: Work, row: ScheduledMessage) -> None:
    work.publish(ScheduledChanged(row.author_id, row.conversation_id))
