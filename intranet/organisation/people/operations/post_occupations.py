"""Derive the occupations of posts from their titles and units, and store them with the posts.

They are stored twice: all of a post's as a vector to rank by, and the main ones as rows to find by.
"""

from collections.abc import Collection, Mapping
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, delete, or_, select

from intranet.extensions import db
from intranet.organisation.agencies.models import Post, PostOccupation, Unit
from intranet.organisation.agencies.occupation_words import vocabulary_version
from intranet.organisation.agencies.occupations import (
    UNIT_WEIGHTS,
    occupations_of,
    rows_of_occupations,
)
from intranet.platform.core.batches import batches
from intranet.platform.core.database import execute, expire_rows, store_rows, write
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work

BATCH_SIZE = 500


def derive_occupations(post_ids: Collection[UUID]) -> None:
    """Store the occupations of these posts where they differ from what is stored."""
    for some in batches(post_ids, BATCH_SIZE):
        _derive(some)


def outdated(limit: int) -> list[UUID]:
    """Return posts whose occupations were derived from an older vocabulary, or never.

    A newer one is left: while machines are upgraded one by one, two versions run at once.
    """
    version = Post.vocabulary_version
    is_outdated = or_(version.is_(None), version < vocabulary_version())
    return list(db.session.scalars(select(Post.id).where(is_outdated).limit(limit)))


def posts_below(unit_ids: Collection[UUID]) -> list[UUID]:
    """Return the posts of these units and of those below, as far as unit names matter."""
    found: list[UUID] = []
    for some in batches(unit_ids, BATCH_SIZE):
        below = list(some)
        for _depth in UNIT_WEIGHTS:
            found += db.session.scalars(select(Post.id).where(Post.unit_id.in_(below)))
            below = list(db.session.scalars(select(Unit.id).where(Unit.parent_id.in_(below))))
    return list(dict.fromkeys(found))


def _derive(post_ids: Collection[UUID]) -> None:
    rows = db.session.execute(
        select(
            *(Post.id, Post.agency_id, Post.title, Post.unit_id),
            *(Post.occupations, Post.vocabulary_version),
        ).where(Post.id.in_(post_ids))
    ).all()
    units = _units({row.unit_id for row in rows})
    version, changes, found_by = vocabulary_version(), [], []
    for row in rows:
        found = occupations_of(row.title, _names(row.unit_id, units))
        if row.vocabulary_version != version or row.occupations != found:
            changes.append({"post_id": row.id, "found": found, "version_of_words": version})
            found_by += [
                {
                    "post_id": row.id,
                    "occupation": occupation,
                    "agency_id": row.agency_id,
                    "strength": strength,
                }
                for occupation, strength in rows_of_occupations(row.id, found)
            ]
    if not changes:
        return
    table = cast("Table", Post.__table__)
    changed = table.update().where(table.c.id == bindparam("post_id"))
    with unit_of_work():
        write(
            changed.values(
                occupations=bindparam("found", type_=table.c.occupations.type),
                vocabulary_version=bindparam("version_of_words"),
            ),
            changes,
        )
        changed_ids = [each["post_id"] for each in changes]
        execute(delete(PostOccupation).where(PostOccupation.post_id.in_(changed_ids)))
        store_rows(PostOccupation, found_by)
        expire_rows(Post)


Units = Mapping[UUID, tuple[Localized, UUID | None]]


def _units(unit_ids: Collection[UUID]) -> Units:
    """Return the names and parents of units and of those above them that count."""
    found: dict[UUID, tuple[Localized, UUID | None]] = {}
    wanted = set(unit_ids)
    for _depth in UNIT_WEIGHTS:
        rows = select(Unit.id, Unit.name, Unit.parent_id).where(Unit.id.in_(wanted - found.keys()))
        found |= {row.id: (row.name, row.parent_id) for row in db.session.execute(rows)}
        wanted = {parent for _name, parent in found.values() if parent}
    return found


def _names(unit_id: UUID, units: Units) -> list[Localized]:
    """Return the names of a unit and of those above it, without the agency's root unit."""
    names: list[Localized] = []
    above: UUID | None = unit_id
    while above and above in units and len(names) < len(UNIT_WEIGHTS):
        name, above = units[above]
        if above is not None:
            names.append(name)
    return names
