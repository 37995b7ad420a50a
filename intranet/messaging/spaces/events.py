"""What happens to membership."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class SpaceCreated:
    """A unit or agency has its space."""

    space_id: UUID


@dataclass(frozen=True)
class MembersChanged:
    """People are members since now, or are no longer."""

    space_id: UUID
    joined: tuple[UUID, ...]
    left: tuple[UUID, ...]


@dataclass(frozen=True)
class SpacesCreated:
    """Many units or agencies have their spaces; nobody is in one of them yet."""

    space_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class SpacesClosed:
    """Units have ended: what was written in their spaces can be read, and nothing is added."""

    space_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class ManyMembersChanged:
    """People are members of many spaces since now, or are no longer, after one change."""

    changes: tuple[MembersChanged, ...]
