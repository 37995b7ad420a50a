"""Derive the occupations of posts: from titles, units and the words of those who hold them.

They are stored twice: all of a post's as a vector to rank by, and the main ones as rows to find by.
Words count only if whoever finds the post could read them: others would learn from the order of a
list what a person shows to their own agency alone.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, String, Table, bindparam, delete, func, or_, select

from intranet.extensions import db
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.agencies.occupation_models import PostOccupation
from intranet.organisation.agencies.occupation_words import vocabulary_version
from intranet.organisation.agencies.occupations import (
    UNIT_WEIGHTS,
    named_in,
    occupations_of,
    rows_of_occupations,
)
from intranet.organisation.people.models import Appointment, Person, ProfileReach
from intranet.organisation.people.queries import is_current
from intranet.platform.core import clock
from intranet.platform.core.batches import batches
from intranet.platform.core.database import (
    execute,
    execute_prepared,
    expire_rows,
    store_rows,
    write,
)
from intranet.platform.core.types import Localized, among
from intranet.platform.core.unit_of_work import unit_of_work

BATCH_SIZE = 500
MAX_CHARACTERS = 600
"""Of what somebody writes of themselves, so many characters count."""
LOOK_BACK = timedelta(days=2)
"""Days begin at different instants in each zone, and a site may have been down for a night."""


def derive_occupations(post_ids: Collection[UUID]) -> None:
    """Store the occupations of these posts where they differ from what is stored."""
    for some in batches(sorted(post_ids), BATCH_SIZE):
        with unit_of_work():
            # Locked before the words are read: of two holders who write at once, the second
            # to be derived must see what the first wrote.
            _store(_changes(_posts(some).with_for_update(key_share=True)))


def differing(post_ids: Collection[UUID]) -> list[UUID]:
    """Return which of these posts have other occupations than today's vocabulary derives."""
    version = vocabulary_version()
    return [
        row.id
        for some in batches(sorted(post_ids), BATCH_SIZE)
        for row, _found in _changes(_posts(some))
        if row.vocabulary_version == version
    ]


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


def posts_written_of(post_ids: Collection[UUID]) -> list[UUID]:
    """Return which of these posts were ever given to somebody who wrote of themselves.

    Appointments to the others change nothing, and an import makes thousands of them.
    """
    found: list[UUID] = []
    for some in batches(post_ids, BATCH_SIZE):
        rows = execute_prepared(_written_among(), post_ids=list(some))
        found += [row.post_id for row in rows]
    return found


def posts_held_by(person_ids: Collection[UUID]) -> list[UUID]:
    """Return the posts that these people hold now."""
    found: dict[UUID, None] = {}
    for some in batches(person_ids, BATCH_SIZE):
        held = select(Appointment.post_id).where(
            Appointment.person_id.in_(some), is_current(clock.now())
        )
        found.update(dict.fromkeys(db.session.scalars(held)))
    return list(found)


def posts_of_dates() -> list[UUID]:
    """Return posts whose holders began or ended by date since the day before yesterday."""
    last = clock.now().date() + timedelta(days=1)
    first = last - LOOK_BACK - timedelta(days=1)
    dated = select(Appointment.post_id).where(
        or_(Appointment.starts_on.between(first, last), Appointment.ends_on.between(first, last))
    )
    return list(db.session.scalars(_written().where(Appointment.post_id.in_(dated))))


@cache
def _written_among() -> Any:
    return _written().where(among(Appointment.post_id, "post_ids"))


def _written() -> Any:
    """Return the query for posts with an appointment of somebody who wrote of themselves."""
    return (
        select(Appointment.post_id)
        .join(Person, Person.id == Appointment.person_id)
        .where(or_(Person.about != "", Person.ask_about.cast(String) != "[]"))
        .distinct()
    )


Change = tuple[Any, dict[str, float]]


def _posts(post_ids: Sequence[UUID]) -> Select[*tuple[Any, ...]]:
    columns = (Post.id, Post.agency_id, Post.title, Post.unit_id)
    return (
        select(*columns, Post.occupations, Post.vocabulary_version)
        .where(Post.id.in_(post_ids))
        .order_by(Post.id)
    )


def _changes(posts: Select[*tuple[Any, ...]]) -> list[Change]:
    """Return the posts whose occupations are not those that follow today, with these."""
    rows = db.session.execute(posts).all()
    units = _units({row.unit_id for row in rows})
    written = _own_words([row.id for row in rows])
    version, changes = vocabulary_version(), []
    for row in rows:
        found = occupations_of(row.title, _names(row.unit_id, units), written.get(row.id, ()))
        if row.vocabulary_version != version or row.occupations != found:
            changes.append((row, found))
    return changes


def _store(changes: Sequence[Change]) -> None:
    if not changes:
        return
    version = vocabulary_version()
    table = cast("Table", Post.__table__)
    changed = table.update().where(table.c.id == bindparam("post_id"))
    write(
        changed.values(
            occupations=bindparam("found", type_=table.c.occupations.type),
            vocabulary_version=bindparam("version_of_words"),
            named_occupation=bindparam("occupation"),
            role=bindparam("named_role"),
        ),
        [
            {
                "post_id": row.id,
                "found": found,
                "version_of_words": version,
                "occupation": (named := named_in(occupations_of(row.title))).occupation,
                "named_role": named.role,
            }
            for row, found in changes
        ],
    )
    changed_ids = [row.id for row, _found in changes]
    execute(delete(PostOccupation).where(PostOccupation.post_id.in_(changed_ids)))
    store_rows(
        PostOccupation,
        [
            {
                "post_id": row.id,
                "occupation": occupation,
                "agency_id": row.agency_id,
                "strength": strength,
            }
            for row, found in changes
            for occupation, strength in rows_of_occupations(row.id, found)
        ],
    )
    expire_rows(Post)


def _own_words(post_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Return what the holders of each post write of themselves, "" for who shows nothing."""
    rows = db.session.execute(
        select(
            *(Appointment.post_id, Person.ask_about, Person.reach, Person.is_suggested),
            func.substr(Person.about, 1, MAX_CHARACTERS).label("about"),
        )
        .join(Person, Person.id == Appointment.person_id)
        .where(
            Appointment.post_id.in_(post_ids),
            is_current(clock.now()),
            Person.erased_at.is_(None),
        )
        .order_by(Appointment.id)
    )
    found: dict[UUID, list[str]] = defaultdict(list)
    for row in rows:
        found[row.post_id].append(_shown(row) if row.is_suggested else "")
    return found


def _shown(row: Any) -> str:
    """Return what a person shows to the whole network of the two fields about their work."""
    said = {"ask_about": ", ".join(row.ask_about), "about": row.about}
    shown = [
        text
        for field, text in said.items()
        if row.reach.get(field, ProfileReach.NETWORK) == ProfileReach.NETWORK
    ]
    return "\n".join(filter(None, shown))[:MAX_CHARACTERS]


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
