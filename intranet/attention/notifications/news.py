"""What is told of a publication, a group, moderation or an account, and to whom."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select, true

from intranet.attention.notifications.models import Kind
from intranet.attention.notifications.telling import SLICE, News
from intranet.extensions import db
from intranet.messaging.spaces.access import is_current_member
from intranet.messaging.spaces.models import Role, SpaceMember
from intranet.organisation.people.speaking import speakers_of
from intranet.platform.core import clock
from intranet.publishing.publications.following import followers, reading
from intranet.publishing.publications.models import Publication, Recipient
from intranet.publishing.publications.senders import is_asked
from intranet.publishing.publications.versions import whole


@dataclass(frozen=True)
class Act:
    """Somebody's act as its package reports it: a reason in a word, its key, by whom and when."""

    why: str
    key: str = ""
    actor_id: UUID | None = None
    actor_post_id: UUID | None = None
    message_id: UUID | None = None
    path: str = ""
    at: datetime | None = None


def thing_of(publication: Publication) -> str:
    """What all acts on a publication, and those in its discussion, are grouped by."""
    return f"p{publication.id.hex}"


def of_publication(
    publication: Publication, *, why: str = "addressed", acted_at: datetime | None = None
) -> News:
    """That something was published, or is to be confirmed anew."""
    asks = publication.due_on is not None
    return News(
        kind=Kind.TO_CONFIRM if asks else Kind.ANNOUNCEMENT,
        key=f"publication:{publication.id}:{publication.confirmed_version}",
        why=why,
        publication_id=publication.id,
        actor_id=publication.published_by_id,
        acted_at=acted_at,
        thing=thing_of(publication),
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
        actor_id=publication.published_by_id,
        acted_at=publication.published_at,
        thing=thing_of(publication),
    )


def of_concern(publication: Publication, act: Act) -> News:
    """An act on a publication that concerns some people.

    The key is a digest: a word and an id together are longer than the column.
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


def of_group(space_id: UUID, act: Act) -> News:
    """An act on a group that concerns some people."""
    return News(
        kind=Kind.GROUP,
        key=f"group:{space_id.hex}:{act.key}"[:80],
        why=act.why,
        space_id=space_id,
        actor_id=act.actor_id,
        acted_at=act.at,
        thing=f"g{space_id.hex}",
    )


def of_moderation(act: Act) -> News:
    """A decision that is due, or was made, about something written or reported."""
    return News(
        kind=Kind.MODERATION,
        key=f"{act.why}:{act.key}",
        why=act.why,
        path=act.path,
        acted_at=act.at,
    )


def of_account(act: Act) -> News:
    """A change to an account: it rings at once, whatever the hour."""
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
    """That something is still to be confirmed."""
    return News(
        kind=Kind.REMINDER,
        key=f"reminder:{publication.id}:{which}",
        why="reminder",
        publication_id=publication.id,
        thing=thing_of(publication),
        is_only_here=publication.is_only_here,
    )


def of_writing(publication: Publication, why: str) -> News:
    """That something in one's own post's name needs to be looked at."""
    return News(
        kind=Kind.WRITING,
        key=f"writing:{publication.id}:{why}:{publication.edition}",
        why=why,
        publication_id=publication.id,
        thing=thing_of(publication),
    )


def addressed(publication: Publication) -> Iterator[Sequence[UUID]]:
    """Those to whom it was sent, in slices by id, but for who published it.

    What is to be confirmed is told to those who are asked to: not to who else sends it.
    """
    wanted = is_asked() if publication.due_on else true()
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
    """Ids of those who publish where it belongs, and of all who act for the post that signs it.

    Whoever stands in for an absent head is among these.
    """
    now = clock.now()
    leading = select(SpaceMember.person_id).where(
        SpaceMember.space_id == publication.space_id,
        SpaceMember.role.in_((Role.HEAD, Role.SPEAKER)),
        is_current_member(now),
    )
    acting = select(speakers_of(publication.post_id, now).subquery().c.person_id)
    return sorted({*db.session.scalars(leading), *db.session.scalars(acting)})
