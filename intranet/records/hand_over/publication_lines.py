"""Lines of a hand-over for publications that belong to a post or that its holder scheduled."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from intranet.collaboration.questions.models import CRITERION, Criterion
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.speakers import answering
from intranet.platform.core import clock
from intranet.platform.core.dates import day
from intranet.platform.core.errors import Forbidden, Invalid
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.unit_of_work import Work
from intranet.publishing.publications.access import NO_VOICE, readable_by
from intranet.publishing.publications.announcement_models import Announcement
from intranet.publishing.publications.kinds import kind_of, of_a_post
from intranet.publishing.publications.models import ANNOUNCEMENT, Publication
from intranet.publishing.publications.queries import versions_now
from intranet.publishing.publications.view_models import name_of_space, text_of
from intranet.publishing.publications.voices import voice_like
from intranet.records.hand_over.line_kinds import (
    MAX_LINES,
    HandOverItem,
    HandOverScope,
    HandOverSection,
    LeftThing,
    LineKind,
    Way,
    declare,
    way,
)
from intranet.records.hand_over.nobody import has_left, unheld_posts, without_deputies

SCHEDULED, CONFIRMING, OF_POST = "scheduled", "confirming", "of_post"


def titles_now(rows: Collection[Publication]) -> dict[UUID, str]:
    """Return the titles of publications: as published, or of the working copy before that."""
    out = {item.publication.id: item for item in versions_now([row.id for row in rows])}
    return {
        row.id: text_of(
            out[row.id].version.title if row.id in out else row.titles, row.agency.language
        )
        for row in rows
    }


def found(*conditions: ColumnElement[bool]) -> Sequence[Publication]:
    """Return publications with what their lines show, newest first, up to the limit."""
    wanted = (
        select(Publication)
        .where(*conditions, Publication.withdrawn_at.is_(None))
        .options(
            selectinload(Publication.texts),
            joinedload(Publication.agency),
            joinedload(Publication.space),
        )
        .order_by(Publication.created_at.desc(), Publication.id)
        .limit(MAX_LINES)
    )
    return db.session.scalars(wanted).unique().all()


def readable_ids(viewer: Person, rows: Collection[Publication]) -> set[UUID]:
    """Return the ids of those publications that a person may open."""
    return known_ids(viewer, [row.id for row in rows]) if rows else set()


def known_ids(viewer: Person, ids: Collection[UUID]) -> set[UUID]:
    """Return which of these publications a person may know by name."""
    asked = select(Publication.id).where(Publication.id.in_(ids), readable_by(viewer))
    return set(db.session.scalars(asked))


def page_of(publication: Publication) -> Way:
    """Return the way to a publication's page."""
    return way(kind_of(publication).page, publication_id=publication.id)


def _items(
    scope: HandOverScope, kind: str, rows: Sequence[Publication], about: str = ""
) -> list[HandOverItem]:
    titles, open_to = titles_now(rows), readable_ids(scope.viewer, rows)
    return [
        HandOverItem(
            kind,
            row.id,
            titles[row.id] or _("Untitled"),
            about or " · ".join((str(kind_of(row).word), name_of_space(row.space))),
            page_of(row) if row.id in open_to else None,
            kind_of(row).icon,
        )
        for row in rows
    ]


def _scheduled(scope: HandOverScope) -> list[HandOverItem]:
    """Return what the leaver scheduled: it goes out only if somebody who may publish stands by it.

    One that was held because the leaver is gone is listed too.
    """
    waits = and_(
        Publication.published_at.is_(None),
        Publication.scheduled_by_id == scope.leaver.id,
        Publication.post_id == scope.post.id,
    )
    rows = found(or_(waits, Publication.id.in_(scope.settled(SCHEDULED))))
    by_id = {row.id: row for row in rows}
    return [_with_time(item, by_id[item.thing_id]) for item in _items(scope, SCHEDULED, rows)]


def _with_time(item: HandOverItem, row: Publication) -> HandOverItem:
    about = item.about
    if row.held_at and row.scheduled_at:
        about = _("Was not published on %(day)s · waits for you", day=day(row.scheduled_at))
    elif row.scheduled_at and not row.published_at:
        about = _("Goes out on %(day)s", day=day(row.scheduled_at))
    return HandOverItem(
        item.kind,
        item.thing_id,
        item.title,
        about,
        item.way,
        item.icon,
        when=None if row.published_at else row.scheduled_at,
        is_late=row.held_at is not None,
    )


def _take_scheduled(work: Work, scope: HandOverScope, publication_id: UUID) -> None:
    """Make the successor the one who scheduled it.

    Raises:
        Forbidden: they do not publish in its place.
    """
    row = work.locked(Publication, publication_id)
    if row.published_at is None:
        _schedule_as(row, scope.viewer)


def _schedule_as(row: Publication, person: Person) -> None:
    voice = voice_like(person, row.space_id, row.post_id, row.kind) or voice_like(
        person, row.space_id, kind=row.kind
    )
    if voice is None:
        raise Forbidden(NO_VOICE)
    row.scheduled_by_id, row.post_id = person.id, voice.post.id


