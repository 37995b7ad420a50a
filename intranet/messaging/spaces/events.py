"""Events about spaces and membership."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class SpacesCreated:
    """Units, agencies or groups got their spaces."""

    space_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class SpacesClosed:
    """Units have ended: their spaces are read-only now."""

    space_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class MembershipChange:
    """The people who joined or left a space."""

    space_id: UUID
    joined: tuple[UUID, ...]
    left: tuple[UUID, ...]


@dataclass(frozen=True)
class MembersChanged:
    """People joined or left spaces; `changes` has one entry for each space."""

    changes: tuple[MembershipChange, ...]
