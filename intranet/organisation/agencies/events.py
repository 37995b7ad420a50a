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
    """What an agency decides for itself changed: names, languages, what is seen outside."""

    agency_id: UUID


@dataclass(frozen=True)
class InDirectoryChanged:
    """An agency came into the directory, or left it."""

    agency_id: UUID


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


@dataclass(frozen=True)
class AgenciesChanged:
    """Many agencies were made or renamed in one go, each with its root unit."""

    agency_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class UnitsCreated:
    """Many units other than roots were made in one go."""

    unit_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class UnitsChanged:
    """Many units were renamed, moved or ended in one go: what `UnitChanged` says of one."""

    unit_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class PostsCreated:
    """Many posts were made in one go; nobody holds one of them yet."""

    post_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class PostsChanged:
    """Many posts were changed in one go: what `PostChanged` says of one."""

    post_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class OnwardChanged:
    """The posts that read for these ones while they are vacant changed."""

    post_ids: tuple[UUID, ...]
