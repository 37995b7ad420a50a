"""Keep the list of told speakers, to push the difference when speakers of a post change.

Access rights do not need it, as they depend on dates. Only open screens have to be told.
"""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, delete, select

from intranet.extensions import db
from intranet.messaging.conversations.events import SpeakersChanged
from intranet.messaging.conversations.models import Conversation, ToldSpeaker
from intranet.organisation.people.queries import in_parts
from intranet.organisation.people.vacancy_readers import leading_to, reading
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import Work


def posts_with_conversations(post_ids: Select[UUID]) -> set[UUID]:
    """Return the posts with conversations, among these posts and those that lead to them."""
    leading = leading_to(post_ids, clock.now())
    found = select(Conversation.post_id).where(Conversation.post_id.in_(leading))
    return {post_id for post_id in db.session.scalars(found.distinct()) if post_id}


def all_posts_with_conversations() -> set[UUID]:
    """Return every post that has a conversation."""
    found = select(Conversation.post_id).where(Conversation.post_id.is_not(None)).distinct()
    return {post_id for post_id in db.session.scalars(found) if post_id}


def begin_following(work: Work, post_id: UUID) -> None:
    """Store a post's speakers as told, because they are told of its first conversation anyway."""
    if _told([post_id])[post_id]:
        return
    for person in reading([post_id], clock.now())[post_id].people:
        work.add_unless_there(ToldSpeaker, {"post_id": post_id, "person_id": person.id})


def follow_posts(work: Work, post_ids: Collection[UUID]) -> None:
    """Store the current speakers for these posts, and publish who began and who ceased."""
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
