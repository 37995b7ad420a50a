"""Lines of a hand-over for messages that the leaver scheduled in the name of the post."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from intranet.delivery.files.models import File
from intranet.extensions import db
from intranet.messaging.conversations.access import readable_among
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.scheduled import ScheduledMessage
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Person
from intranet.organisation.people.speakers import answering
from intranet.platform.core import clock
from intranet.platform.core.dates import day
from intranet.platform.core.errors import Forbidden, Invalid
from intranet.platform.core.html import plain_text
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.unit_of_work import Work
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
from intranet.records.hand_over.nobody import has_left

MESSAGE = "message"
PREVIEW_CHARACTERS = 80


def _scheduled(scope: HandOverScope) -> list[HandOverItem]:
    """Return messages to those who write to the post, in its name; nothing of direct messages."""
    rows = _where(
        or_(
            (ScheduledMessage.author_id == scope.leaver.id)
            & (Conversation.post_id == scope.post.id)
            & or_(ScheduledMessage.post_id == scope.post.id, ScheduledMessage.post_id.is_(None)),
            ScheduledMessage.id.in_(scope.settled(MESSAGE)),
        )
    )
    open_to = readable_among(scope.viewer, [row.conversation_id for row in rows])
    return [
        HandOverItem(
            MESSAGE,
            row.id,
            plain_text(row.body)[:PREVIEW_CHARACTERS]
            if row.conversation_id in open_to
            else _("Scheduled message"),
            _("Was not sent on %(day)s", day=day(row.send_at))
            if row.failed_at
            else _("Goes out on %(day)s", day=day(row.send_at)),
            way("messages.index", conversation_id=row.conversation_id)
            if row.conversation_id in open_to
            else None,
            "clock",
            when=row.send_at,
            is_late=row.failed_at is not None,
        )
        for row in rows
    ]


def _where(condition: ColumnElement[bool]) -> Sequence[ScheduledMessage]:
    wanted = (
        select(ScheduledMessage)
        .join(Conversation, Conversation.id == ScheduledMessage.conversation_id)
        .where(condition)
        .order_by(ScheduledMessage.send_at, ScheduledMessage.id)
        .limit(MAX_LINES)
    )
    return db.session.scalars(wanted).all()


def _take(work: Work, scope: HandOverScope, scheduled_id: UUID) -> None:
    row = work.locked(ScheduledMessage, scheduled_id)
    if row.author_id == scope.leaver.id:
        _write_as(row, scope.viewer)


def _write_as(row: ScheduledMessage, person: Person) -> None:
    """Make a person the author of a scheduled message, with the files that go with it.

    Raises:
        Forbidden: they do not answer there.
    """
    if row.conversation_id not in readable_among(person, [row.conversation_id]):
        raise Forbidden
    row.author_id = person.id
    for held in row.files:
        db.session.get_one(File, held.file_id).owner_id = person.id


def _left(agency: Agency) -> list[LeftThing]:
    """Return messages in talks of the agency's posts, scheduled by people who have left it."""
    posts = select(Post.id).where(Post.agency_id == agency.id)
    rows = _where(
        Conversation.post_id.in_(posts)
        & has_left(ScheduledMessage.author_id, agency)
        & (ScheduledMessage.post_id == Conversation.post_id)
    )
    return [
        LeftThing(
            MESSAGE,
            row.id,
            _("Message for %(day)s", day=day(row.send_at)),
            person_id=row.author_id,
        )
        for row in rows
    ]


def _give(work: Work, scheduled_id: UUID, post: Post, _actor: Person) -> None:
    row = work.locked(ScheduledMessage, scheduled_id)
    for person in answering([post.id], clock.now())[post.id].people:
        if row.conversation_id in readable_among(person, [row.conversation_id]):
            _write_as(row, person)
            return
    raise Invalid({"post": _l("Nobody in this post answers there. Choose another post.")})


declare(
    LineKind(
        name=MESSAGE,
        word=_l("Scheduled message"),
        icon="clock",
        section=HandOverSection.PUBLISHED,
        lines=_scheduled,
        take=_take,
        left=_left,
        give=_give,
    )
)
