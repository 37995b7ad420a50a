"""Queries on files: which are attached, which are not, and how much people have stored."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from intranet.delivery.files.models import Captions, File, Upload
from intranet.extensions import Model, db
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.hidden_profiles import HiddenProfile
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import is_current
from intranet.platform.core import clock


def is_referenced() -> ColumnElement[bool]:
    """Return the condition on `File` that something refers to the file, and so holds it.

    Every foreign key to this table counts, so that a new kind of holder needs no registration.
    Parts of the file (ON DELETE CASCADE), such as captions, do not count.
    """
    return or_(false(), *(exists().where(column == File.id) for column in _holders()))


def is_kept_only() -> ColumnElement[bool]:
    """Return the condition on `File` that it is gone for its owner, and only kept (`keeps_files`).

    Its owner must not learn that it is kept, and so has the room again.
    """
    kept = or_(false(), *(exists().where(column == File.id) for column in _keeping))
    others = [column for column in _holders() if all(column is not kept for kept in _keeping)]
    return and_(kept, ~or_(false(), *(exists().where(column == File.id) for column in others)))


def keeps_files(column: InstrumentedAttribute[UUID]) -> None:
    """Register a column of ids by which a higher package keeps files that their owner deleted."""
    _keeping.append(File.metadata.tables[column.class_.__tablename__].c[column.key])


_keeping: list[Column[Any]] = []


def _holders() -> list[Column[Any]]:
    return [
        key.parent
        for table in Model.metadata.sorted_tables
        for key in table.foreign_keys
        if key.references(File.metadata.tables[File.__tablename__]) and key.ondelete != "CASCADE"
    ]


def unused(file_ids: Sequence[UUID]) -> Sequence[File]:
    """Return those of these files that exist and that nothing refers to."""
    asked = select(File).where(File.id.in_(file_ids), ~is_referenced())
    return db.session.scalars(asked).all()


def uploads(owner: Person, file_ids: Sequence[UUID]) -> list[File]:
    """Return which of these files the owner uploaded and did not attach yet, in this order."""
    found = db.session.scalars(
        select(File).where(File.id.in_(file_ids), File.owner_id == owner.id, ~is_referenced())
    )
    by_id = {file.id: file for file in found}
    return [by_id[file_id] for file_id in file_ids if file_id in by_id]


def unused_ids(before: datetime) -> Sequence[UUID]:
    """Return the ids of files that were stored before an instant and are not attached."""
    return db.session.scalars(
        select(File.id).where(File.created_at < before, ~is_referenced()).order_by(File.created_at)
    ).all()


def captions_of(video_id: UUID) -> Sequence[Captions]:
    """Return the captions of a video, by language, without their content."""
    rows = select(Captions).where(Captions.video_id == video_id).order_by(Captions.language)
    return db.session.scalars(rows).all()


def uploads_of(owner_id: UUID) -> Sequence[Upload]:
    """Return a person's unfinished uploads in parts, the oldest first."""
    mine = select(Upload).where(Upload.owner_id == owner_id, Upload.file_id.is_(None))
    return db.session.scalars(mine.order_by(Upload.id)).all()


def old_uploads(before: datetime) -> Sequence[Upload]:
    """Return the uploads in parts that were begun before an instant, finished or not."""
    return db.session.scalars(select(Upload).where(Upload.created_at < before)).all()


def video_mb(person_id: UUID) -> int:
    """Return the size limit of the person's videos, in MB: the highest one of their agencies.

    0 for a person without a post.
    """
    most = (
        select(func.coalesce(func.max(Agency.video_mb), 0))
        .join(Post, Post.agency_id == Agency.id)
        .join(Appointment, Appointment.post_id == Post.id)
        .where(Appointment.person_id == person_id, is_current(clock.now()))
    )
    return db.session.scalar(most) or 0


def stored_bytes(person_id: UUID) -> int:
    """Return how much a person has stored."""
    total = select(func.coalesce(func.sum(File.size_bytes), 0)).where(
        File.owner_id == person_id, ~is_kept_only()
    )
    return db.session.scalar(total) or 0


def fullest_agency_bytes(person_id: UUID) -> int:
    """Return how much the fullest of the person's agencies has stored."""
    current = is_current(clock.now())
    theirs = (
        select(Post.agency_id)
        .join(Appointment, Appointment.post_id == Post.id)
        .where(Appointment.person_id == person_id, current)
    )
    members = (
        select(Post.agency_id, Appointment.person_id)
        .join(Appointment, Appointment.post_id == Post.id)
        .where(Post.agency_id.in_(theirs), current)
        .distinct()
        .subquery()
    )
    totals = (
        select(func.sum(File.size_bytes).label("bytes"))
        .join(members, members.c.person_id == File.owner_id)
        .where(~is_kept_only())
        .group_by(members.c.agency_id)
        .subquery()
    )
    return db.session.scalar(select(func.coalesce(func.max(totals.c.bytes), 0))) or 0


_key_columns: list[InstrumentedAttribute[Any]] = [
    File.key,
    File.thumbnail_key,
    Person.photo_key,
    HiddenProfile.photo_key,
]


def keeps_bytes(column: InstrumentedAttribute[Any]) -> None:
    """Register a column of keys under which a higher package stores bytes."""
    _key_columns.append(column)


def keys_in_use(keys: Collection[str]) -> set[str]:
    """Return which of these keys a file, a thumbnail, a portrait or another package uses."""
    used: set[str] = set()
    for column in _key_columns:
        used.update(filter(None, db.session.scalars(select(column).where(column.in_(keys)))))
    return used
