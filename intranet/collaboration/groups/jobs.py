"""Scheduled jobs of groups: replacing vacant owner posts, and asking about inactive groups."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select

from intranet.collaboration.groups.events import GroupConcerned
from intranet.collaboration.groups.models import Group
from intranet.collaboration.groups.operations.founding import assign_owner
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.queries import posts_on_hold
from intranet.organisation.people.speakers import answering, speakers_of
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.types import UTCDateTime
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.models import Publication

INACTIVE_AFTER = timedelta(days=183)
BATCH_SIZE = 200


def mend_owners() -> None:
    """Lend groups whose owner post is vacant to the nearest head, and return them to its holder.

    That is a head of its unit or of a unit above. A group goes back as soon as its own post is held
    again; from a post that has ended it never does. The board of the staff representatives is lent
    to no head: it waits until its post is held again. The group of a post that is on hold waits
    too.
    """
    now = clock.now()
    _return_lent(now)
    owned = db.session.execute(
        select(Group.space_id, Space.owner_post_id)
        .join(Space, Space.id == Group.space_id)
        .where(Space.archived_at.is_(None), Space.hides_people.is_(False))
    ).all()
    owners = {space_id: post_id for space_id, post_id in owned if post_id}
    speaking = answering(set(owners.values()), now)
    on_hold = posts_on_hold(set(owners.values()))
    for space_id, post_id in owners.items():
        if not speaking[post_id].speakers and post_id not in on_hold:
            _mend(space_id, post_id, now)


def ask_about_inactive_groups() -> None:
    """Ask the leads of groups inactive for half a year whether the groups are still needed."""
    now = clock.now()
    for space_id in sleeping_ids(now):
        with unit_of_work() as work:
            group = db.session.get_one(Group, space_id)
            work.lock(group.space)
            group.asked_at = now
            owner_id = group.space.owner_post_id
            people = tuple(db.session.scalars(speakers_of(owner_id, now))) if owner_id else ()
            key = f"asleep:{now.date()}"
            work.publish(GroupConcerned(space_id, "group_asleep", people, key))


def sleeping_ids(now: datetime) -> list[UUID]:
    """Return the ids of groups inactive for half a year whose leads were not asked since."""
    before = now - INACTIVE_AFTER
    last_word = (
        select(func.max(Conversation.last_message_at, type_=UTCDateTime))
        .where(Conversation.space_id == Group.space_id)
        .scalar_subquery()
    )
    last_published = (
        select(func.max(Publication.published_at, type_=UTCDateTime))
        .where(Publication.space_id == Group.space_id)
        .scalar_subquery()
    )
    return list(
        db.session.scalars(
            select(Group.space_id)
            .join(Space, Space.id == Group.space_id)
            .where(
                Space.archived_at.is_(None),
                Group.created_at < before,
                or_(Group.asked_at.is_(None), Group.asked_at < before),
                or_(Group.kept_at.is_(None), Group.kept_at < before),
                or_(last_word.is_(None), last_word < before),
                or_(last_published.is_(None), last_published < before),
            )
            .order_by(Group.space_id)
            .limit(BATCH_SIZE)
        )
    )


def _return_lent(now: datetime) -> None:
    lent = db.session.execute(
        select(Group.space_id, Group.lent_by_id).where(Group.lent_by_id.is_not(None))
    ).all()
    own = {space_id: post_id for space_id, post_id in lent if post_id}
    held = answering(set(own.values()), now)
    for space_id, post_id in own.items():
        by = held[post_id].by
        if by is None or by.id != post_id:
            continue
        with unit_of_work() as work:
            group = db.session.get_one(Group, space_id)
            work.lock(group.space)
            if group.lent_by_id == post_id:
                assign_owner(work, group, by)


def _mend(space_id: UUID, post_id: UUID, now: datetime) -> None:
    post = db.session.get_one(Post, post_id)
    units = post.unit.ancestor_ids[::-1]
    heads = db.session.scalars(
        select(Post).where(Post.unit_id.in_(units), Post.is_head.is_(True)).order_by(Post.id)
    ).all()
    speaking = answering([head.id for head in heads], now)
    for head in sorted(heads, key=lambda one: units.index(one.unit_id)):
        if speaking[head.id].speakers:
            with unit_of_work() as work:
                group = db.session.get_one(Group, space_id)
                work.lock(group.space)
                before = group.lent_by_id or post_id
                try:
                    assign_owner(work, group, head)
                except Invalid:
                    continue
                group.lent_by_id = None if head.id == before else before
            return
