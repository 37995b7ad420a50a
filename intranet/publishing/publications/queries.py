"""Queries for lists of publications, required reading, and details of a publication."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import joinedload, undefer
from sqlalchemy.sql.base import ExecutableOption

from intranet.extensions import db
from intranet.organisation.agencies.models import Function, Post
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core.types import NOW, ago, among, id_parameter
from intranet.publishing.publications import kinds
from intranet.publishing.publications.access import addressed_to
from intranet.publishing.publications.announcement_models import (
    Announcement,
    Recipient,
)
from intranet.publishing.publications.approval import submitted_to
from intranet.publishing.publications.contributed import is_before
from intranet.publishing.publications.following import (
    followed_subjects,
    followed_values,
    is_followed,
)
from intranet.publishing.publications.models import (
    ANNOUNCEMENT,
    VOICED,
    Publication,
    PublicationTopic,
    PublicationVersion,
)
from intranet.publishing.publications.newest import newest_ids, newest_ids_among, sent_ids
from intranet.publishing.publications.required_reading import in_force, is_required
from intranet.publishing.publications.versions import is_latest
from intranet.publishing.publications.voices import voiced_by

NEWS_FOR = timedelta(days=21)


@dataclass(frozen=True)
class PublicationItem:
    """A publication in a list, with the version that readers see."""

    publication: Publication
    version: PublicationVersion


def required_reading(person: Person, limit: int) -> list[PublicationItem]:
    """List what the person has to confirm, the first due first."""
    return read_in_order(required_ids(person, limit))


def required_ids(person: Person, limit: int) -> list[UUID]:
    """List the ids of what the person has to confirm, the first due first."""
    return sent_ids(person, is_required, order=Announcement.due_on, limit=limit)


def latest(
    person: Person,
    *,
    before: tuple[datetime, UUID] | None = None,
    kind: str | None = None,
    narrowed: Sequence[ColumnElement[bool]] = (),
    kinds: Sequence[str] = VOICED,
    is_over: bool = False,
    limit: int,
) -> list[PublicationItem]:
    """List what is published for the person, the newest first, pinned or not.

    Args:
        kinds: the kinds to include if no `kind` is given.
        before: time and id of the last one shown.
        narrowed: further conditions on `Publication`.
        is_over: list what has expired or was withdrawn, instead of what is in force.
    """
    wanted = [kind] if kind else kinds
    if not narrowed and before is None:
        usual = _is_over if is_over else _is_in_force
        return read_in_order(newest_ids(person, usual, kinds=wanted, limit=limit))
    narrow = [~in_force(NOW) if is_over else in_force(NOW), *narrowed]
    if before:
        narrow.append(is_before(before))
    return read_in_order(newest_ids_among(person, *narrow, kinds=wanted, limit=limit))


def _is_in_force() -> Sequence[ColumnElement[bool]]:
    return (in_force(NOW),)


def _is_over() -> Sequence[ColumnElement[bool]]:
    return (~in_force(NOW),)


def followed(
    person: Person,
    *,
    before: tuple[datetime, UUID] | None = None,
    narrowed: Sequence[ColumnElement[bool]] = (),
    limit: int,
) -> list[PublicationItem]:
    """List the newest of what the person follows and may read, of any kind."""
    if not narrowed and before is None:
        return read_in_order(followed_ids(person, limit=limit))
    if not followed_subjects(person):
        return []
    narrow = [*_is_new(), *narrowed]
    if before:
        narrow.append(is_before(before))
    given = followed_values(person) | {"known_ids": []}
    wanted = kinds.names()
    return read_in_order(newest_ids_among(person, *narrow, kinds=wanted, limit=limit, **given))


def followed_ids(
    person: Person, *, leaving_out: Collection[UUID] = (), limit: int
) -> Sequence[UUID]:
    """List the ids of the newest of what the person follows, without those shown elsewhere."""
    if not followed_subjects(person):
        return ()
    given = followed_values(person) | {"known_ids": list(leaving_out)}
    return newest_ids(person, _is_new, kinds=kinds.names(), limit=limit, **given)


def _is_new() -> Sequence[ColumnElement[bool]]:
    """Return the conditions of `followed`; what others wrote and is not shown yet."""
    return (
        in_force(NOW),
        is_followed(),
        Publication.created_by_id != id_parameter("person_id"),
        ~among(Publication.id, "known_ids"),
    )


def pinned(person: Person, limit: int) -> list[PublicationItem]:
    """List what is pinned for the person, the newest first."""
    return read_in_order(pinned_ids(person, limit))


def pinned_ids(person: Person, limit: int) -> list[UUID]:
    """List the ids of what is pinned for the person, the newest first."""
    return newest_ids(person, _is_pinned, kinds=VOICED, limit=limit)


def lately_announced_ids(person: Person, limit: int) -> list[UUID]:
    """List the ids of the last weeks' announcements to the person in force, the newest first."""
    return newest_ids(person, _is_of_last_weeks, kinds=[ANNOUNCEMENT], limit=limit)


def _is_of_last_weeks() -> Sequence[ColumnElement[bool]]:
    return in_force(NOW), Publication.published_at > ago(NEWS_FOR)


def _is_pinned() -> Sequence[ColumnElement[bool]]:
    return in_force(NOW), Publication.pinned_until > NOW


