"""Events about spaces and membership."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class SpaceCreated:
    """A unit or agency got its space."""

    space_id: UUID


@dataclass(frozen=True)
class MembersChanged:
    """People joined or left a space."""

    space_id: UUID
    joined: tuple[UUID, ...]
    left: tuple[UUID, ...]


@dataclass(frozen=True)
class SpacesCreated:
    """Many units or agencies got their spaces, which have no members yet."""

    space_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class SpacesClosed:
    """Units have ended: their spaces are read-only now."""

    space_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class ManyMembersChanged:
    """People joined or left many spaces in one change."""

    changes: tuple[MembersChanged, ...]
