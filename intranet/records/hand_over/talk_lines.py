"""Lines of a hand-over for the open talks with a post, unanswered ones first."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from intranet.extensions import db
from intranet.messaging.conversations.access import readable_among
from intranet.messaging.conversations.models import Conversation, Participant
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.queries import last_messages
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Person
from intranet.organisation.people.vacancy_readers import reading
from intranet.platform.core import clock
from intranet.platform.core.html import plain_text
from intranet.platform.core.i18n import _, _l
from intranet.publishing.publications.view_models import text_of
from intranet.records.hand_over.line_kinds import (
    MAX_LINES,
    HandOverItem,
    HandOverScope,
    HandOverSection,
    LeftThing,
    LineKind,
    declare,
    way,
)
from intranet.records.hand_over.nobody import unheld_posts

TALK, UNREAD_POST = "talk", "post"
OPEN_FOR = timedelta(days=90)
"""A talk is open if somebody wrote in it within these days, or nobody has answered yet."""
COUNTED_FOR = timedelta(days=90)
MAX_WRITERS = 5
PREVIEW_CHARACTERS = 140


def _talks(scope: HandOverScope) -> list[HandOverItem]:
    rows = db.session.scalars(
        select(Conversation)
        .where(
            or_(
                Conversation.post_id == scope.post.id,
                Conversation.id.in_(scope.settled(TALK)),
            ),
            Conversation.last_message_at.is_not(None),
        )
        .options(selectinload(Conversation.participants))
        .order_by(Conversation.last_message_at.desc(), Conversation.id)
        .limit(MAX_LINES)
    ).all()
    ids = [row.id for row in rows]
    last, open_to = last_messages(ids), readable_among(scope.viewer, ids)
    since, found = clock.now() - OPEN_FOR, []
    for row in rows:
        waits = _waits(row, last.get(row.id))
        is_fresh = row.last_message_at is not None and row.last_message_at >= since
        if waits or is_fresh or row.id in scope.settled(TALK):
            found.append(_item(row, last.get(row.id), waits=waits, is_open=row.id in open_to))
    return sorted(found, key=lambda one: not one.is_late)


def _waits(row: Conversation, message: Message | None) -> bool:
    """Return whether the last word is that of someone who wrote to the post."""
    return message is not None and message.post_id != row.post_id


def _item(
    row: Conversation, message: Message | None, *, waits: bool, is_open: bool
) -> HandOverItem:
    said = ""
    if is_open and message and not message.deleted_at:
        said = plain_text(message.said)[:PREVIEW_CHARACTERS]
    return HandOverItem(
        TALK,
        row.id,
        ", ".join(one.person.name for one in row.participants),
        said or (_("Waits for an answer") if waits else _("Answered")),
        way("messages.index", conversation_id=row.id) if is_open else None,
        "message-square",
        when=row.last_message_at if waits else None,
        is_late=waits,
    )


def _seen(viewer: Person, ids: Collection[UUID]) -> Collection[UUID]:
    """Return the talks that a person reads; the name of one says who wrote."""
    return readable_among(viewer, list(ids))


def frequent_writers(post: Post) -> Sequence[tuple[Person, int]]:
    """Return who writes to a post most, with their messages in a month, most first."""
    counted = (
        select(Message.author_id, func.count().label("number"))
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(
            Participant,
            (Participant.conversation_id == Conversation.id)
            & (Participant.person_id == Message.author_id),
        )
        .where(
            Conversation.post_id == post.id,
            Message.created_at >= clock.now() - COUNTED_FOR,
            Message.deleted_at.is_(None),
        )
        .group_by(Message.author_id)
        .order_by(func.count().desc(), Message.author_id)
        .limit(MAX_WRITERS)
        .subquery()
    )
    rows = db.session.execute(
        select(Person, counted.c.number)
        .join(counted, counted.c.author_id == Person.id)
        .order_by(counted.c.number.desc(), Person.sort_key)
    ).all()
    months = COUNTED_FOR.days // 30
    return [(person, max(1, round(number / months))) for person, number in rows]


def _unread_posts(agency: Agency) -> list[LeftThing]:
    """Return the posts that have talks and whose messages nobody reads."""
    posts = db.session.scalars(
        select(Post)
        .where(
            Post.id.in_(unheld_posts(agency)),
            Post.id.in_(select(Conversation.post_id).where(Conversation.post_id.is_not(None))),
            or_(Post.valid_to.is_(None), Post.valid_to >= clock.today(agency.time_zone)),
        )
        .order_by(Post.sort_key, Post.id)
        .limit(MAX_LINES)
    ).all()
    nobody = _without_readers(posts)
    return [_unread(post, agency) for post in posts if post.id in nobody]


def _without_readers(posts: Collection[Post]) -> set[UUID]:
    found = reading([post.id for post in posts], clock.now(), posts)
    return {post_id for post_id, answer in found.items() if not answer.people}


def _unread(post: Post, agency: Agency) -> LeftThing:
    return LeftThing(
        UNREAD_POST,
        post.id,
        text_of(post.title, agency.language),
        post_id=post.id,
        way=way("directory.post", post_id=post.id),
    )


declare(
    LineKind(
        name=TALK,
        word=_l("Messages to the post"),
        icon="message-square",
        section=HandOverSection.TALKS,
        lines=_talks,
        seen=_seen,
    )
)
declare(
    LineKind(
        name=UNREAD_POST,
        word=_l("Post whose messages nobody reads"),
        icon="stamp",
        left=_unread_posts,
        give_words=_l("Name a post that answers"),
        give_at="admin.posts",
    )
)