def in_work(
    person: Person, limit: int, narrowed: Sequence[ColumnElement[bool]] = ()
) -> Sequence[Publication]:
    """List drafts and scheduled publications where the person publishes, the last changed first."""
    return _drafts(limit, voiced_by(person), Publication.published_at.is_(None), *narrowed)


def to_approve(person: Person, limit: int) -> Sequence[Publication]:
    """List articles of employees that wait for the person's approval, the oldest first."""
    return _drafts(limit, submitted_to(person))[::-1]


def sent(
    person: Person,
    *,
    before: tuple[datetime, UUID] | None = None,
    narrowed: Sequence[ColumnElement[bool]] = (),
    limit: int,
) -> list[PublicationItem]:
    """List what was published where the person publishes, the newest first."""
    asked = _items().where(
        voiced_by(person),
        Publication.published_at.is_not(None),
        *narrowed,
    )
    if before:
        asked = asked.where(is_before(before))
    return _read(_newest_first(asked, limit))


def is_addressed(person: Person, publication: Publication) -> bool:
    """Return whether the publication is published and reaches the person."""
    asked = select(Publication.id).where(Publication.id == publication.id, addressed_to(person))
    return db.session.scalar(asked) is not None


def posts_sent_as(person: Person, publication: Publication) -> Sequence[UUID]:
    """List the ids of the person's posts that received a publication.

    Posts in agencies where the person holds no post today are left out.
    """
    return db.session.scalars(
        select(Recipient.post_id)
        .where(
            Recipient.publication_id == publication.id,
            Recipient.person_id == person.id,
            Recipient.agency_id.in_(own_agency_ids(person)),
        )
        .order_by(Recipient.post_id)
    ).all()


def first_post(person: Person) -> UUID:
    """Return the id of the post that the person has held for longest."""
    return current_appointments(person.id)[0].post_id


def versions_now(publication_ids: Collection[UUID]) -> list[PublicationItem]:
    """Return each of these publications with the version that readers see, its texts included."""
    asked = _items().where(Publication.id.in_(publication_ids))
    return _read(asked.options(undefer(PublicationVersion.body)))


def versions(publication: Publication) -> Sequence[PublicationVersion]:
    """List the versions of a publication, the latest first."""
    return db.session.scalars(
        select(PublicationVersion)
        .where(PublicationVersion.publication_id == publication.id)
        .options(joinedload(PublicationVersion.published_by))
        .order_by(PublicationVersion.number.desc())
    ).all()


def has_topic(code: str) -> ColumnElement[bool]:
    """Return the condition on `Publication` that it has a topic."""
    return exists().where(
        PublicationTopic.publication_id == Publication.id, PublicationTopic.function_code == code
    )


def topics_of(publication: Publication) -> Sequence[Function]:
    """List the topics of a publication."""
    return db.session.scalars(
        select(Function)
        .join(PublicationTopic, PublicationTopic.function_code == Function.code)
        .where(PublicationTopic.publication_id == publication.id)
        .order_by(Function.code)
    ).all()


def due_ids(now: datetime) -> Sequence[UUID]:
    """List the ids of scheduled publications that are due, the first due first."""
    return db.session.scalars(
        select(Publication.id)
        .where(
            Publication.scheduled_at <= now,
            Publication.scheduled_by_id.is_not(None),
            Publication.published_at.is_(None),
            Publication.held_at.is_(None),
        )
        .order_by(Publication.scheduled_at, Publication.id)
    ).all()


def _drafts(limit: int, *wanted: ColumnElement[bool]) -> Sequence[Publication]:
    """List working copies, the last changed first."""
    asked = (
        select(Publication)
        .where(*wanted)
        .options(joinedload(Publication.texts), *_frame())
        .order_by(Publication.updated_at.desc(), Publication.id.desc())
        .limit(limit)
    )
    return db.session.scalars(asked).unique().all()


def _newest_first(
    asked: Select[Publication, PublicationVersion], limit: int
) -> Select[Publication, PublicationVersion]:
    order = (Publication.published_at.desc(), Publication.id.desc())
    return asked.order_by(*order).limit(limit)


def _items() -> Select[Publication, PublicationVersion]:
    return (
        select(Publication, PublicationVersion)
        .join(PublicationVersion, is_latest())
        .options(*_frame())
    )


def _frame() -> list[ExecutableOption]:
    return [
        joinedload(Publication.post, innerjoin=True).joinedload(Post.unit, innerjoin=True),
        joinedload(Publication.published_by),
        joinedload(Publication.space, innerjoin=True),
    ]


def _read(asked: Select[Publication, PublicationVersion]) -> list[PublicationItem]:
    return [
        PublicationItem(publication, version) for publication, version in db.session.execute(asked)
    ]


def read_in_order(ids: Sequence[UUID]) -> list[PublicationItem]:
    """Return these publications, with the version that readers see, in the order of their ids."""
    if not ids:
        return []
    rows = db.session.execute(_items_with_ids(), {"ids": list(ids)})
    found = {publication.id: PublicationItem(publication, version) for publication, version in rows}
    return [found[row_id] for row_id in ids if row_id in found]


@cache
def _items_with_ids() -> Select[Publication, PublicationVersion]:
    return _items().where(among(Publication.id, "ids"))
