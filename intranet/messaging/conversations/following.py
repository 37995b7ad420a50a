"""Who speaks for a post changes: the difference to who was told, for open screens.

Rights need none of this, they are asked by dates. Only who has a screen open must hear of it.
"""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, delete, select

from intranet.extensions import db
from intranet.messaging.conversations.events import SpeakersChanged
from intranet.messaging.conversations.models import Conversation, ToldSpeaker
from intranet.organisation.people.onward import leading_to, reading
from intranet.organisation.people.queries import in_parts
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import Work


def posts_with_talks(post_ids: Select[UUID]) -> set[UUID]:
    """Those of these posts, and of the posts that lead to them, that have talks."""
    leading = leading_to(post_ids, clock.now())
    found = select(Conversation.post_id).where(Conversation.post_id.in_(leading))
    return {post_id for post_id in db.session.scalars(found.distinct()) if post_id}


def all_posts_with_talks() -> set[UUID]:
    """Every post that has a talk."""
    found = select(Conversation.post_id).where(Conversation.post_id.is_not(None)).distinct()
    return {post_id for post_id in db.session.scalars(found) if post_id}


def begin_following(work: Work, post_id: UUID) -> None:
    """Write down who speaks for a post with its first talk; they are told of the talk itself."""
    if _told([post_id])[post_id]:
        return
    for person in reading([post_id], clock.now())[post_id].people:
        work.add_unless_there(ToldSpeaker, {"post_id": post_id, "person_id": person.id})


def follow_posts(work: Work, post_ids: Collection[UUID]) -> None:
    """Write down who speaks for these posts by now, and say who does so since, or no longer."""
    told = _told(post_ids)
    for post_id, answer in reading(post_ids, clock.now()).items():
        now = {person.id for person in answer.people}
        joined, left = now - told[post_id], told[post_id] - now
        for person_id in joined:
            work.add_unless_there(ToldSpeaker, {"post_id": post_id, "person_id": person_id})
        if left:
            gone = delete(ToldSpeaker).where(
                ToldSpeaker.post_id == post_id, ToldSpeaker.person_id.in_(left)
            )
            db.session.execute(gone.execution_options(synchronize_session=False))
        if joined or left:
            work.publish(SpeakersChanged(post_id, joined=tuple(joined), left=tuple(left)))


def _told(post_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for some in in_parts(post_ids):
        rows = select(ToldSpeaker.post_id, ToldSpeaker.person_id)
        for post_id, person_id in db.session.execute(rows.where(ToldSpeaker.post_id.in_(some))):
            found[post_id].add(person_id)
    return found
