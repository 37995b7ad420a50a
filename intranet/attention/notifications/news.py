"""News of publications, groups, moderation and accounts, and their recipients."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select, true

from intranet.attention.notifications.models import Kind
from intranet.attention.notifications.notifying import BATCH_SIZE, News
from intranet.extensions import db
from intranet.messaging.spaces.access import is_current_member
from intranet.messaging.spaces.models import Role, SpaceMember
from intranet.organisation.people.speakers import speakers_of
from intranet.platform.core import clock
from intranet.publishing.publications.announcement_models import Recipient
from intranet.publishing.publications.following import followers, reading
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.senders import is_asked
from intranet.publishing.publications.versions import with_working_copy


@dataclass(frozen=True)
class NotificationAct:
    """An act as its package reports it: the reason as a key, an id, the actor and the time."""

    why: str
    key: str = ""
    actor_id: UUID | None = None
    actor_post_id: UUID | None = None
    message_id: UUID | None = None
    path: str = ""
    at: datetime | None = None


def thing_of(publication: Publication) -> str:
    """Return the key by which acts on a publication and in its discussion are grouped."""
    return f"p{publication.id.hex}"


def of_publication(
    publication: Publication, *, why: str = "addressed", acted_at: datetime | None = None
) -> News:
    """Return the news that something was published, or is to be confirmed anew."""
    asks = publication.announcement.due_on is not None
    return News(
        kind=Kind.TO_CONFIRM if asks else Kind.ANNOUNCEMENT,
        key=f"publication:{publication.id}:{publication.announcement.confirmed_version}",
        why=why,
        publication_id=publication.id,
        actor_id=publication.published_by_id,
        acted_at=acted_at,
        thing=thing_of(publication),
        is_only_here=publication.announcement.is_only_here,
        rings_always=publication.announcement.is_urgent,
    )


def of_article(publication: Publication) -> News:
    """Return the news of a published article, for its followers."""
    return News(
        kind=Kind.ARTICLE,
        key=f"article:{publication.id}",
        why="follow",
        publication_id=publication.id,
        actor_id=publication.published_by_id,
        acted_at=publication.published_at,
        thing=thing_of(publication),
    )


def of_concern(publication: Publication, act: NotificationAct) -> News:
    """Return the news of an act on a publication that concerns some people.

    The key is hashed, because the reason and the id together are longer than the column.
    """
    which = sha256(f"{act.why}:{act.key}".encode()).hexdigest()[:32]
    is_hidden = publication.is_unnamed and act.actor_id == publication.created_by_id
    return News(
        kind=Kind.CONCERN,
        key=f"concern:{publication.id.hex}:{which}",
        why=act.why,
        publication_id=publication.id,
        conversation_id=publication.conversation_id if act.message_id else None,
        message_id=act.message_id,
        is_message=act.message_id is not None,
        actor_id=None if is_hidden else act.actor_id,
        actor_post_id=act.actor_post_id,
        acted_at=act.at,
        thing=thing_of(publication),
    )


def of_group(space_id: UUID, act: NotificationAct) -> News:
    """Return the news of an act on a group that concerns some people."""
    return News(
        kind=Kind.GROUP,
        key=f"group:{space_id.hex}:{act.key}"[:80],
        why=act.why,
        space_id=space_id,
        actor_id=act.actor_id,
        acted_at=act.at,
        thing=f"g{space_id.hex}",
    )


def of_page(kind: Kind, act: NotificationAct) -> News:
    """Return the news of something that has a page of its own."""
    return News(kind=kind, key=f"{act.why}:{act.key}", why=act.why, path=act.path, acted_at=act.at)


def of_account(act: NotificationAct) -> News:
    """Return the news of a change to an account, delivered at once whatever the hour."""
    return News(
        kind=Kind.ACCOUNT,
        key=f"{act.why}:{act.key}",
        why=act.why,
        path=act.path,
        actor_id=act.actor_id,
        acted_at=act.at,
        rings_always=True,
    )


def of_reminder(publication: Publication, which: str) -> News:
    """Return the news that a publication is still to be confirmed."""
    return News(
        kind=Kind.REMINDER,
        key=f"reminder:{publication.id}:{which}",
        why="reminder",
        publication_id=publication.id,
        thing=thing_of(publication),
        is_only_here=publication.announcement.is_only_here,
    )


def of_writing(publication: Publication, why: str) -> News:
    """Return the news that a publication of the person's own post needs attention."""
    return News(
        kind=Kind.WRITING,
        key=f"writing:{publication.id}:{why}:{publication.edition}",
        why=why,
        publication_id=publication.id,
        thing=thing_of(publication),
    )


def addressed(publication: Publication) -> Iterator[Sequence[UUID]]:
    """Yield the recipients in slices by id, without the publisher.

    A publication to be confirmed notifies only those who have to confirm it.
    """
    wanted = is_asked() if publication.announcement.due_on else true()
    last: UUID | None = None
    while True:
        asked = (
            select(Recipient.person_id)
            .where(
                Recipient.publication_id == publication.id,
                Recipient.person_id != publication.published_by_id,
                wanted,
            )
            .distinct()
            .order_by(Recipient.person_id)
            .limit(BATCH_SIZE)
        )
        if last is not None:
            asked = asked.where(Recipient.person_id > last)
        found = db.session.scalars(asked).all()
        if found:
            yield found
        if len(found) < BATCH_SIZE:
            return
        last = found[-1]


def following(publication: Publication) -> Iterator[Sequence[UUID]]:
    """Yield followers of an article's author, blog or topics who may read it, in slices."""
    publication = with_working_copy(publication)
    last: UUID | None = None
    while True:
        found = followers(publication, last, BATCH_SIZE)
        if readers := reading(publication, found):
            yield readers
        if len(found) < BATCH_SIZE:
            return
        last = found[-1]


def writers_of(publication: Publication) -> Sequence[UUID]:
    """Return ids of the space's publishers, and of all who act for the signing post.

    The latter include stand-ins for an absent head.
    """
    now = clock.now()
    leading = select(SpaceMember.person_id).where(
        SpaceMember.space_id == publication.space_id,
        SpaceMember.role.in_((Role.HEAD, Role.SPEAKER)),
        is_current_member(now),
    )
    acting = select(speakers_of(publication.post_id, now).subquery().c.person_id)
    return sorted({*db.session.scalars(leading), *db.session.scalars(acting)})
