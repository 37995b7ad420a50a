"""Publications in lists, what is owed of them, and what is known of one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload, undefer
from sqlalchemy.sql.base import ExecutableOption

from intranet.extensions import db
from intranet.organisation.agencies.models import Function, Post
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime
from intranet.publishing.publications.access import addressed_to
from intranet.publishing.publications.approval import submitted_to
from intranet.publishing.publications.contributed import is_before
from intranet.publishing.publications.following import followed_subjects, is_followed_by
from intranet.publishing.publications.models import (
    VOICED,
    Acknowledgement,
    Publication,
    PublicationKind,
    PublicationTopic,
    PublicationVersion,
    Recipient,
)
from intranet.publishing.publications.newest import newest_ids, sent_ids
from intranet.publishing.publications.owing import in_force, owed_by
from intranet.publishing.publications.senders import sends
from intranet.publishing.publications.versions import is_latest
from intranet.publishing.publications.voices import voiced_by


@dataclass(frozen=True)
class Item:
    """A publication in a list, with the version that readers get."""

    publication: Publication
    version: PublicationVersion


@dataclass(frozen=True)
class Asked:
    """What somebody is asked to confirm as a post; without one they came later."""

    post: Post | None
    confirmation: Acknowledgement | None


def owed(person: Person, limit: int) -> list[Item]:
    """What the person has to confirm, the first due first."""
    now = clock.now()
    ids = sent_ids(person, in_force(now), owed_by(person), order=Publication.due_on, limit=limit)
    return _read(
        _items().where(Publication.id.in_(ids)).order_by(Publication.due_on, Publication.id)
    )


def latest(
    person: Person,
    *,
    before: tuple[datetime, UUID] | None = None,
    kind: PublicationKind | None = None,
    narrowed: Sequence[ColumnElement[bool]] = (),
    kinds: Collection[PublicationKind] = VOICED,
    is_over: bool = False,
    limit: int,
) -> list[Item]:
    """What is published for the person, the newest first; pinned ones are asked for apart.

    Args:
        kinds: which count, where no `kind` is given.
        before: time and id of the last one shown.
        narrowed: further conditions on `Publication`.
        is_over: what has expired or was withdrawn, instead of what is in force.
    """
    now = clock.now()
    wanted = [~in_force(now) if is_over else in_force(now), *narrowed]
    if before:
        wanted.append(is_before(before))
    ids = newest_ids(person, *wanted, kinds=[kind] if kind else kinds, limit=limit)
    return read_in_order(ids)


def followed(
    person: Person,
    *,
    before: tuple[datetime, UUID] | None = None,
    narrowed: Sequence[ColumnElement[bool]] = (),
    leaving_out: Collection[UUID] = (),
    limit: int,
) -> list[Item]:
    """The newest of what the person follows, of any kind, within what they may read.

    Args:
        leaving_out: ids of those that stand elsewhere on the page.
    """
    if not followed_subjects(person):
        return []
    conditions = [*narrowed, is_followed_by(person), Publication.created_by_id != person.id]
    if leaving_out:
        conditions.append(Publication.id.not_in(leaving_out))
    return latest(
        person, before=before, narrowed=conditions, kinds=list(PublicationKind), limit=limit
    )


def pinned(person: Person, limit: int) -> list[Item]:
    """What is kept on top for the person, the newest first."""
    now = clock.now()
    wanted = (in_force(now), Publication.pinned_until > now)
    ids = newest_ids(person, *wanted, kinds=VOICED, limit=limit)
    return read_in_order(ids)


def in_work(
    person: Person, limit: int, narrowed: Sequence[ColumnElement[bool]] = ()
) -> Sequence[Publication]:
    """What is being written or waits for its time where the person publishes, the latest first."""
    return _drafts(limit, voiced_by(person), Publication.published_at.is_(None), *narrowed)


def to_approve(person: Person, limit: int) -> Sequence[Publication]:
    """Articles of employees that wait for the person's approval, the oldest first."""
    return _drafts(limit, submitted_to(person))[::-1]


