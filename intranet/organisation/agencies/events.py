"""Events of the organisation."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class AgencyCreated:
    """An agency was created, with its root unit."""

    agency_id: UUID


@dataclass(frozen=True)
class TimeZoneChanged:
    """An agency's time zone changed, so its days begin at another instant."""

    agency_id: UUID


@dataclass(frozen=True)
class AgencyChanged:
    """An agency's settings changed: names, languages, visibility to other agencies."""

    agency_id: UUID


@dataclass(frozen=True)
class InDirectoryChanged:
    """An agency was added to or removed from the directory."""

    agency_id: UUID


@dataclass(frozen=True)
class UnitCreated:
    """A unit other than a root was created."""

    unit_id: UUID


@dataclass(frozen=True)
class UnitChanged:
    """A unit was renamed, moved or ended; paths of the units below it may have changed."""

    unit_id: UUID


@dataclass(frozen=True)
class PostChanged:
    """A post was created, moved or ended, or became or ceased to be a head's."""

    post_id: UUID


@dataclass(frozen=True)
class AgenciesChanged:
    """Many agencies were created or renamed at once, each with its root unit."""

    agency_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class UnitsCreated:
    """Many units other than roots were created at once."""

    unit_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class UnitsChanged:
    """Many units were renamed, moved or ended at once, as `UnitChanged` for one unit."""

    unit_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class PostsCreated:
    """Many posts were created at once; all of them are vacant."""

    post_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class PostsChanged:
    """Many posts were changed at once, as `PostChanged` for one post."""

    post_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class OnwardChanged:
    """The posts that read for these posts during a vacancy changed."""

    post_ids: tuple[UUID, ...]
