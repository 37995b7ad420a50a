"""Writing the directory into the index: at once for few documents, in slices for many."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from intranet.extensions import db
from intranet.finding.directory import index_documents
from intranet.finding.directory.index_documents import DirectoryAgencyTags
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import in_parts, is_not_over
from intranet.platform.core import clock
from intranet.platform.core.outbox import enqueue, handler
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.index import operations as index
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.platform.index.operations import IndexDocument, put, remove
from intranet.platform.index.tags import is_inherited

BATCH_SIZE = 300
MAX_WRITTEN_AT_ONCE = 60
FOLLOW, FILL = "directory.follow", "directory.fill"
Make = Callable[[Collection[UUID], DirectoryAgencyTags], list[IndexDocument]]
MADE: Mapping[DocumentKind, Make] = {
    DocumentKind.PERSON: index_documents.of_people,
    DocumentKind.POST: index_documents.of_posts,
    DocumentKind.UNIT: index_documents.of_units,
    DocumentKind.AGENCY: index_documents.of_agencies,
}
OWED = (DocumentKind.PERSON, DocumentKind.POST)
KEYS: Mapping[DocumentKind, InstrumentedAttribute[UUID]] = {
    DocumentKind.AGENCY: Agency.id,
    DocumentKind.UNIT: Unit.id,
    DocumentKind.POST: Post.id,
    DocumentKind.PERSON: Person.id,
}
_is_owed: ContextVar[bool] = ContextVar("is_owed", default=False)


@contextmanager
def in_slices() -> Iterator[None]:
    """Queue people and posts while the block runs, to be written together in slices."""
    token = _is_owed.set(True)
    try:
        yield
    finally:
        _is_owed.reset(token)


def write_queued() -> bool:
    """Write one slice of the queued documents; return whether there may be more."""
    with unit_of_work():
        taken = index.dequeue_documents(BATCH_SIZE)
        for kind, ids in taken.items():
            write(kind, ids)
    return sum(map(len, taken.values())) == BATCH_SIZE


def write(kind: DocumentKind, ids: Collection[UUID]) -> None:
    """Store the documents of these subjects as they are now; remove those that have none."""
    if _is_owed.get() and kind in OWED:
        index.enqueue_documents(kind, sorted(ids))
        return
    agencies = DirectoryAgencyTags()
    every = sorted(ids)
    for start in range(0, len(every), BATCH_SIZE):
        some = every[start : start + BATCH_SIZE]
        made = MADE[kind](some, agencies)
        with unit_of_work():
            put(made)
            if gone := set(some) - {document.subject_id for document in made}:
                remove(kind, gone)


def write_people(ids: Collection[UUID]) -> None:
    """Store the documents of these people."""
    write(DocumentKind.PERSON, ids)


def write_posts(ids: Collection[UUID]) -> None:
    """Store the documents of these posts."""
    write(DocumentKind.POST, ids)


def write_units(ids: Collection[UUID]) -> None:
    """Store the documents of units; their posts and people too, in slices if many."""
    write(DocumentKind.UNIT, ids)
    with unit_of_work() as work:
        for unit_id in ids:
            posts = _posts_of_unit(unit_id, None, MAX_WRITTEN_AT_ONCE + 1)
            if len(posts) > MAX_WRITTEN_AT_ONCE:
                enqueue(work, FOLLOW, {"unit_id": str(unit_id), "after": None})
            else:
                work.gather(write_posts, posts)
                work.gather(write_people, _people_of(posts))


def write_new_units(ids: Collection[UUID]) -> None:
    """Store the documents of units without posts or people."""
    write(DocumentKind.UNIT, ids)


def write_agencies(ids: Collection[UUID]) -> None:
    """Store the documents of agencies; reindex all their content if tags changed."""
    before = _tags_of_agencies(ids)
    write(DocumentKind.AGENCY, ids)
    after = _tags_of_agencies(before)
    for agency_id, tags in before.items():
        if after.get(agency_id) != tags:
            queue_agency(agency_id)


def queue_agency(agency_id: UUID) -> None:
    """Queue everything of an agency to be indexed anew, in slices."""
    with unit_of_work() as work:
        enqueue(work, FOLLOW, {"agency_id": str(agency_id), "kind": "unit", "after": None})


@handler(FOLLOW)
def follow(payload: Mapping[str, Any]) -> None:
    """Write one slice of a unit's or an agency's posts and people, and enqueue the next."""
    after = UUID(payload["after"]) if payload["after"] else None
    with unit_of_work() as work:
        of = _follow_unit if "unit_id" in payload else _follow_agency
        if further := of(payload, after):
            enqueue(work, FOLLOW, further)


@handler(FILL)
def fill(payload: Mapping[str, Any]) -> None:
    """Write a batch of agencies, enqueue their content, and enqueue the next batch.

    For a site that is older than the index.
    """
    wanted = select(Agency.id).order_by(Agency.id).limit(BATCH_SIZE)
    if after := payload.get("after"):
        wanted = wanted.where(Agency.id > UUID(after))
    with unit_of_work() as work:
        ids = db.session.scalars(wanted).all()
        write(DocumentKind.AGENCY, ids)
        for agency_id in ids:
            queue_agency(agency_id)
        if len(ids) == BATCH_SIZE:
            enqueue(work, FILL, {"after": str(ids[-1])})


def _follow_unit(payload: Mapping[str, Any], after: UUID | None) -> Mapping[str, Any] | None:
    ids = _posts_of_unit(UUID(payload["unit_id"]), after, BATCH_SIZE)
    _write_posts_with_people(ids)
    return {**payload, "after": str(ids[-1])} if len(ids) == BATCH_SIZE else None


def _follow_agency(payload: Mapping[str, Any], after: UUID | None) -> Mapping[str, Any] | None:
    agency_id, is_units = UUID(payload["agency_id"]), payload["kind"] == "unit"
    key = Unit.id if is_units else Post.id
    wanted = select(key).where((Unit if is_units else Post).agency_id == agency_id)
    if after:
        wanted = wanted.where(key > after)
    ids = db.session.scalars(wanted.order_by(key).limit(BATCH_SIZE)).all()
    if is_units:
        write(DocumentKind.UNIT, ids)
    else:
        _write_posts_with_people(ids)
    if len(ids) == BATCH_SIZE:
        return {**payload, "after": str(ids[-1])}
    return {**payload, "kind": "post", "after": None} if is_units else None


def _tags_of_agencies(ids: Collection[UUID]) -> dict[UUID, set[str]]:
    """Return the tags of each agency that everything in it inherits."""
    found: dict[UUID, set[str]] = {}
    for some in in_parts(ids):
        rows = db.session.execute(
            select(SearchDocument.subject_id, SearchDocument.tags).where(
                SearchDocument.kind == DocumentKind.AGENCY, SearchDocument.subject_id.in_(some)
            )
        )
        found |= {row.subject_id: {t for t in row.tags.split() if is_inherited(t)} for row in rows}
    return found


def _posts_of_unit(unit_id: UUID, after: UUID | None, limit: int) -> Sequence[UUID]:
    wanted = select(Post.id).where(Post.unit_id == unit_id)
    if after:
        wanted = wanted.where(Post.id > after)
    return db.session.scalars(wanted.order_by(Post.id).limit(limit)).all()


def _write_posts_with_people(post_ids: Collection[UUID]) -> None:
    write_posts(post_ids)
    write_people(_people_of(post_ids))


def _people_of(post_ids: Collection[UUID]) -> Collection[UUID]:
    held = select(Appointment.person_id).where(
        Appointment.post_id.in_(post_ids), is_not_over(clock.now())
    )
    return set(db.session.scalars(held))