def _scheduled_left(agency: Agency) -> list[LeftThing]:
    """Return what people scheduled who no longer hold the post that they scheduled it for."""
    held, earlier = aliased(Appointment), aliased(Appointment)
    now = clock.now()
    holds = exists().where(
        held.post_id == Publication.post_id,
        held.person_id == Publication.scheduled_by_id,
        or_(held.until.is_(None), held.until > now),
    )
    held_once = exists().where(
        earlier.post_id == Publication.post_id,
        earlier.person_id == Publication.scheduled_by_id,
    )
    rows = found(
        Publication.agency_id == agency.id,
        Publication.published_at.is_(None),
        Publication.scheduled_by_id.is_not(None),
        or_(and_(held_once, ~holds), has_left(Publication.scheduled_by_id, agency)),
    )
    titles = titles_now(rows)
    return [
        LeftThing(SCHEDULED, row.id, titles[row.id], person_id=row.scheduled_by_id) for row in rows
    ]


def _give_scheduled(work: Work, publication_id: UUID, post: Post, _actor: Person) -> None:
    row = work.locked(Publication, publication_id)
    for person in answering([post.id], clock.now())[post.id].people:
        if voice_like(person, row.space_id, kind=row.kind):
            _schedule_as(row, person)
            return
    raise Invalid({"post": _l("Nobody in this post may publish there. Choose another post.")})


def _confirming(scope: HandOverScope) -> list[HandOverItem]:
    """Return the post's announcements whose confirmations still come in."""
    today = clock.today(scope.post.unit.agency.time_zone)
    runs = exists().where(
        Announcement.publication_id == Publication.id, Announcement.due_on >= today
    )
    rows = found(
        Publication.kind == ANNOUNCEMENT,
        or_(
            and_(
                Publication.post_id == scope.post.id,
                Publication.published_at.is_not(None),
                runs,
            ),
            Publication.id.in_(scope.settled(CONFIRMING)),
        ),
    )
    due = {row.id: row.announcement.due_on for row in rows}
    return [
        HandOverItem(
            one.kind,
            one.thing_id,
            one.title,
            _("People confirm that they have read it"),
            one.way,
            one.icon,
            day=due[one.thing_id],
        )
        for one in _items(scope, CONFIRMING, rows)
    ]


def _of_post(scope: HandOverScope) -> list[HandOverItem]:
    """Return initiatives, models and criteria of the post."""
    rows = found(
        Publication.kind.in_(of_a_post()),
        or_(Publication.post_id == scope.post.id, Publication.id.in_(scope.settled(OF_POST))),
    )
    reviews = _reviews([row.id for row in rows if row.kind == CRITERION])
    return [
        HandOverItem(
            one.kind,
            one.thing_id,
            one.title,
            _("Criterion to review") if one.thing_id in reviews else one.about,
            one.way,
            one.icon,
            day=reviews.get(one.thing_id),
        )
        for one in _items(scope, OF_POST, rows)
    ]


def _reviews(ids: Collection[UUID]) -> dict[UUID, date | None]:
    rows = db.session.execute(
        select(Criterion.publication_id, Criterion.review_on).where(
            Criterion.publication_id.in_(ids),
            Criterion.review_on.is_not(None),
            Criterion.outdated_at.is_(None),
        )
    )
    return dict(rows.all()) if ids else {}


def _take_of_post(work: Work, scope: HandOverScope, publication_id: UUID) -> None:
    """Pass a thing of an ended post to the post that receives it; else it stays where it is."""
    row = work.locked(Publication, publication_id)
    if scope.moves and scope.heir and row.post_id == scope.post.id:
        _own(row, scope.heir)


def _own(row: Publication, post: Post) -> None:
    row.post_id, row.agency_id = post.id, post.agency_id


def _of_post_left(agency: Agency) -> list[LeftThing]:
    rows = found(
        Publication.agency_id == agency.id,
        Publication.kind.in_(of_a_post()),
        Publication.post_id.in_(unheld_posts(agency)),
    )
    titles = titles_now(rows)
    things = [
        LeftThing(OF_POST, row.id, titles[row.id], post_id=row.post_id, way=page_of(row))
        for row in rows
    ]
    return without_deputies(things, agency)


def _give_of_post(work: Work, publication_id: UUID, post: Post, _actor: Person) -> None:
    _own(work.locked(Publication, publication_id), post)


declare(
    LineKind(
        name=SCHEDULED,
        word=_l("Scheduled publication"),
        icon="calendar-clock",
        section=HandOverSection.PUBLISHED,
        lines=_scheduled,
        take=_take_scheduled,
        left=_scheduled_left,
        seen=known_ids,
        give=_give_scheduled,
    )
)
declare(
    LineKind(
        name=CONFIRMING,
        word=_l("Required reading"),
        icon="file-check",
        section=HandOverSection.PUBLISHED,
        lines=_confirming,
        seen=known_ids,
    )
)
declare(
    LineKind(
        name=OF_POST,
        word=_l("Initiative, model or criterion"),
        icon="rocket",
        lines=_of_post,
        take=_take_of_post,
        left=_of_post_left,
        seen=known_ids,
        give=_give_of_post,
    )
)
