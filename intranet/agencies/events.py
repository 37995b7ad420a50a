"""What happens to the organisation."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class AgencyCreated:
    """An agency is there, with its root unit."""

    agency_id: UUID


@dataclass(frozen=True)
class TimeZoneChanged:
    """An agency's days begin at another instant now."""

    agency_id: UUID


@dataclass(frozen=True)
class AgencyChanged:
    """What an agency decides for itself changed: names, languages, what is seen outside.

    `is_moved` says that it left the directory of the network, or came back.
    """

    agency_id: UUID
    is_moved: bool = False


@dataclass(frozen=True)
class UnitCreated:
    """A unit other than a root is there."""

    unit_id: UUID


@dataclass(frozen=True)
class UnitChanged:
    """A unit was renamed, moved or ended: the paths below it may be others now."""

    unit_id: UUID


@dataclass(frozen=True)
class PostChanged:
    """A post was made, moved to another unit, became a head's, or ended."""

    post_id: UUID
