"""From a form to the operation and its answer, shared by page, REST and socket."""

from typing import Any
from uuid import UUID

from intranet.extensions import db
from intranet.messaging.conversations.access import readable_among
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages import calls, queries
from intranet.messaging.messages.forms import Known, PostMessage, Sync
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.posting import post_message
from intranet.messaging.messages.serializers import message_json, size_bytes
from intranet.organisation.people.models import Person
from intranet.platform.core import epochs
from intranet.platform.core.line import Line, Take
from intranet.platform.core.web import settings

SYNC_MESSAGES = 200
SYNC_BYTES = 256 * 1024
TOGETHER = 64
FRAME_BYTES = 160
"""What an answer takes beside its messages, for each conversation."""


def post(person: Person, form: PostMessage) -> Message:
    """Post what a form holds, where the person may read."""
    return post_message(
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
    """The acknowledgement of a post or edit: the message, and whom it names in vain."""
    answer = acknowledged(message)
    if message.mentions:
        conversation = db.session.get_one(Conversation, message.conversation_id)
        if names := calls.unreached(conversation, message.mentions):
            answer["unreached"] = names
        if posts := calls.unreached_posts(conversation, message.mentions):
            answer["unreached_posts"] = posts
    return answer


def acknowledged(message: Message) -> dict[str, Any]:
    """The acknowledgement of any other change."""
    return {"message": message_json(queries.whole(message))}


def sync(person: Person, form: Sync) -> list[dict[str, Any]]:
    """What changed in each conversation since the client's revision, bounded in number and bytes.

    A conversation that is not the person's to read is answered with `gone`, like a random id.
    """
    readable = readable_among(person, [known.id for known in form.conversations])
    room = _Room(SYNC_BYTES - FRAME_BYTES * len(form.conversations), Lost(form.epoch))
    answers = [room.of(known, readable.get(known.id)) for known in form.conversations]
    if found := [UUID(answer["id"]) for answer in answers if answer["messages"]]:
        # A right may have ended while messages were read, and some of them be newer than that.
        still = readable_among(person, found)
        for answer in answers:
            if answer["messages"] and UUID(answer["id"]) not in still:
                answer |= {"rev": 0, "gone": True, "complete": True, "messages": []}
    return answers


class Lost:
    """What was told before a copy was brought back, and is no longer so.

    A client that was told of something that is gone has to drop what it knows: under the same
    places and revisions something else is, or will be.
    """

    def __init__(self, epoch: str | None) -> None:
        """Take the epoch that a client says; many know of none."""
        self._epochs = epochs.all_epochs()
        now = self._epochs[-1].name if self._epochs else epochs.FIRST
        self._is_of_another = epoch not in {None, now}

    def has(self, conversation: Conversation, rev: int) -> bool:
        """Whether somebody who stood at this revision may know of something that was lost."""
        if self._is_of_another or rev > conversation.rev:
            return True
        later = (each.rev for each in self._epochs if each.rev > rev)
        began = next(later, None)
        if not rev or began is None or began > conversation.rev:
            return False
        # Who stood at a revision that is still there has seen nothing of what came after it.
        return not queries.has_revision(conversation.id, rev, began)


class _Room:
    """What one answer still has room for."""

    def __init__(self, room: int, lost: Lost) -> None:
        self._room = room
        self._lost = lost
        self._is_empty, self._is_full = True, False

    def of(self, known: Known, conversation: Conversation | None) -> dict[str, Any]:
        """What a client lacks of one conversation, as far as there is room."""
        named = {"id": str(known.id), "complete": True, "messages": []}
        if conversation is None:
            return {**named, "rev": 0, "gone": True}
        if self._lost.has(conversation, known.rev):
            return {**named, "rev": conversation.rev, "reset": True}
        if known.rev == conversation.rev:
            return {**named, "rev": conversation.rev}
        if self._is_full:
            return {**named, "rev": known.rev, "complete": False}
        page = _Page(conversation.id, known.rev, self._room, is_first=self._is_empty)
        rev = conversation.rev
        # What is read for several is as new as what each of them has seen, and who may read it is
        # asked after that: on SQLite all that a transaction sees is of the moment it began.
        db.session.commit()
        _line.join(page.key, page)
        self._room, self._is_full = page.room, page.is_full
        if page.messages:
            self._is_empty = False
        if not page.is_more:
            return {**named, "rev": rev, "messages": page.messages}
        reached = page.messages[-1]["rev"] if page.messages else known.rev
        return {**named, "rev": reached, "complete": False, "messages": page.messages}


class _Page:
    """What changed in a conversation after a revision, as much as there is room for.

    Of the first in an answer one message is taken in any case, or nobody would go on.
    """

    def __init__(self, conversation_id: UUID, rev: int, room: int, *, is_first: bool) -> None:
        self.key = (conversation_id, rev, room, is_first)
        self.conversation_id, self.rev, self.room = conversation_id, rev, room
        self.messages: list[dict[str, Any]] = []
        self.is_empty, self.is_full, self.is_more = is_first, False, False

    def read(self) -> None:
        """Take messages one by one until there is no room or none is left."""
        for message in queries.changed_since(self.conversation_id, self.rev):
            shown = message_json(message)
            size = size_bytes(shown)
            self.is_full = size > self.room and not self.is_empty
            self.is_more = self.is_full or len(self.messages) == SYNC_MESSAGES
            if self.is_more:
                return
            self.room -= size
            self.is_empty = False
            self.messages.append(shown)


def _read_together(take: Take[_Page]) -> None:
    """Read once what several lack: all who come back after a restart lack the same."""
    page, *alike = take()
    page.read()
    for other in alike:
        vars(other).update(vars(page))


_line = Line(_read_together, TOGETHER)
