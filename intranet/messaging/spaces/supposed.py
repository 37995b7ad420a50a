"""Posts and units supposed to be elsewhere: the rule of membership is asked as if they were."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class SupposedPlace:
    """The place of a post: its unit, what is above that, and whether it is a head's."""

    unit_id: UUID
    parent_id: UUID | None
    path: str
    is_head: bool


@dataclass(frozen=True)
class Supposed:
    """An organisation that is only supposed.

    `places` has the posts that are elsewhere, `ended` those that are over. `carried` has, by unit,
    the ended units that it succeeds; `led` those that its heads read; `kept`, by post, those whose
    rooms it goes on reading because it was there.
    """

    places: Mapping[UUID, SupposedPlace]
    ended: Collection[UUID]
    carried: Mapping[UUID, Collection[UUID]]
    led: Mapping[UUID, Collection[UUID]]
    kept: Mapping[UUID, Collection[UUID]]

    def rows(self, held: Sequence[Any]) -> list[Any]:
        """Return the rows of appointments as they would be."""
        found = []
        for row in held:
            place = self.places.get(row.post_id)
            if row.post_id in self.ended:
                continue
            others = vars(place) if place else {}
            found.append(SimpleNamespace(**{**row._asdict(), **others}) if others else row)
        return found

    def keys(self, row: Any) -> Iterator[str]:
        """Yield the further keys that would fit an appointment: those of ended units."""
        above = [UUID(part) for part in row.path.strip("/").split("/")]
        for unit_id in above:
            for ended_id in self.carried.get(unit_id, ()):
                yield f"unit+:{ended_id}"
        for ended_id in self.kept.get(row.post_id, ()):
            yield f"unit+:{ended_id}"
        if row.is_head:
            for ended_id in self.led.get(row.unit_id, ()):
                yield f"unit+:{ended_id}"
        for ended_id in self.carried.get(row.unit_id, ()):
            yield f"unit:{ended_id}"
            if row.is_head:
                yield f"heads:{ended_id}"
                yield f"heads+:{ended_id}"
