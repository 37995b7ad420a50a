"""Open channels, begin direct messages, and move a person's read position."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.conversations import queries
from intranet.messaging.conversations.access import get_addressed_post, require_reader
from intranet.messaging.conversations.events import (
    ConversationOpened,
    OwnListsChanged,
    PlaceMoved,
    TalkDeclined,
    TalkTakenUp,
)
from intranet.messaging.conversations.models import (
    Conversation,
    ConversationKind,
    Participant,
    Place,
)
from intranet.messaging.conversations.speaker_changes import begin_following
from intranet.messaging.spaces.access import leads, require_open
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.access import holds_any_post
from intranet.organisation.people.models import Person
from intranet.organisation.people.vacancy_readers import reads_for
from intranet.platform.core import clock, epochs
from intranet.platform.core.errors import Forbidden, Invalid, TooMany
from intranet.platform.core.i18n import _l
from intranet.platform.core.ids import uuid7
from intranet.platform.core.parsing import optional_text, required_line
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import Work, unit_of_work

TALK_LIMIT = 20
NEW_TALKS_PER_DAY = 20
NAME_LIMIT = 80
PURPOSE_LIMIT = 300
CHANNELS_LIMIT = 50
FAVOURITES_LIMIT = 100
DAY_SECONDS = 24 * 3600


def create_channel(
    head: Person, space: Space, name: str, *, purpose: str = "", language: str = "en"
) -> Conversation:
    """Open a further channel in a unit's space. All members of the space are in it.

    Raises:
        Forbidden: the person is neither head nor acting head of the unit, or the space is archived.
        Invalid: the name is empty, too long or taken, the purpose too long, or there are too
            many channels.
    """
    name = required_line(name, "name", NAME_LIMIT)
    purpose = optional_text(purpose, "purpose", PURPOSE_LIMIT)
    with unit_of_work() as work:
        work.lock(space)
        if not leads(head, space):
            raise Forbidden(_l("Only the head of this unit can create channels here."))
        require_open(space.id)
        others = queries.channels_of(space)
        if len(others) >= CHANNELS_LIMIT:
            raise Invalid({"name": _l("This space already has the maximum number of channels.")})
        if any(other.name and name in other.name.values() for other in others):
            raise Invalid({"name": _l("There is already a channel with this name here.")})
        channel = Conversation(
            kind=ConversationKind.CHANNEL,
            space_id=space.id,
            name=Localized({language: name}),
            purpose=purpose,
            created_by_id=head.id,
        )
        work.add(channel)
        db.session.flush()
        work.publish(ConversationOpened(channel.id))
    return channel


def start_direct_message(person: Person, others: Collection[Person]) -> Conversation:
    """Return the direct message of exactly these people, a new one if there is none.

    Raises:
        Forbidden: the person holds no post, or has yet to confirm that the account is theirs.
        Invalid: there is nobody else, there are more than twenty people, or one of them cannot be
            reached.
        TooMany: the person has begun twenty direct messages within a day.
    """
    people = {person.id: person, **{other.id: other for other in others}}
    if len(people) == 1:
        raise Invalid({"person_ids": _l("Choose at least one person.")})
    if len(people) > TALK_LIMIT:
        raise Invalid({"person_ids": _l("A direct message can include up to 20 people.")})
    key = people_key(people)
    with unit_of_work() as work:
        work.lock(person)  # two requests must not both be the last of the day
        if there := _talk_with_key(key):
            _come_back(work, person, there)
            return there
        _require_beginner(person, people.values())
        return _new_talk(work, person, list(people), key)


def start_post_conversation(
    writer: Person, post: Post, others: Collection[Person] = ()
) -> Conversation:
    """Return the conversation of these people with a post, a new one if there is none.

    Args:
        others: people who write to the post together with the writer.

    Raises:
        Forbidden: the writer holds no post, or speaks for this one.
        NotFound: the post is in an agency that is closed to the writer.
        Invalid: the post has ended, there are more than twenty people, or one of them cannot be
            reached.
        TooMany: the writer has begun twenty direct messages within a day.
    """
    people = {writer.id: writer, **{other.id: other for other in others}}
    if len(people) > TALK_LIMIT:
        raise Invalid({"person_ids": _l("A direct message can include up to 20 people.")})
    key = people_key([post.id, *people])
    with unit_of_work() as work:
        work.lock(writer)
        if there := _talk_with_key(key):
            _come_back(work, writer, there)
            return there
        _require_beginner(writer, people.values())
        get_addressed_post(writer, post.id)
        if post.valid_to and post.valid_to < clock.today(post.unit.agency.time_zone):
            raise Invalid({"post_id": _l("This post has ended. Choose another one.")})
        if reads_for(writer, post.id, clock.now()):
            raise Forbidden(_l("You already act for this post."))
        talk = _new_talk(work, writer, list(people), key, post_id=post.id)
        begin_following(work, post.id)
    return talk


def decline_direct_message(person: Person, talk: Conversation) -> None:
    """Leave a direct message: the person gets nothing more of it until they write again.

    Speakers of a post cannot leave its conversations; they can mute them.
    """
    with unit_of_work() as work:
        work.lock(talk)
        row = db.session.get(Participant, (talk.id, person.id))
        if row is None:
            raise Forbidden(_l("You cannot leave this conversation, but you can mute it."))
        row.declined_at = clock.now()
        work.publish(TalkDeclined(talk.id, person.id))


def mark_read(
    person: Person, conversation: Conversation, seq: int, *, epoch: str | None = None
) -> int:
    """Raise the person's read position to `seq`, never lower it; remove the unread mark.

    Args:
        epoch: the one in which the person was shown that message. In a later one the sequence
            number belongs to another message, and nothing changes.

    Returns:
        the read position now.
    """
    with unit_of_work() as work:
        require_reader(person, conversation)
        place = _place(work, person, conversation)
        if epoch not in {None, epochs.current()}:
            return place.read_seq
        reached = max(place.read_seq, min(seq, conversation.last_seq))
        if reached != place.read_seq or place.unread_from is not None:
            place.read_seq, place.unread_from = reached, None
            work.publish(PlaceMoved(conversation.id, person.id))
    return reached


def mark_unread_from(person: Person, conversation: Conversation, seq: int | None) -> None:
    """Set the mark "unread from here" at an existing message, or remove it with None."""
    with unit_of_work() as work:
        require_reader(person, conversation)
        place = _place(work, person, conversation)
        last = conversation.last_seq
        place.unread_from = None if seq is None or not last else min(max(seq, 1), last)
        work.publish(PlaceMoved(conversation.id, person.id))


def mute(person: Person, conversation: Conversation) -> None:
    """Mute the conversation for the person: only mentions count."""
    _set_muted(person, conversation, is_muted=True)


def unmute(person: Person, conversation: Conversation) -> None:
    """Unmute the conversation for the person."""
    _set_muted(person, conversation, is_muted=False)


def add_favourite(person: Person, conversation: Conversation) -> None:
    """Add a conversation to the person's favourites.

    Raises:
        NotFound: the person does not read it.
        Invalid: they have 100 favourites.
    """
    with unit_of_work() as work:
        require_reader(person, conversation)
        place = _place(work, person, conversation)
        if place.is_favourite:
            return
        others = queries.locked_favourites(person)
        if len(others) >= FAVOURITES_LIMIT:
            raise Invalid(
                {"": _l("You have reached the limit of 100 favourites. Remove one first.")}
            )
        ranks = [row.favourite_rank for row in others if row.favourite_rank is not None]
        place.is_favourite = True
        place.favourite_rank = max(ranks) + 1 if ranks else None
        work.publish(OwnListsChanged((person.id,)))


def order_favourites(person: Person, conversation_ids: Sequence[UUID]) -> None:
    """Order the person's favourites; those not named come last.

    Other ids are ignored: an outdated list does no harm.
    """
    with unit_of_work() as work:
        places = {row.conversation_id: row for row in queries.locked_favourites(person)}
        order = [row for row in dict.fromkeys(conversation_ids) if row in places]
        named = set(order)
        rest = [row.conversation_id for row in places.values() if row.favourite_rank is not None]
        order += [row for row in rest if row not in named]
        if [places[row].favourite_rank for row in order] == list(range(len(order))):
            return
        for rank, conversation_id in enumerate(order):
            places[conversation_id].favourite_rank = rank
        work.publish(OwnListsChanged((person.id,)))


def drop_favourite(person: Person, conversation_id: UUID) -> None:
    """Remove a conversation from the person's favourites, even if they no longer read it."""
    with unit_of_work() as work:
        place = db.session.get(Place, (person.id, conversation_id), with_for_update=True)
        if place and place.is_favourite:
            place.is_favourite = False
            place.favourite_rank = None
            work.publish(OwnListsChanged((person.id,)))


