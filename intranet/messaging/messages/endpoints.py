"""Run the operation of a form and build its answer, for pages, REST and sockets."""

from typing import Any
from uuid import UUID

from intranet.delivery.realtime import EncodedObjects
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.revisions import readable_revisions
from intranet.messaging.messages import message_parts, queries
from intranet.messaging.messages.forms import KnownRevision, PostMessage, Sync
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.posting import outcome, send_message
from intranet.messaging.messages.rendered import rendered_since
from intranet.messaging.messages.sent import Sent
from intranet.messaging.messages.serializers import message_json
from intranet.organisation.people.models import Person
from intranet.platform.core import epochs
from intranet.platform.core.group_commit import GroupCommit, Take
from intranet.platform.core.parsing import MAX_INTEGER
from intranet.platform.core.web import settings

SYNC_MESSAGES = 200
SYNC_BYTES = 256 * 1024
BATCH_SIZE = 64
FRAME_BYTES = 160
"""Size of the rest of an answer, for each conversation."""


def post(person: Person, form: PostMessage) -> Message:
    """Post the message of a form, where the person may read."""
    return outcome(_send(person, form))


def post_and_show(person: Person, form: PostMessage) -> dict[str, Any]:
    """Post the message of a form, and return its acknowledgement as `stored` does."""
    sent = _send(person, form)
    return {"message": sent.shown} if sent.is_shown_alone else stored(outcome(sent))


def _send(person: Person, form: PostMessage) -> Sent:
    return send_message(
        person,
        form.conversation_id,
        form.body,
        client_id=form.client_id,
        parent_id=form.parent_id,
        file_ids=form.file_ids,
        post_id=form.post_id,
        posts_per_10s=settings().posts_per_10s,
    )


def stored(message: Message) -> dict[str, Any]:
    """Return the acknowledgement of a post or edit: the message, and the mentions not reached."""
    answer = acknowledged(message)
    if message.mentions:
        conversation = db.session.get_one(Conversation, message.conversation_id)
        if names := message_parts.unreached(conversation, message.mentions):
            answer["unreached"] = names
        if posts := message_parts.unreached_posts(conversation, message.mentions):
            answer["unreached_posts"] = posts
    return answer


def acknowledged(message: Message) -> dict[str, Any]:
    """Return the acknowledgement of any other change."""
    return {"message": message_json(queries.load_message(message))}


def sync(person: Person, form: Sync) -> dict[str, Any]:
    """Return the epoch and the changes of each conversation since the client's revision.

    A client that is told of later changes names the revision up to which it lacks them. A
    conversation that the person may not read is answered with `gone`, like a random id. An answer
    that would be too long is not complete.
    """
    lost = Lost(form.epoch)
    readable = readable_revisions(person, [known.id for known in form.conversations])
    room = _Room(SYNC_BYTES - FRAME_BYTES * len(form.conversations), lost)
    answers = [room.of(known, readable.get(known.id)) for known in form.conversations]
    if found := [UUID(answer["id"]) for answer in answers if answer["messages"]]:
        # A right may have ended while messages were read, some of which may be newer.
        still = readable_revisions(person, found)
        for answer in answers:
            if answer["messages"] and UUID(answer["id"]) not in still:
                answer |= {"rev": 0, "gone": True, "complete": True, "messages": []}
    return {"epoch": lost.now, "conversations": answers}


class Lost:
    """Detects that a client knows messages that a restored backup no longer has.

    Such a client has to drop what it knows: the same sequence numbers and revisions now belong to
    other messages, or soon will.
    """

    def __init__(self, epoch: str | None) -> None:
        """Compare the client's epoch with those known here; many clients have none."""
        self._epochs = epochs.all_epochs()
        self.now = epochs.newest_of(self._epochs)
        self._is_of_another = epoch not in {None, self.now}

    def has(self, conversation_id: UUID, now: int, rev: int) -> bool:
        """Return whether a client at this revision may know of something that was lost.

        Args:
            now: the revision of the conversation.
        """
        if self._is_of_another or rev > now:
            return True
        later = (each.rev for each in self._epochs if each.rev > rev)
        began = next(later, None)
        if not rev or began is None or began > now:
            return False
        # A client at a revision that still exists has seen nothing that came after it.
        return not queries.has_revision(conversation_id, rev, began)


class _Room:
    """Builds the conversations of one sync response until its byte budget is used up."""

    def __init__(self, room: int, lost: Lost) -> None:
        self._room = room
        self._lost = lost
        self._is_empty, self._is_full = True, False

    def of(self, known: KnownRevision, now: int | None) -> dict[str, Any]:
        """Return the changes of one conversation that the client lacks, as far as they fit.

        Args:
            now: the revision of the conversation; None if the client may not read it.
        """
        named = {"id": str(known.id), "complete": True, "messages": []}
        if now is None:
            return {**named, "rev": 0, "gone": True}
        if self._lost.has(known.id, now, known.rev):
            return {**named, "rev": now, "reset": True}
        rev = now if known.to is None else min(known.to, now)
        if known.rev >= rev:
            return {**named, "rev": known.rev}
        if self._is_full:
            return {**named, "rev": known.rev, "complete": False}
        page = _SyncPage(known, self._room, self._lost.now, is_first=self._is_empty)
        # End the transaction, so that the shared read is as new as what each client has seen, and
        # rights are checked after it: SQLite shows a transaction the state at its beginning.
        db.session.commit()
        _line.join(page.key, page)
        self._room, self._is_full = page.room, page.is_full
        if page.messages:
            self._is_empty = False
        if not page.is_more:
            return {**named, "rev": rev, "messages": page.messages}
        reached = page.messages[-1]["rev"] if page.messages else known.rev
        return {**named, "rev": reached, "complete": False, "messages": page.messages}


class _SyncPage:
    """The changes of a conversation after a revision, as many as fit into the answer.

    The first page of an answer takes one message even if it is too long: otherwise the client would
    never get past it.
    """

    def __init__(self, known: KnownRevision, room: int, epoch: str, *, is_first: bool) -> None:
        self.key = (known.id, known.rev, known.to, room, epoch, is_first)
        self.known, self.room, self.epoch = known, room, epoch
        self.messages = EncodedObjects()
        self.is_empty, self.is_full, self.is_more = is_first, False, False

    def read(self) -> None:
        """Add messages until the answer is full or none is left."""
        to = MAX_INTEGER if self.known.to is None else self.known.to
        for shown, text, size in rendered_since(self.known.id, self.known.rev, to, self.epoch):
            self.is_full = size > self.room and not self.is_empty
            self.is_more = self.is_full or len(self.messages) == SYNC_MESSAGES
            if self.is_more:
                return
            self.room -= size
            self.is_empty = False
            self.messages.append(shown, text)


def _read_together(take: Take[_SyncPage]) -> None:
    """Read once for all clients that lack the same changes, as many do after a restart."""
    page, *alike = take()
    page.read()
    for other in alike:
        vars(other).update(vars(page))


_line = GroupCommit(_read_together, BATCH_SIZE)
