"""Audience membership of people who join later, by keys of their posts (`spaces.audience_keys`).

The audience at the time of sending is stored (`Recipient`). A person who joins later is in it if a
key of one of their posts is among its atoms and that post is within the publication's reach. So
nothing is written when a person takes up a post, and one query finds all that reaches them.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    exists,
    false,
    or_,
    select,
    union_all,
)

from intranet.messaging.spaces.access import is_joined_by
from intranet.messaging.spaces.audience import Audience
from intranet.messaging.spaces.audience_keys import keys_in, keys_of_appointments
from intranet.messaging.spaces.models import Space, SpaceKind
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import appointments_held
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.per_request import per_request
from intranet.platform.core.types import NOW, Id, Listed, among, id_parameter
from intranet.publishing.publications.announcement_models import PublicationAtom
from intranet.publishing.publications.consents import senders_to
from intranet.publishing.publications.models import Publication

Many = Sequence[Any] | BindParameter[Any]
"""Several values, or a parameter for them."""


def atoms_of(publication_id: UUID, audience: Audience) -> list[PublicationAtom]:
    """Return the rows that match people who join an audience later."""
    return [
        PublicationAtom(publication_id=publication_id, key=key, is_exception=is_exception)
        for key, is_exception in keys_in(audience)
    ]


class Holding(NamedTuple):
    """A post that a person holds, as values or as bind parameters."""

    post_id: Id
    agency_id: Id
    unit_ids: Listed
    keys: Listed


class Holdings(NamedTuple):
    """The posts and groups that a person has now; `keys` includes those of future posts."""

    posts: Sequence[Holding]
    groups: Listed
    keys: Listed

    def parameters(self) -> dict[str, Any]:
        """Return the values for the parameters of `holdings_later`."""
        found = {"group_ids": self.groups, "every_key": self.keys}
        for number, post in enumerate(self.posts):
            found |= {f"held_{number}_{name}": value for name, value in post._asdict().items()}
        return found


def fits(person: Person) -> ColumnElement[bool]:
    """Return whether the person joined an audience later, as a condition on `Publication`."""
    return fits_holdings(holdings_of(person))


def fits_holdings(held: Holdings) -> ColumnElement[bool]:
    """Return the condition of `fits` for given holdings."""
    if not held.posts:
        return false()
    return and_(
        or_(*(_by_one(post, held.groups) for post in held.posts)),
        ~_has_atom(held.keys, is_exception=True),
    )


@per_request
def holdings_of(person: Person) -> Holdings:
    """Return the posts and groups of the person."""
    held, now = _held(person), clock.now()
    posts = [
        Holding(row.post_id, row.post.agency_id, row.post.unit.ancestor_ids, sorted(keys))
        for row, keys in held
        if row.is_current(now)
    ]
    every = {key for _appointment, keys in held for key in keys}
    return Holdings(posts, list(groups_of(person)), sorted(every))


def holdings_later(posts: int) -> Holdings:
    """Return parameters for the holdings of a person with this many posts.

    A cached statement is built from them. No name ends with a number, as those that SQLAlchemy
    gives to values do.
    """
    return Holdings(
        [
            Holding(
                id_parameter(f"held_{number}_post_id"),
                id_parameter(f"held_{number}_agency_id"),
                f"held_{number}_unit_ids",
                f"held_{number}_keys",
            )
            for number in range(posts)
        ],
        "group_ids",
        "every_key",
    )


def _by_one(post: Holding, groups: Listed) -> ColumnElement[bool]:
    # Not one condition with “or”: for that, PostgreSQL reads all spaces.
    reached = union_all(
        select(Space.id).where(among(Space.unit_id, post.unit_ids)),
        select(Space.id).where(Space.agency_id == post.agency_id, Space.kind == SpaceKind.AGENCY),
        senders_to(post.post_id, post.agency_id),
        select(Space.id).where(among(Space.id, groups)),
    )
    return and_(Publication.space_id.in_(reached), _has_atom(post.keys, is_exception=False))


def _has_atom(keys: Listed, *, is_exception: bool) -> ColumnElement[bool]:
    return exists().where(
        PublicationAtom.publication_id == Publication.id,
        among(PublicationAtom.key, keys),
        PublicationAtom.is_exception.is_(is_exception),
    )


@per_request
def _held(person: Person) -> list[tuple[Appointment, frozenset[str]]]:
    """Return the person's present and future appointments, each with its keys."""
    rows = [row for row, _is_held_now in appointments_held(person.id)]
    keys = keys_of_appointments(rows)
    groups = {f"group:{space_id}" for space_id in groups_of(person)}
    return [(row, keys[row.id] | groups) for row in rows]


@per_request
def groups_of(person: Person) -> frozenset[UUID]:
    """Return the ids of the person's groups."""
    return frozenset(execute_prepared(_groups(), person_id=person.id).scalars())


@cache
def _groups() -> Select[UUID]:
    is_joined = is_joined_by(id_parameter("person_id"), NOW)
    return select(Space.id).where(Space.kind == SpaceKind.GROUP, is_joined)
