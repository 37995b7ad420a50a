"""The latest questions, ideas, polls and events, in a constant number of statements."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select

from intranet.messaging.spaces.models import Space
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import NOW, ago, among, id_parameter, ids_parameter
from intranet.publishing.publications import kinds
from intranet.publishing.publications.kinds import KindState, PublicationKind, names
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.newest import Conditions, newest_ids, reader_values
from intranet.publishing.publications.queries import PublicationItem, read_in_order
from intranet.publishing.publications.required_reading import in_force
from intranet.publishing.publications.visibility import is_open_to_reader

NEW_FOR = timedelta(days=7)


class ParticipationScope(StrEnum):
    """The scope of the list of the latest items."""

    UNIT = "unit"
    AGENCY = "agency"
    NETWORK = "network"


def listed_kinds() -> list[PublicationKind]:
    """Return the kinds that the page lists."""
    return [kind for kind in kinds.registered() if kind.contribution_states]


def latest(
    person: Person,
    scope: ParticipationScope,
    *,
    limit: int,
) -> list[PublicationItem]:
    """List publications of these kinds that the person may read, the newest first."""
    conditions, values = _WITHIN[scope]
    listed = names(listed_kinds())
    return read_in_order(
        newest_ids(person, conditions, kinds=listed, limit=limit, **values(person))
    )


def new_ids_in_unit(person: Person, *, but: Collection[UUID], limit: int) -> Sequence[UUID]:
    """List the ids of what others started in the person's units in the last week.

    What the person has already voted in or answered is left out.
    """
    given = {"unit_ids": _unit_ids(person), "known_ids": list(but)}
    listed = names(listed_kinds())
    return newest_ids(person, _is_new_in_unit, kinds=listed, limit=limit, **given)


def _is_new_in_unit() -> Sequence[ColumnElement[bool]]:
    person_id = id_parameter("person_id")
    return (
        in_force(NOW),
        _is_in_those_units(),
        ~_is_merged(),
        Publication.published_at > ago(NEW_FOR),
        Publication.created_by_id.is_distinct_from(person_id),
        ~among(Publication.id, "known_ids"),
        *(~kind.done_by(person_id) for kind in listed_kinds() if kind.done_by),
    )


def own(person: Person, limit: int) -> list[PublicationItem]:
    """List the newest questions, ideas and polls of the person that they may still read."""
    return read_in_order(own_ids(person, limit))


def own_ids(person: Person, limit: int) -> Sequence[UUID]:
    """List the ids of the newest of these, in the same order."""
    if not own_agency_ids(person):
        return ()
    own_kinds = tuple(names(row for row in listed_kinds() if row.is_listed_as_own))
    return execute_prepared(_own(own_kinds, limit), **reader_values(person)).scalars().all()


@cache
def _own(own_kinds: Sequence[str], limit: int) -> Select[UUID]:
    person_id, agency_ids = id_parameter("person_id"), ids_parameter("agency_ids")
    return (
        select(Publication.id)
        .where(
            Publication.created_by_id == person_id,
            Publication.kind.in_(own_kinds),
            is_open_to_reader(person_id, agency_ids, NOW),
            ~_is_merged(),
        )
        .order_by(Publication.published_at.desc(), Publication.id.desc())
        .limit(limit)
    )


def states_of(person: Person, items: Sequence[PublicationItem]) -> dict[UUID, KindState]:
    """Return the state of each item for the person, in a constant number of statements."""
    found: dict[UUID, KindState] = {}
    for kind in listed_kinds():
        ids = [item.publication.id for item in items if item.publication.kind == kind.name]
        if ids and kind.contribution_states:
            found |= kind.contribution_states(person, ids)
    return found


def _is_merged() -> ColumnElement[bool]:
    """Return the condition on `Publication` that it was merged into another of its kind."""
    return or_(*(kind.is_merged for kind in listed_kinds() if kind.is_merged is not None))


def _in_network() -> Sequence[ColumnElement[bool]]:
    return in_force(NOW), ~_is_merged()


def _in_agencies() -> Sequence[ColumnElement[bool]]:
    return *_in_network(), Publication.agency_id.in_(ids_parameter("own_ids"))


def _in_units() -> Sequence[ColumnElement[bool]]:
    return *_in_network(), _is_in_those_units()


def _unit_ids(person: Person) -> list[UUID]:
    return list({row.post.unit_id for row in current_appointments(person.id)})


def _is_in_those_units() -> ColumnElement[bool]:
    return Publication.space_id.in_(select(Space.id).where(among(Space.unit_id, "unit_ids")))


_WITHIN: Mapping[
    ParticipationScope, tuple[Conditions, Callable[[Person], Mapping[str, Sequence[UUID]]]]
] = {
    ParticipationScope.UNIT: (_in_units, lambda person: {"unit_ids": _unit_ids(person)}),
    ParticipationScope.AGENCY: (
        _in_agencies,
        lambda person: {"own_ids": list(own_agency_ids(person))},
    ),
    ParticipationScope.NETWORK: (_in_network, lambda _person: {}),
}
"""The conditions of each scope, and the values that they need of a person."""