def sent(
    person: Person,
    *,
    before: tuple[datetime, UUID] | None = None,
    narrowed: Sequence[ColumnElement[bool]] = (),
    limit: int,
) -> list[Item]:
    """What was published where the person publishes, the newest first."""
    asked = _items().where(
        voiced_by(person),
        Publication.published_at.is_not(None),
        *narrowed,
    )
    if before:
        asked = asked.where(is_before(before))
    return _read(_newest_first(asked, limit))


def is_addressed(person: Person, publication: Publication) -> bool:
    """Whether it is published and meant for the person."""
    asked = select(Publication.id).where(Publication.id == publication.id, addressed_to(person))
    return db.session.scalar(asked) is not None


def posts_sent_as(person: Person, publication: Publication) -> Sequence[UUID]:
    """Ids of the posts, in agencies where they still hold one, as which it was sent to a person."""
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
    """The id of the post that the person has held for longest."""
    return current_appointments(person.id)[0].post_id


def asked_of(person: Person, publication: Publication) -> list[Asked]:
    """What the person is asked to confirm of it: as each post, or once if they came later.

    Who sends it is asked nothing.
    """
    if not publication.has_audience:
        return [Asked(None, None)]
    if publication.due_on and sends(person, publication):
        return []
    done = {
        row.post_id: row
        for row in db.session.scalars(
            select(Acknowledgement).where(
                Acknowledgement.publication_id == publication.id,
                Acknowledgement.person_id == person.id,
            )
        )
    }
    sent_as = posts_sent_as(person, publication)
    if not sent_as:
        return [Asked(None, next(iter(done.values()), None))]
    posts = db.session.scalars(select(Post).where(Post.id.in_(sent_as)).order_by(Post.id))
    return [Asked(post, done.get(post.id)) for post in posts]


def confirmations(person: Person, publication_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When the person confirmed each of these publications as they are now, if they did."""
    rows = db.session.execute(
        select(Publication.id, func.max(Acknowledgement.acknowledged_at, type_=UTCDateTime))
        .join(Acknowledgement, Acknowledgement.publication_id == Publication.id)
        .where(
            Publication.id.in_(publication_ids),
            Acknowledgement.person_id == person.id,
            Acknowledgement.version >= Publication.confirmed_version,
        )
        .group_by(Publication.id)
    )
    return dict(rows.all())


def acknowledgement_of(person: Person, publication: Publication) -> Acknowledgement | None:
    """The person's confirmation of the earliest version, once each post of theirs has confirmed."""
    done = [one.confirmation for one in asked_of(person, publication)]
    found = [row for row in done if row is not None]
    is_whole = bool(found) and len(found) == len(done)
    return min(found, key=lambda row: row.version) if is_whole else None


def versions_now(publication_ids: Collection[UUID]) -> list[Item]:
    """Each of these with the version that readers get, its texts included."""
    asked = _items().where(Publication.id.in_(publication_ids))
    return _read(asked.options(undefer(PublicationVersion.body)))


def versions(publication: Publication) -> Sequence[PublicationVersion]:
    """Everything that was published of it, the latest first."""
    return db.session.scalars(
        select(PublicationVersion)
        .where(PublicationVersion.publication_id == publication.id)
        .options(joinedload(PublicationVersion.published_by))
        .order_by(PublicationVersion.number.desc())
    ).all()


def topics_of(publication: Publication) -> Sequence[Function]:
    """What it is about."""
    return db.session.scalars(
        select(Function)
        .join(PublicationTopic, PublicationTopic.function_code == Function.code)
        .where(PublicationTopic.publication_id == publication.id)
        .order_by(Function.code)
    ).all()


def due_ids(now: datetime) -> Sequence[UUID]:
    """Ids of what is scheduled and due, the first due first."""
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
    """Working copies, the one changed last first."""
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


def _read(asked: Select[Publication, PublicationVersion]) -> list[Item]:
    return [Item(publication, version) for publication, version in db.session.execute(asked)]


def read_in_order(ids: Sequence[UUID]) -> list[Item]:
    """Return these publications, with the version that readers get, in the order of their ids."""
    found = _read(_items().where(Publication.id.in_(ids))) if ids else []
    return sorted(found, key=lambda item: ids.index(item.publication.id))
