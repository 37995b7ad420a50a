"""Events of the organisation. Most have a tuple of ids, even for one change."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID


@dataclass(frozen=True)
class AgenciesCreated:
    """Agencies were created, each with its root unit."""

    agency_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class AgenciesChanged:
    """Settings of agencies changed: names, languages, visibility to other agencies."""

    agency_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class TimeZoneChanged:
    """An agency's time zone changed, so its days begin at another instant."""

    agency_id: UUID


@dataclass(frozen=True)
class InDirectoryChanged:
    """An agency was added to or removed from the directory."""

    agency_id: UUID


@dataclass(frozen=True)
class UnitsCreated:
    """Units other than roots were created."""

    unit_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class UnitsChanged:
    """Units were renamed, moved or ended.

    The paths of the units in `moved_ids`, and of all units below them, changed.
    """

    unit_ids: tuple[UUID, ...]
    moved_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class UnitSuccession:
    """The units that succeed one that ends; the first of them carries on its channel."""

    unit_id: UUID
    successor_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class UnitsSucceeded:
    """Units ended, and others take their places. It is published besides `UnitsChanged`."""

    successions: tuple[UnitSuccession, ...]


@dataclass(frozen=True)
class PostsCreated:
    """Posts were created; all of them are vacant."""

    post_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class PostsChanged:
    """Posts were changed, moved or ended, or became or ceased to be a head's."""

    post_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class PostDetailsChanged:
    """Details of posts changed on which nobody's rights depend: places, keeping the registry."""

    post_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class OnwardChanged:
    """The posts that read for these posts during a vacancy changed."""

    post_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class RoleChanged:
    """A post was given a role in an agency, or its role was changed or ended."""

    administration_id: UUID
    verb: Literal["give", "change", "end"]
    actor_id: UUID | None


@dataclass(frozen=True)
class MandateChanged:
    """A mandate was proposed to a post of another agency, or accepted."""

    administration_id: UUID
