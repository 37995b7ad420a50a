"""What is told of a publication or a message, and to whom."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select

from intranet.conversations.access import readable_among
from intranet.conversations.models import Conversation, ConversationKind, Participant, Place
from intranet.core import clock
from intranet.extensions import db
from intranet.messages.models import Mention, Message
from intranet.notifications.choices import tellings_in
from intranet.notifications.models import Kind, Telling
from intranet.notifications.telling import SLICE, News
from intranet.people.models import Person
from intranet.people.onward import readers_of
from intranet.publications.following import followers, reading
from intranet.publications.models import Publication, Recipient
from intranet.publications.versions import whole
from intranet.spaces.access import is_current_member
from intranet.spaces.models import Role, SpaceMember

READ_FIRST = timedelta(seconds=30)
"""Who is here reads a message before anything rings."""


def of_publication(publication: Publication, *, why: str = "addressed") -> News:
    """That something was published, or is to be confirmed anew."""
    asks = publication.due_on is not None
    return News(
        kind=Kind.TO_CONFIRM if asks else Kind.ANNOUNCEMENT,
        key=f"publication:{publication.id}:{publication.confirmed_version}",
        why=why,
        publication_id=publication.id,
        is_only_here=publication.is_only_here,
        rings_always=publication.is_urgent,
    )


def of_article(publication: Publication) -> News:
    """That an article was published, to who follows it."""
    return News(
        kind=Kind.ARTICLE,
        key=f"article:{publication.id}",
        why="follow",
        publication_id=publication.id,
    )


def of_concern(publication: Publication, why: str, key: str) -> News:
    """That something became of what somebody asked, proposed, is asked, or takes part in.

    What it was is known by a digest: a word and an id together are longer than the column.
    """
    which = sha256(f"{why}:{key}".encode()).hexdigest()[:32]
    return News(
        kind=Kind.CONCERN,
        key=f"concern:{publication.id.hex}:{which}",
        why=why,
        publication_id=publication.id,
    )


def of_group(space_id: UUID, why: str, key: str) -> News:
    """That something about a group concerns somebody."""
    return News(kind=Kind.GROUP, key=f"group:{space_id.hex}:{key}"[:80], why=why, space_id=space_id)


def of_moderation(why: str, path: str, key: str) -> News:
    """That something is to be decided, or was, about what somebody wrote or reported."""
    return News(kind=Kind.MODERATION, key=f"{why}:{key}", why=why, path=path)


def of_account(why: str, path: str, key: str) -> News:
    """That something was done to somebody's account: it rings at once, whatever the hour."""
    return News(kind=Kind.ACCOUNT, key=f"{why}:{key}", why=why, path=path, rings_always=True)


def of_reminder(publication: Publication, which: str) -> News:
    """That something is still to be confirmed."""
    return News(
        kind=Kind.REMINDER,
        key=f"reminder:{publication.id}:{which}",
        why="reminder",
        publication_id=publication.id,
        is_only_here=publication.is_only_here,
    )


def of_writing(publication: Publication, why: str) -> News:
    """That something in one's own post's name needs to be looked at."""
    return News(
        kind=Kind.WRITING,
        key=f"writing:{publication.id}:{why}:{publication.edition}",
        why=why,
        publication_id=publication.id,
    )


def addressed(publication: Publication) -> Iterator[Sequence[UUID]]:
    """Those to whom it was sent, but for who published it, in slices by id."""
    last: UUID | None = None
    while True:
        asked = (
            select(Recipient.person_id)
            .where(
                Recipient.publication_id == publication.id,
                Recipient.person_id != publication.published_by_id,
            )
            .distinct()
            .order_by(Recipient.person_id)
            .limit(SLICE)
        )
        if last is not None:
            asked = asked.where(Recipient.person_id > last)
        found = db.session.scalars(asked).all()
        if found:
            yield found
        if len(found) < SLICE:
            return
        last = found[-1]


def following(publication: Publication) -> Iterator[Sequence[UUID]]:
    """Who follows an article's author, blog or topics and may read it, in slices by id."""
    publication = whole(publication)
    last: UUID | None = None
    while True:
        found = followers(publication, last, SLICE)
        if readers := reading(publication, found):
            yield readers
        if len(found) < SLICE:
            return
        last = found[-1]


def writers_of(publication: Publication) -> Sequence[UUID]:
    """Who leads the space where it belongs and those they let speak."""
    return db.session.scalars(
        select(SpaceMember.person_id)
        .where(
            SpaceMember.space_id == publication.space_id,
            SpaceMember.role.in_((Role.HEAD, Role.SPEAKER)),
            is_current_member(clock.now()),
        )
        .distinct()
    ).all()


def of_message(message: Message) -> list[tuple[News, list[UUID]]]:
    """What a message is to those whom it calls, to the people of a talk, and to who wants all."""
    conversation = db.session.get_one(Conversation, message.conversation_id)
    tellings = tellings_in(conversation.id)
    silent = {person_id for person_id, telling in tellings.items() if telling == Telling.NONE}
    called = set(
        db.session.scalars(select(Mention.person_id).where(Mention.message_id == message.id))
    )
    told: list[tuple[News, list[UUID]]] = []
    if called := called - {message.author_id} - silent:
        told.append((_news(Kind.MENTION, f"mention:{message.id}", message), sorted(called)))
    talking = _talking(conversation) - called - silent
    for seq, people in _by_place(conversation, talking, message).items():
        told.append((_news(Kind.TALK, f"talk:{conversation.id}:{seq}", message), people))
    listening = {
        person.id
        for person in _listening(tellings)
        if person.id not in called | talking and readable_among(person, [conversation.id])
    }
    for seq, people in _by_place(conversation, listening, message).items():
        told.append((_news(Kind.CHANNEL, f"channel:{conversation.id}:{seq}", message), people))
    return told


def _news(kind: Kind, key: str, message: Message) -> News:
    return News(
        kind=kind,
        key=key,
        why=kind.value,
        conversation_id=message.conversation_id,
        message_id=message.id,
        waits=READ_FIRST,
    )


def _listening(tellings: Mapping[UUID, Telling]) -> Sequence[Person]:
    ids = [person_id for person_id, telling in tellings.items() if telling == Telling.ALL]
    if not ids:
        return ()
    return db.session.scalars(select(Person).where(Person.id.in_(ids)).limit(SLICE)).all()


def _talking(conversation: Conversation) -> set[UUID]:
    """The people of a talk, with those who speak for the post whose talk it is."""
    if conversation.kind not in {ConversationKind.DIRECT, ConversationKind.POST}:
        return set()
    people = set(
        db.session.scalars(
            select(Participant.person_id).where(
                Participant.conversation_id == conversation.id,
                Participant.declined_at.is_(None),
            )
        )
    )
    if conversation.post_id:
        people |= set(db.session.scalars(readers_of(conversation.post_id, clock.now())))
    return people


def _by_place(
    conversation: Conversation, people: set[UUID], message: Message
) -> dict[int, list[UUID]]:
    """Who has not read it yet and did not mute the talk, by how far they have read.

    Of what follows the same place each is told once: who reads is told again of what comes then.
    """
    places = {
        row.person_id: row
        for row in db.session.scalars(
            select(Place).where(
                Place.conversation_id == conversation.id, Place.person_id.in_(people)
            )
        )
    }
    found: dict[int, list[UUID]] = {}
    for person_id in sorted(people - {message.author_id}):
        place = places.get(person_id)
        read = place.read_seq if place else 0
        if read < message.seq and not (place and place.is_muted):
            found.setdefault(read, []).append(person_id)
    return found