def people_key(person_ids: Collection[UUID]) -> str:
    """Return the key of exactly this set of people."""
    return hashlib.sha256(",".join(sorted(map(str, person_ids))).encode()).hexdigest()


def _set_muted(person: Person, conversation: Conversation, *, is_muted: bool) -> None:
    with unit_of_work() as work:
        require_reader(person, conversation)
        _place(work, person, conversation).is_muted = is_muted
        work.publish(PlaceMoved(conversation.id, person.id))


def _talk_with_key(key: str) -> Conversation | None:
    return db.session.scalar(select(Conversation).where(Conversation.people_key == key))


def _come_back(work: Work, person: Person, talk: Conversation) -> None:
    row = db.session.get(Participant, (talk.id, person.id))
    if row is not None and row.cut_at:
        raise Forbidden(
            _l(
                "Your earlier direct messages are closed until you confirm that the account is "
                "yours, under “Waiting for your answer”."
            )
        )
    if row is not None and row.declined_at:
        row.declined_at = None
        work.publish(TalkTakenUp(talk.id, person.id))


def _require_beginner(person: Person, people: Collection[Person]) -> None:
    """Check that the person may begin another direct message today, with these people.

    Raises:
        Forbidden: the person holds no post.
        Invalid: one of the others holds no post.
        TooMany: the person has begun twenty direct messages within a day.
    """
    if not holds_any_post(person):
        raise Forbidden(
            _l("You do not hold a post at present, so you cannot start a conversation.")
        )
    if not all(holds_any_post(other) for other in people):
        raise Invalid({"person_ids": _l("One of these people does not hold a post at present.")})
    if (
        queries.direct_messages_begun_since(person, clock.now() - timedelta(days=1))
        >= NEW_TALKS_PER_DAY
    ):
        raise TooMany(
            DAY_SECONDS, _l("You have started 20 conversations today. Try again tomorrow.")
        )


def _new_talk(
    work: Work,
    person: Person,
    person_ids: list[UUID],
    key: str,
    *,
    post_id: UUID | None = None,
) -> Conversation:
    """Create the direct message under this key, or return the one created at this moment."""
    talk_id = uuid7()
    kind = ConversationKind.POST if post_id else ConversationKind.DIRECT
    values = {"kind": kind, "post_id": post_id, "people_key": key, "created_by_id": person.id}
    is_new = work.add_unless_there(Conversation, {"id": talk_id, **values})
    if is_new:
        work.add(
            *(
                Participant(conversation_id=talk_id, person_id=person_id, position=position)
                for position, person_id in enumerate(person_ids)
            )
        )
        work.publish(ConversationOpened(talk_id))
    return db.session.scalars(select(Conversation).where(Conversation.people_key == key)).one()


def _place(work: Work, person: Person, conversation: Conversation) -> Place:
    keys = (person.id, conversation.id)
    if place := db.session.get(Place, keys, with_for_update=True):
        return place
    read_seq = queries.read_for_post(conversation)
    values = {"person_id": person.id, "conversation_id": conversation.id, "read_seq": read_seq}
    work.add_unless_there(Place, values)
    return db.session.get_one(Place, keys, with_for_update=True)
