"""Forward a message, with its author, to other conversations."""

from collections.abc import Collection, Sequence
from uuid import UUID, uuid5

from sqlalchemy import func, select, union_all

from intranet.extensions import db
from intranet.messaging.conversations.access import readable_among, rights_across
from intranet.messaging.conversations.discussions import subject_of
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.operations import start_direct_message
from intranet.messaging.conversations.queries import readers
from intranet.messaging.messages import queries
from intranet.messaging.messages.access import get_message
from intranet.messaging.messages.models import BODY_LIMIT, PLACE_LIMIT, Forward, Message
from intranet.messaging.messages.posting import post_message
from intranet.messaging.messages.sent import Carried
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.people.access import findable_among
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Forbidden, Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_text

TARGETS_LIMIT = 10


def forward_message(
    person: Person,
    message: Message,
    conversation_ids: Sequence[UUID],
    *,
    comment: str = "",
    client_id: UUID,
    posts_per_10s: int = 20,
) -> list[Message]:
    """Forward a message to other conversations, with its author, place and time.

    If the message was itself forwarded, its original words are forwarded. All conversations are
    checked before anything is written; a repeat with the same `client_id` adds nothing.

    Args:
        comment: the person's own text above the words; may be empty.

    Raises:
        NotFound: the person does not read one of the conversations.
        Forbidden: they may not begin a message in one, it is deleted, or it stays in its agency.
        Invalid: no conversation is chosen, or too many.
        TooMany: too many messages in ten seconds.
    """
    get_message(person, message.id)
    require_forwardable(message)
    comment = optional_text(comment, "body", BODY_LIMIT)
    ids = list(dict.fromkeys(conversation_ids))
    _require_targets(person, ids)
    carried = _carried(message)
    return [
        post_message(
            person,
            conversation_id,
            comment,
            client_id=uuid5(client_id, str(conversation_id)),
            carried=carried,
            posts_per_10s=posts_per_10s,
        )
        for conversation_id in ids
    ]


def require_forwardable(message: Message) -> None:
    """Check that the message may be forwarded.

    Raises:
        Forbidden: it is deleted, its words were taken away, or they may not leave the agency.
    """
    if message.deleted_at or (message.forward and message.forward.withdrawn_at):
        raise Forbidden(_l("This message has been deleted."))
    held = subject_of(message.conversation)
    if held and held.is_only_here:
        raise Forbidden(
            _l("This conversation is limited to one agency. Its messages cannot be forwarded.")
        )


def direct_messages_with(person: Person, people_ids: Collection[UUID]) -> list[Conversation]:
    """Return the person's direct message with each of these people, starting missing ones.

    Raises:
        NotFound: the person may not know one of them.
    """
    if set(people_ids) - findable_among(person, people_ids):
        raise NotFound
    people = db.session.scalars(select(Person).where(Person.id.in_(people_ids)))
    return [start_direct_message(person, [other]) for other in people.all()]


def more_readers(
    person: Person, message: Message, targets: Collection[Conversation], people: Collection[UUID]
) -> int:
    """Count the people who will read the words and cannot read them where they are now.

    Zero if the original is in a discussion, or in a space that is open beyond its members. Members
    of a board that lists nobody are not counted: the number would reveal who belongs to it.
    """
    origin = message.conversation
    space = origin.space
    if subject_of(origin) or (space and space.visibility != Visibility.MEMBERS):
        return 0
    if space and space.hides_people:
        return 0
    listed = [each for each in targets if not (each.space and each.space.hides_people)]
    there = [select(readers(target).subquery().c[0]) for target in listed]
    if people:
        there.append(select(Person.id).where(Person.id.in_(people)))
    if not there:
        return 0
    reached = union_all(*there).subquery().c[0]
    now = select(readers(origin).subquery().c[0])
    counted = select(func.count(reached.distinct())).where(
        reached.not_in(now), reached != person.id
    )
    return db.session.scalar(counted) or 0


def _require_targets(person: Person, ids: Sequence[UUID]) -> None:
    if not ids:
        raise Invalid({"to": _l("Choose a conversation or a person.")})
    if len(ids) > TARGETS_LIMIT:
        raise Invalid(
            {"to": _l("Choose at most %(count)s conversations or people.", count=TARGETS_LIMIT)}
        )
    found = readable_among(person, ids)
    if len(found) < len(ids):
        raise NotFound
    rooms = [row for row in found.values() if subject_of(row) is None]
    rights = rights_across(person, rooms)
    if len(rooms) < len(found) or not all(rights[row.id].posts for row in rooms):
        raise Forbidden(_l("You cannot write a new message in one of the conversations you chose."))


def _carried(message: Message) -> Carried:
    """Return a message's words with author and place; files only while the original has them."""
    whole = queries.message(message.id) or message
    if whole.forward:
        kept = {name: getattr(whole.forward, name) for name in _COPIED}
        files = whole.forward.files if whole.forward.has_files else []
        return Carried({**kept, "has_files": bool(files)}, files)
    values = {
        "origin_id": whole.id,
        "conversation_id": whole.conversation_id,
        "seq": whole.seq,
        "author_id": whole.author_id,
        "author_name": whole.author.name,
        "caption": whole.caption,
        "place": _place_of(whole.conversation)[:PLACE_LIMIT],
        "said_at": whole.created_at,
        "body": whole.body,
        "html": whole.html,
        "has_files": bool(whole.files),
    }
    return Carried(values, whole.files)


def _place_of(conversation: Conversation) -> str:
    """Return a name of the conversation that everyone may know; none for a direct message or group.

    A channel is named only if the whole network may read it, else its unit is.
    """
    space = conversation.space
    if space is None or space.is_group:
        return ""
    fallback = space.agency.language
    is_open = space.visibility in {Visibility.NETWORK, Visibility.PUBLIC}
    if conversation.name and not conversation.is_main and is_open:
        return conversation.name.text(fallback)
    return space.title.text(fallback)


_COPIED = [
    column.name
    for column in Forward.__table__.columns
    if column.name not in {"message_id", "withdrawn_at", "has_files"}
]
