"""Write the messages of several people into one conversation, in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from itertools import takewhile
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, Table, Update, bindparam, inspect, select, update
from sqlalchemy.orm.attributes import set_committed_value

from intranet.delivery.files.models import File
from intranet.extensions import Identified, db
from intranet.messaging.conversations.access import require_poster, require_reader, rights_among
from intranet.messaging.conversations.models import Conversation, Place
from intranet.messaging.messages import message_parts
from intranet.messaging.messages.events import MessageChanged, MessagePosted
from intranet.messaging.messages.models import Forward, Mention, Message, MessageFile
from intranet.messaging.messages.recent_posts import earlier, posted_since
from intranet.messaging.messages.sent import Carried, Sent, sent_before
from intranet.messaging.messages.serializers import message_json
from intranet.messaging.spaces.models import Space
from intranet.organisation.accounts.credentials import check_together
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.database import detached_row, known_row, write
from intranet.platform.core.errors import Forbidden, Problem, TooMany
from intranet.platform.core.group_commit import Take
from intranet.platform.core.i18n import _l
from intranet.platform.core.ids import uuid7
from intranet.platform.core.types import id_parameter
from intranet.platform.core.unit_of_work import Work

RATE_WINDOW = timedelta(seconds=10)


class BatchWriter:
    """A transaction with the messages of several people in one conversation.

    Each message is checked in the order of arrival, counting those before it; all rows are written
    together at the end.
    """

    def __init__(self, work: Work, take: Take[Sent]) -> None:
        first = take()[0]
        self.work = work
        self.conversation = _locked(work, first.conversation_id)
        self._seq, self._rev = self.conversation.last_seq, self.conversation.rev
        # Take the batch only now: it grew while this thread waited for the lock.
        self.several = take()
        self.messages: list[Message] = []
        self.events: list[MessagePosted | MessageChanged] = []
        self._attached: list[Mention | MessageFile | Forward] = []
        check_together([sent.check for sent in self.several if sent.check])
        self._authors = _authors(self.several)
        self._rights = rights_among(self._authors.values(), self.conversation)
        self._held = message_parts.posts_held_by(self._authors, self.conversation)
        asked = [(sent.author_id, sent.client_id) for sent in self.several]
        self._earlier = earlier(asked, since=clock.now() - RATE_WINDOW)

    def admit(self, sent: Sent) -> None:
        """Create the message, unless it is stored already or refused."""
        sent.message = sent.shown = sent.failure = None
        try:
            if sent.check:
                sent.check.require()
            author = self._authors[sent.author_id]
            with db.session.no_autoflush:
                sent.message_id = self._stored_before(author, sent)
                if sent.message_id is None:
                    sent.message = self._new_message(author, sent)
        except Problem as refusal:
            sent.failure = refusal

    def _stored_before(self, author: Person, sent: Sent) -> UUID | None:
        """Return the id of the message that this sender stored under the same `client_id`.

        Raises:
            Conflict: that message has other content.
        """
        message_id = self._earlier.sent.get((author.id, sent.client_id))
        if message_id is None:
            return None
        require_reader(author, self.conversation)
        here = (one for one in self.messages if one.id == message_id)
        found = next(here, None) or db.session.get_one(Message, message_id)
        if found.sent_hash != sent.digest:
            raise sent_before()
        return message_id

    def _new_message(self, author: Person, sent: Sent) -> Message:
        conversation = self.conversation
        rights = self._rights[author.id]
        require_poster(author, conversation, rights, is_reply=sent.parent_id is not None)
        self._require_patience(author, sent.posts_per_10s)
        voice = message_parts.voice_of(
            author, conversation, sent.post_id, self._held.get(author.id, ())
        )
        files = message_parts.own_files(author, sent.file_ids)
        parent = message_parts.parent_in(conversation, sent.parent_id) if sent.parent_id else None
        if sent.carried:
            _require_there(sent.carried)
        mentions = sent.rendered.mentions
        mentioned = (
            message_parts.mentioned_people(author, conversation, mentions) if mentions else set()
        )
        self._seq += 1
        rev = self._next_rev()
        columns = {
            "id": uuid7(),
            "conversation_id": conversation.id,
            "seq": self._seq,
            "rev": rev,
            "body_rev": rev,
            "author_id": author.id,
            "post_id": voice.post_id,
            "caption": voice.caption,
            "client_id": sent.client_id,
            "sent_hash": sent.digest,
            "body": sent.body,
            "html": str(sent.rendered.html),
            "mentions": [dict(mention) for mention in mentions],
            "parent_id": parent.id if parent else None,
            "reply_count": 0,
            "created_at": clock.now(),
        }
        message = detached_row(Message, dict.fromkeys(_columns(Message)) | columns)
        self._note(message)
        self._attach(message, files=files, mentioned=mentioned, parent=parent)
        self._carry(message, sent.carried)
        return message

    def _require_patience(self, author: Person, posts_per_10s: int) -> None:
        here = [one.created_at for one in self.messages if one.author_id == author.id]
        if self._earlier.posts.get(author.id, 0) + len(here) < posts_per_10s:
            return
        now = clock.now()
        if len(here) >= posts_per_10s:
            since: datetime | None = here[-posts_per_10s]
        else:
            count = posts_per_10s - len(here)
            since = posted_since(author.id, now - RATE_WINDOW, count)
        wait = ((since or now) + RATE_WINDOW - now).total_seconds()
        raise TooMany(max(1, round(wait + 0.5)))

    def _note(self, message: Message) -> None:
        self.messages.append(message)
        self._earlier.sent[message.author_id, message.client_id] = message.id
        kind = self.conversation.kind
        self.events.append(MessagePosted(message.id, message.conversation_id, message.rev, kind))

    def _next_rev(self) -> int:
        self._rev += 1
        return self._rev

    def _attach(
        self,
        message: Message,
        *,
        files: Sequence[File],
        mentioned: set[UUID],
        parent: Message | None,
    ) -> None:
        """Attach files, mentions and parent, so that the new message needs no query to be shown."""
        held = [
            MessageFile(message_id=message.id, file_id=file.id, position=position, file=file)
            for position, file in enumerate(files)
        ]
        author = self._authors[message.author_id]
        for name, value in (
            ("author", author),
            ("conversation", self.conversation),
            ("parent", parent),
            ("files", held),
            ("reactions", []),
        ):
            set_committed_value(message, name, value)
        mentions = (
            Mention(
                message_id=message.id,
                person_id=person_id,
                conversation_id=message.conversation_id,
                seq=message.seq,
            )
            for person_id in mentioned
        )
        self._attached += [*held, *mentions]
        if parent is not None:
            parent.reply_count += 1
            parent.rev = self._next_rev()
            self.events.append(MessageChanged(parent.id, self.conversation.id, parent.rev))

    def _carry(self, message: Message, carried: Carried | None) -> None:
        """Attach the forwarded words of another message, and share its files."""
        forward = None
        if carried:
            forward = Forward(message_id=message.id, **carried.values)
            set_committed_value(forward, "files", list(carried.files))
            self._attached.append(forward)
        set_committed_value(message, "forward", forward)

    def store(self) -> None:
        """Write the messages and publish their events."""
        if not self.messages:
            return
        self.work.change(
            self.conversation,
            last_seq=self._seq,
            rev=self._rev,
            last_message_at=self.messages[-1].created_at,
        )
        self.work.store(self.messages)
        self.work.add(*self._attached)
        self._read_own()
        shown = {message.id: message_json(message) for message in self.messages}
        for event in self.events:
            if isinstance(event, MessagePosted):
                self.work.publish(replace(event, shown=shown[event.message_id]))
            else:
                self.work.publish(event)
        for sent in self.several:
            if sent.message:
                sent.shown = shown[sent.message.id]
                if sent.hold:
                    self.work.answer_first(sent.hold)

    def _read_own(self) -> None:
        """Mark the first author's messages as read, if they had read everything before them.

        Only the first author can have read everything: nobody else has seen the first message of
        this batch.
        """
        first = self.messages[0]
        if first.seq == 1:
            keys = {"person_id": first.author_id, "conversation_id": self.conversation.id}
            self.work.add_unless_there(Place, keys)
        own = takewhile(lambda message: message.author_id == first.author_id, self.messages)
        whose = {"reader_id": first.author_id, "in_id": self.conversation.id}
        reached = first.seq - 1 + len(list(own))
        write(_own_is_read(), [{**whose, "before": first.seq - 1, "reached": reached}])


def _require_there(carried: Carried) -> None:
    """Check again that the forwarded words exist, and lock them, so that a deletion has to wait.

    Raises:
        Forbidden: they were deleted or hidden since they were copied.
    """
    origin = select(Message.deleted_at).where(Message.id == carried.values["origin_id"])
    if db.session.execute(origin.with_for_update(read=True)).scalar_one():
        raise Forbidden(_l("This message has been deleted."))


def _locked(work: Work, conversation_id: UUID) -> Conversation:
    """Lock the conversation, and return it with its space."""
    read = iter(work.read_locked(_conversation(), conversation_id))
    own = {name: next(read) for name in _columns(Conversation)}
    shared = {name: next(read) for name in _columns(Space)}
    conversation = known_row(Conversation, own)
    space = known_row(Space, shared) if shared["id"] else None
    set_committed_value(conversation, "space", space)
    return conversation


@cache
def _conversation() -> Select[Any]:
    """Select a conversation and its space; their units and names are the costliest to load."""
    columns = [
        getattr(kind, name).label(f"{kind.__tablename__}_{name}")
        for kind in (Conversation, Space)
        for name in _columns(kind)
    ]
    return (
        select(*columns)
        .join_from(Conversation, Space, Space.id == Conversation.space_id, isouter=True)
        .where(Conversation.id == id_parameter("row_id"))
        .with_for_update(of=Conversation, key_share=True)
    )


@cache
def _columns(kind: type[Identified]) -> Sequence[str]:
    return inspect(kind).column_attrs.keys()


def _authors(several: Iterable[Sent]) -> dict[UUID, Person]:
    """Return the authors by id, in this session; their sign-ins were checked a moment ago."""
    names = {sent.author_id: sent.name for sent in several if sent.name is not None}
    return {id_: known_row(Person, {"id": id_, "name": name}) for id_, name in names.items()}


@cache
def _own_is_read() -> Update:
    return (
        update(cast("Table", Place.__table__))
        .where(
            Place.person_id == id_parameter("reader_id"),
            Place.conversation_id == id_parameter("in_id"),
            Place.read_seq == bindparam("before"),
        )
        .values(read_seq=bindparam("reached"))
    )
