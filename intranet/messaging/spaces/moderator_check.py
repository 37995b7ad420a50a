"""Check whether a person moderates a space; `moderation`, a layer above, registers the answer."""

from collections.abc import Callable
from uuid import UUID

from intranet.organisation.people.models import Person

Moderates = Callable[[Person, UUID], bool]
_asked: list[Moderates] = []


def register_moderator_check(asked: Moderates) -> Moderates:
    """Register the function that says whether a person moderates the space of an id today."""
    _asked[:] = [asked]
    return asked


def moderates(person: Person, space_id: UUID | None) -> bool:
    """Return whether a person moderates a space today; False without a space."""
    return space_id is not None and any(asked(person, space_id) for asked in _asked)
