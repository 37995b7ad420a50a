"""Which files are held, which wait for a holder, and how much people have stored."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, false, func, or_, select

from intranet.agencies.models import Post
from intranet.core import clock
from intranet.extensions import Model, db
from intranet.files.models import File
from intranet.people.models import Appointment, Person


def is_held() -> ColumnElement[bool]:
    """A file hangs on something, as a condition on `File`.

    Whatever refers to a file holds it: every foreign key to this table counts, so that a new
    kind of holder is known here the day its table is.
    """
    holders = [
        exists().where(key.parent == File.id)
        for table in Model.metadata.sorted_tables
        for key in table.foreign_keys
        if key.references(File.metadata.tables[File.__tablename__])
    ]
    return or_(false(), *holders)


def files(file_ids: Sequence[UUID]) -> Sequence[File]:
    """Those of these files that are there."""
    return db.session.scalars(select(File).where(File.id.in_(file_ids))).all()


def uploads(owner: Person, file_ids: Sequence[UUID]) -> list[File]:
    """Those of these files that the owner stored and that hang on nothing yet, in this order."""
    found = db.session.scalars(
        select(File).where(File.id.in_(file_ids), File.owner_id == owner.id, ~is_held())
    )
    by_id = {file.id: file for file in found}
    return [by_id[file_id] for file_id in file_ids if file_id in by_id]


def unused_ids(before: datetime) -> Sequence[UUID]:
    """Ids of files that were stored before an instant and hang on nothing."""
    return db.session.scalars(
        select(File.id).where(File.created_at < before, ~is_held()).order_by(File.created_at)
    ).all()


def stored_bytes(person_id: UUID) -> int:
    """How much a person has stored."""
    total = select(func.coalesce(func.sum(File.size_bytes), 0)).where(File.owner_id == person_id)
    return db.session.scalar(total) or 0


def fullest_agency_bytes(person_id: UUID) -> int:
    """How much the people of an agency have stored; of several, that which has most."""
    now = clock.now()
    current = (Appointment.since <= now) & or_(Appointment.until.is_(None), Appointment.until > now)
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
        .group_by(members.c.agency_id)
        .subquery()
    )
    return db.session.scalar(select(func.coalesce(func.max(totals.c.bytes), 0))) or 0


def keys_in_use(keys: Collection[str]) -> set[str]:
    """Those of these keys under which a file, a thumbnail or a portrait lies."""
    used: set[str] = set()
    for column in (File.key, File.thumbnail_key, Person.photo_key):
        used.update(filter(None, db.session.scalars(select(column).where(column.in_(keys)))))
    return used
