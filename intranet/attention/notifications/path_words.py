"""Words shown below a notification that links to a path; the package of that page gives them."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from intranet.attention.notifications.models import Kind, Notification
from intranet.organisation.people.models import Person

PathWords = Callable[[Person, Sequence[Notification]], Mapping[UUID, str]]
_by_kind: dict[Kind, PathWords] = {}


def gives_words(kind: Kind) -> Callable[[PathWords], PathWords]:
    """Register the function that returns words by row, for rows of a kind and of one person."""

    def register(function: PathWords) -> PathWords:
        _by_kind[kind] = function
        return function

    return register


def words_by_path(person: Person, rows: Sequence[Notification]) -> dict[UUID, str]:
    """Return the words of the rows whose kinds have some."""
    found: dict[UUID, str] = {}
    for kind, function in _by_kind.items():
        if some := [row for row in rows if row.kind == kind]:
            found |= function(person, some)
    return found
