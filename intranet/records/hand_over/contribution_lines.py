"""Lines of a hand-over for questions, events, polls and ideas boxes."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from intranet.collaboration.events.models import EVENT, Event, EventOccurrence
from intranet.collaboration.ideas.models import Idea, IdeaBox
from intranet.collaboration.polls.models import POLL, Poll
from intranet.collaboration.questions.models import (
    QUESTION,
    Question,
    QuestionRoute,
    QuestionState,
)
from intranet.extensions import db
from intranet.messaging.spaces.access import joined_by, visible_to
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Person
from intranet.organisation.people.speakers import answering
from intranet.platform.core import clock
from intranet.platform.core.dates import day
from intranet.platform.core.errors import Forbidden, Invalid
from intranet.platform.core.i18n import _, _l, ngettext
from intranet.platform.core.types import UTCDateTime
from intranet.platform.core.unit_of_work import Work
from intranet.publishing.publications.access import readers_among
from intranet.publishing.publications.models import Publication
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
from intranet.records.hand_over.nobody import has_left, unheld_posts, without_deputies
from intranet.records.hand_over.publication_lines import (
    found,
    known_ids,
    page_of,
    readable_ids,
    titles_now,
)

TO_ANSWER, OWN, BOX = "to_answer", "own", "box"
OPEN = (QuestionState.OPEN, QuestionState.ANSWERED)


def _to_answer(scope: HandOverScope) -> list[HandOverItem]:
    """Return questions to the post, or to its leaver in it, that wait for an answer.

    What was asked of the leaver alone is shown only to those who may read it.
    """
    asked = exists().where(
        QuestionRoute.publication_id == Publication.id,
        QuestionRoute.person_id == scope.leaver.id,
        QuestionRoute.post_id == scope.post.id,
        QuestionRoute.answered_at.is_(None),
        QuestionRoute.declined_at.is_(None),
    )
    waits = exists().where(
        Question.publication_id == Publication.id, Question.state == QuestionState.OPEN
    )
    to_post = exists().where(
        Question.publication_id == Publication.id, Question.post_id == scope.post.id
    )
    rows = found(
        Publication.kind == QUESTION,
        Publication.published_at.is_not(None),
        or_(and_(waits, or_(asked, to_post)), Publication.id.in_(scope.settled(TO_ANSWER))),
    )
    open_to, titles = readable_ids(scope.viewer, rows), titles_now(rows)
    return [
        HandOverItem(
            TO_ANSWER,
            row.id,
            titles[row.id],
            _("Question of %(day)s without an answer", day=day(row.published_at)),
            page_of(row),
            "circle-question-mark",
            when=row.published_at,
            is_late=True,
        )
        for row in rows
        if row.published_at and row.id in open_to
    ]


def _take_question(work: Work, scope: HandOverScope, publication_id: UUID) -> None:
    """Ask the successor instead of the leaver."""
    publication = work.locked(Publication, publication_id)
    if not readers_among(publication, [scope.viewer.id]):
        raise Forbidden
    work.add_unless_there(
        QuestionRoute,
        {
            "publication_id": publication_id,
            "person_id": scope.viewer.id,
            "post_id": (scope.heir or scope.post).id,
            "round": 1,
            "reasons": [],
            "is_counted": False,
            "asked_at": clock.now(),
        },
    )
    before = db.session.get(QuestionRoute, (publication_id, scope.leaver.id))
    if before and before.is_waiting and scope.leaver.id != scope.viewer.id:
        before.declined_at = clock.now()


def _runs() -> ColumnElement[bool]:
    """Return the condition for what still goes on: an event to come, an open poll or question."""
    now = clock.now()
    to_come = exists().where(
        EventOccurrence.publication_id == Publication.id,
        EventOccurrence.ends_at > now,
        EventOccurrence.cancelled_at.is_(None),
        exists().where(Event.publication_id == Publication.id, Event.cancelled_at.is_(None)),
    )
    polled = exists().where(
        Poll.publication_id == Publication.id,
        Poll.closed_at.is_(None),
        or_(Poll.closes_at.is_(None), Poll.closes_at > now),
    )
    asked = exists().where(Question.publication_id == Publication.id, Question.state.in_(OPEN))
    return and_(
        Publication.published_at.is_not(None),
        Publication.published_by_id.is_not(None),  # who asked without a name stays unnamed
        or_(
            and_(Publication.kind == EVENT, to_come),
            and_(Publication.kind == POLL, polled),
            and_(Publication.kind == QUESTION, asked),
        ),
    )


def _own(scope: HandOverScope) -> list[HandOverItem]:
    """Return what the leaver began in the post and what still goes on: they alone answer for it."""
    mine = and_(
        _runs(),
        Publication.created_by_id == scope.leaver.id,
        Publication.post_id == scope.post.id,
    )
    rows = found(or_(mine, Publication.id.in_(scope.settled(OWN))))
    open_to, titles, ends = readable_ids(scope.viewer, rows), titles_now(rows), _ends(rows)
    words = {EVENT: _("Event"), POLL: _("Poll"), QUESTION: _("Own question, still open")}
    icons = {EVENT: "calendar", POLL: "vote", QUESTION: "circle-question-mark"}
    return [
        HandOverItem(
            OWN,
            row.id,
            titles[row.id],
            words[row.kind],
            page_of(row),
            icons[row.kind],
            when=ends.get(row.id),
        )
        for row in rows
        if row.id in open_to
    ]


def _ends(rows: Sequence[Publication]) -> dict[UUID, datetime | None]:
    """Return when each event begins next and each poll closes."""
    ids = [row.id for row in rows]
    if not ids:
        return {}
    begins = (
        select(
            EventOccurrence.publication_id,
            func.min(EventOccurrence.starts_at, type_=UTCDateTime),
        )
        .where(EventOccurrence.publication_id.in_(ids), EventOccurrence.ends_at > clock.now())
        .group_by(EventOccurrence.publication_id)
    )
    closes = select(Poll.publication_id, Poll.closes_at).where(
        Poll.publication_id.in_(ids), Poll.closes_at.is_not(None)
    )
    return {**dict(db.session.execute(begins).all()), **dict(db.session.execute(closes).all())}


def _take_own(work: Work, scope: HandOverScope, publication_id: UUID) -> None:
    """Make the successor the one who answers for it: they change it, close it, call it off.

    Raises:
        Forbidden: they are not in its space.
    """
    row = work.locked(Publication, publication_id)
    if row.created_by_id == scope.leaver.id:
        _own_by(row, scope.viewer, scope.heir or scope.post)


def _own_by(row: Publication, person: Person, post: Post) -> None:
    is_in = select(Space.id).where(Space.id == row.space_id, joined_by(person))
    if db.session.scalar(is_in) is None:
        raise Forbidden(
            _l("You are not a member of the space that this belongs to. Join it first.")
        )
    row.created_by_id, row.post_id, row.agency_id = person.id, post.id, post.agency_id


def _own_left(agency: Agency) -> list[LeftThing]:
    rows = found(
        Publication.agency_id == agency.id, _runs(), has_left(Publication.created_by_id, agency)
    )
    titles = titles_now(rows)
    return [
        LeftThing(OWN, row.id, titles[row.id], person_id=row.created_by_id, way=page_of(row))
        for row in rows
    ]


def _give_own(work: Work, publication_id: UUID, post: Post, _actor: Person) -> None:
    row = work.locked(Publication, publication_id)
    for person in answering([post.id], clock.now())[post.id].people:
        try:
            _own_by(row, person, post)
        except Forbidden:
            continue
        return
    raise Invalid(
        {"post": _l("Nobody in this post is a member of that space. Choose another post.")}
    )


def _boxes(scope: HandOverScope) -> list[HandOverItem]:
    rows = _boxes_where(or_(IdeaBox.post_id == scope.post.id, IdeaBox.id.in_(scope.settled(BOX))))
    counted = (
        select(Idea.box_id, func.count(), func.min(Idea.due_at, type_=UTCDateTime))
        .where(Idea.box_id.in_([row.id for row in rows]), Idea.answered_at.is_(None))
        .group_by(Idea.box_id)
    )
    waiting = {row[0]: (row[1], row[2]) for row in db.session.execute(counted)}
    return [
        HandOverItem(
            BOX,
            row.id,
            row.name,
            ngettext(
                "%(num)s idea without an answer",
                "%(num)s ideas without an answer",
                waiting.get(row.id, (0, None))[0],
            ),
            way("ideas.index"),
            "lightbulb",
            when=waiting.get(row.id, (0, None))[1],
        )
        for row in rows
    ]


def _boxes_where(condition: ColumnElement[bool]) -> Sequence[IdeaBox]:
    wanted = (
        select(IdeaBox)
        .join(Space, Space.id == IdeaBox.space_id)
        .where(IdeaBox.closed_at.is_(None), condition)
        .options(joinedload(IdeaBox.space))
        .order_by(IdeaBox.name, IdeaBox.id)
        .limit(MAX_LINES)
    )
    return db.session.scalars(wanted).all()


def _take_box(work: Work, scope: HandOverScope, box_id: UUID) -> None:
    row = work.locked(IdeaBox, box_id)
    if scope.moves and scope.heir and row.post_id == scope.post.id:
        row.post_id = scope.heir.id


def _boxes_left(agency: Agency) -> list[LeftThing]:
    rows = _boxes_where(
        and_(Space.agency_id == agency.id, IdeaBox.post_id.in_(unheld_posts(agency)))
    )
    things = [LeftThing(BOX, row.id, row.name, post_id=row.post_id) for row in rows]
    return without_deputies(things, agency)


def _boxes_seen(viewer: Person, ids: Collection[UUID]) -> set[UUID]:
    spaces = select(Space.id).where(visible_to(viewer))
    seen = select(IdeaBox.id).where(IdeaBox.id.in_(ids), IdeaBox.space_id.in_(spaces))
    return set(db.session.scalars(seen))


def _give_box(work: Work, box_id: UUID, post: Post, _actor: Person) -> None:
    work.locked(IdeaBox, box_id).post_id = post.id


declare(
    LineKind(
        name=TO_ANSWER,
        word=_l("Question"),
        icon="circle-question-mark",
        section=HandOverSection.TALKS,
        lines=_to_answer,
        take=_take_question,
    )
)
declare(
    LineKind(
        name=OWN,
        word=_l("Event, poll or own question"),
        icon="calendar",
        lines=_own,
        take=_take_own,
        left=_own_left,
        seen=known_ids,
        give=_give_own,
    )
)
declare(
    LineKind(
        name=BOX,
        word=_l("Ideas box"),
        icon="lightbulb",
        lines=_boxes,
        take=_take_box,
        left=_boxes_left,
        seen=_boxes_seen,
        give=_give_box,
    )
)
