"""Distance of a result from the viewer: their unit, their agency, the area, the network."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from intranet.organisation.agencies.territories import PlaceKind, territories_of
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments
from intranet.platform.index import tags
from intranet.platform.index.expressions import Any, Expression, Tag

AROUND, FAR = 4, 6


@dataclass(frozen=True)
class Vicinity:
    """A person's surroundings as sets of tags, from the nearest to the farthest."""

    agency_ids: frozenset[UUID]
    rings: tuple[frozenset[str], ...]

    def distance(self, found: Collection[str]) -> int:
        """Return how far a document is: 0 in the viewer's unit, `FAR` beyond all rings."""
        for far, ring in enumerate(self.rings):
            if not ring.isdisjoint(found):
                return far
        return FAR

    def expressions(self) -> list[Expression]:
        """Return the rings to search the index in, nearest first.

        The unit is within the agency, a municipality is mostly one agency, and agencies of the same
        kind may be anywhere: none of these is a ring of its own.
        """
        _unit, agency, _town, province, region, _kind = self.rings
        return [Any(*map(Tag, sorted(ring))) for ring in (agency, province, region) if ring]


def vicinity_of(person: Person) -> Vicinity:
    """Return where a person works today, by all their posts. One query."""
    held = current_appointments(person.id)
    agencies = {row.post.unit.agency_id: row.post.unit.agency for row in held}
    places = [place for agency in agencies.values() for place in territories_of(agency.territory)]
    at_hand = {place.code for place in places if place.kind == PlaceKind.MUNICIPALITY}
    around = {place.code for place in places if place.kind == PlaceKind.PROVINCE}
    wider = {place.code for place in places if place.kind == PlaceKind.REGION}
    return Vicinity(
        frozenset(agencies),
        (
            frozenset(tags.unit(row.post.unit_id) for row in held),
            frozenset(map(tags.agency, agencies)),
            frozenset(map(tags.territory, at_hand)),
            frozenset(map(tags.territory, around)),
            frozenset(map(tags.territory, wider)),
            frozenset(tags.agency_kind(agency.kind.value) for agency in agencies.values()),
        ),
    )
