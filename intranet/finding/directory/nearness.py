"""How far something found is from who looks: their unit, their agency, around it, the network."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from intranet.organisation.agencies.territories import PlaceKind, places_of
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments
from intranet.platform.index import tags
from intranet.platform.index.expressions import Any, Expression, Tag

AROUND, FAR = 4, 6


@dataclass(frozen=True)
class Vicinity:
    """Where somebody works, as tags of what is near: from the nearest to the farthest."""

    agency_ids: frozenset[UUID]
    rings: tuple[frozenset[str], ...]

    def distance(self, found: Collection[str]) -> int:
        """How far a document with these tags is: 0 in one's own unit, `FAR` beyond all rings."""
        for far, ring in enumerate(self.rings):
            if not ring.isdisjoint(found):
                return far
        return FAR

    def expressions(self) -> list[Expression]:
        """The rings in which the index is asked one after the other, the nearest first.

        One's own unit is in one's agency; a municipality is mostly one agency's; and whoever is
        of the same kind may be anywhere.
        """
        _unit, agency, _town, province, region, _kind = self.rings
        return [Any(*map(Tag, sorted(ring))) for ring in (agency, province, region) if ring]


def vicinity_of(person: Person) -> Vicinity:
    """Where a person works today, by all their posts. One query."""
    held = current_appointments(person.id)
    agencies = {row.post.unit.agency_id: row.post.unit.agency for row in held}
    places = [place for agency in agencies.values() for place in places_of(agency.territory)]
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
