"""Handlers that make conversations follow spaces and posts, in the same transaction."""

from uuid import UUID

from sqlalchemy import Select, select, update

from intranet.extensions import db
from intranet.messaging.conversations.events import ConversationOpened
from intranet.messaging.conversations.models import (
    Conversation,
    ConversationKind,
    Participant,
    Place,
)
from intranet.messaging.conversations.speaker_changes import follow_posts, posts_with_conversations
from intranet.messaging.spaces.events import (
    MembersChanged,
    SpacesClosed,
    SpacesCreated,
)
from intranet.messaging.spaces.models import Space, SpaceKind
from intranet.organisation.accounts.events import EarlierTalksClosed, EarlierTalksOpened
from intranet.organisation.accounts.operations.talks_cuts import finds_talks
from intranet.organisation.agencies.events import OnwardChanged, PostsChanged, TimeZoneChanged
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.events import AbsenceChanged, AppointmentsChanged
from intranet.organisation.people.queries import in_parts
from intranet.organisation.people.speakers import posts_touched_by
from intranet.platform.core import clock
from intranet.platform.core.database import store_rows
from intranet.platform.core.ids import uuid7
from intranet.platform.core.unit_of_work import unit_of_work


def open_channels(event: SpacesCreated) -> None:
    """Open the main channels of new spaces, and announce those of groups to their members.

    New spaces of units and agencies have no members yet.
    """
    values = {"kind": ConversationKind.CHANNEL, "is_main": True, "purpose": ""}
    channels = {space_id: uuid7() for space_id in event.space_ids}
    groups = select(Space.id).where(Space.id.in_(channels), Space.kind == SpaceKind.GROUP)
    with unit_of_work() as work:
        store_rows(
            Conversation,
            [{"id": key, "space_id": space_id, **values} for space_id, key in channels.items()],
        )
        for space_id in db.session.scalars(groups):
            work.publish(ConversationOpened(channels[space_id]))


def close_channels(event: SpacesClosed) -> None:
    """Make the channels of closed spaces read-only."""
    channels = update(Conversation).where(
        Conversation.space_id.in_(event.space_ids), Conversation.archived_at.is_(None)
    )
    with unit_of_work():
        db.session.execute(channels.values(archived_at=clock.now()))


def mark_read_for_newcomers(event: MembersChanged) -> None:
    """Mark earlier messages as read for new members, who can read them."""
    joined = {change.space_id: change.joined for change in event.changes if change.joined}
    channels = db.session.execute(
        select(Conversation.id, Conversation.space_id, Conversation.last_seq).where(
            Conversation.space_id.in_(joined), Conversation.last_seq > 0
        )
    ).all()
    if not channels:
        return
    people = {person_id for some in joined.values() for person_id in some}
    places = select(Place.conversation_id, Place.person_id).where(
        Place.conversation_id.in_([channel.id for channel in channels]),
        Place.person_id.in_(people),
    )
    there = {(conversation, person) for conversation, person in db.session.execute(places)}
    with unit_of_work() as work:
        work.add(
            *(
                Place(person_id=person_id, conversation_id=channel.id, read_seq=channel.last_seq)
                for channel in channels
                for person_id in joined[channel.space_id]
                if (channel.id, person_id) not in there
            )
        )


@finds_talks
def has_talks(person_id: UUID) -> bool:
    """Return whether a person is in any direct message."""
    some = select(Participant.conversation_id).where(Participant.person_id == person_id).limit(1)
    return db.session.scalar(some) is not None


def close_earlier_talks(event: EarlierTalksClosed) -> None:
    """Close all direct messages of a person to them, of whose account others changed something."""
    mine = update(Participant).where(
        Participant.person_id == event.person_id, Participant.cut_at.is_(None)
    )
    with unit_of_work():
        db.session.execute(mine.values(cut_at=clock.now()))


def open_earlier_talks(event: EarlierTalksOpened) -> None:
    """Open a person's direct messages again, which has confirmed that the account is theirs."""
    mine = update(Participant).where(Participant.person_id == event.person_id)
    with unit_of_work():
        db.session.execute(mine.values(cut_at=None))


def follow_appointments(event: AppointmentsChanged) -> None:
    """Update the speakers of the posts of these people, and of those that they stand in for."""
    _follow(posts_touched_by(event.person_ids, clock.now()))


def follow_time_zone(event: TimeZoneChanged) -> None:
    """Update the speakers of all posts of an agency."""
    _follow(select(Post.id).where(Post.agency_id == event.agency_id))


def follow_absence(event: AbsenceChanged) -> None:
    """Update the speakers of the posts of an absent person, for whom stand-ins speak."""
    _follow(posts_touched_by([event.person_id], clock.now()))


def follow_posts_changed(event: PostsChanged) -> None:
    """Update the speakers of posts whose fallbacks may have changed. New posts have none yet."""
    for some in in_parts(event.post_ids):
        _follow(select(Post.id).where(Post.id.in_(some), Post.version > 1))


def follow_onward(event: OnwardChanged) -> None:
    """Update the speakers of these posts, and of those that lead to them.

    There may be more posts than a statement takes parameters, as where agencies are compared.
    """
    for some in in_parts(event.post_ids):
        _follow(select(Post.id).where(Post.id.in_(some)))


def _follow(post_ids: Select[UUID]) -> None:
    of_any = select(Conversation.id).where(Conversation.post_id.is_not(None)).limit(1)
    if db.session.scalar(of_any) is None:  # a cheaper query than the chains of posts
        return
    if found := posts_with_conversations(post_ids):
        with unit_of_work() as work:
            follow_posts(work, found)
