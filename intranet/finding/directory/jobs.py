"""Jobs that index appointments, posts and units that begin or end by date."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from intranet.extensions import db
from intranet.finding.directory.index_documents import DirectoryAgencyTags
from intranet.finding.directory.indexing import (
    BATCH_SIZE,
    KEYS,
    MADE,
    write,
    write_people,
    write_posts,
    write_queued,
)
from intranet.finding.directory.queued import queued_among
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.people.models import Appointment
from intranet.platform.core import clock
from intranet.platform.core.one_instant import one_instant
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.platform.index.operations import same_as_stored

# Days begin at different instants in each zone, and a site may have been down for a night.
LOOK_BACK = timedelta(days=2)


def write_all_queued() -> None:
    """Write all queued documents, such as those of an interrupted import."""
    while write_queued():
        db.session.remove()


def follow_dates() -> None:
    """Index what began or ended by its date since the day before yesterday."""
    last = clock.now().date() + timedelta(days=1)
    first = last - LOOK_BACK - timedelta(days=1)
    appointed = db.session.execute(
        select(Appointment.person_id, Appointment.post_id).where(
            or_(
                Appointment.starts_on.between(first, last), Appointment.ends_on.between(first, last)
            )
        )
    ).all()
    posts = db.session.scalars(select(Post.id).where(Post.valid_to.between(first, last))).all()
    units = db.session.scalars(select(Unit.id).where(Unit.valid_to.between(first, last))).all()
    write_people({row.person_id for row in appointed})
    write_posts({*posts, *(row.post_id for row in appointed)})
    write(DocumentKind.UNIT, units)


@dataclass(frozen=True)
class Differences:
    """How many documents of a kind are missing, wrong or obsolete in the index."""

    kind: DocumentKind
    count: int


def reconcile(*, repair: bool) -> list[Differences]:
    """Compare the index with the directory, and return the differences by kind.

    Documents that are queued to be written are passed over.

    Args:
        repair: also correct the index.
    """
    found = []
    for kind in MADE:
        wrong = 0
        key = KEYS[kind]
        for some in _slices(key):
            wrong += _settle(kind, _differing(kind, some), repair=repair)
        for some in _slices(SearchDocument.subject_id, kind):
            wrong += _settle(kind, _obsolete(kind, some), repair=repair)
        if wrong:
            found.append(Differences(kind, wrong))
    return found


def _settle(kind: DocumentKind, differing: Sequence[UUID], *, repair: bool) -> int:
    if repair and differing:
        write(kind, differing)
    db.session.expunge_all()
    return len(differing)


def _differing(kind: DocumentKind, ids: Sequence[UUID]) -> list[UUID]:
    with one_instant():
        wrong = _written_otherwise(kind, ids)
        return sorted({*wrong} - queued_among(kind, wrong)) if wrong else []


def _obsolete(kind: DocumentKind, ids: Sequence[UUID]) -> list[UUID]:
    key = KEYS[kind]
    with one_instant():
        stored = select(SearchDocument.subject_id).where(
            SearchDocument.kind == kind, SearchDocument.subject_id.in_(ids)
        )
        there = db.session.scalars(select(key).where(key.in_(ids)))
        return sorted({*db.session.scalars(stored)} - {*there})


def _written_otherwise(kind: DocumentKind, ids: Sequence[UUID]) -> list[UUID]:
    made = {document.subject_id: document for document in MADE[kind](ids, DirectoryAgencyTags())}
    stored = {
        row.subject_id: row
        for row in db.session.scalars(
            select(SearchDocument).where(
                SearchDocument.kind == kind, SearchDocument.subject_id.in_(ids)
            )
        )
    }
    return [
        each
        for each in ids
        if (each in made) != (each in stored)
        or (each in made and not same_as_stored(made[each], stored[each]))
    ]


def _slices(key: Any, kind: DocumentKind | None = None) -> Iterator[Sequence[UUID]]:
    """Yield the ids of a table, or of the documents of a kind, in slices."""
    last: UUID | None = None
    while True:
        wanted = select(key).order_by(key).limit(BATCH_SIZE)
        if kind:
            wanted = wanted.where(SearchDocument.kind == kind)
        if last:
            wanted = wanted.where(key > last)
        ids = db.session.scalars(wanted).all()
        if not ids:
            return
        yield ids
        last = ids[-1]
