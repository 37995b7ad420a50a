"""The right to take away for good what a publication said before a correction."""

from uuid import UUID

from intranet.messaging.spaces.moderating import moderates
from intranet.organisation.people.models import Person
from intranet.publishing.publications.access import get_publication, may_write, require_writer
from intranet.publishing.publications.models import Publication


def may_remove(person: Person, publication: Publication) -> bool:
    """Whether the person takes away what it said before: who writes on it, who moderates there."""
    return may_write(person, publication) or moderates(person, publication.space_id)


def require_remover(person: Person, publication: Publication) -> None:
    """Ask for that inside a transaction.

    Raises:
        Forbidden: it is not theirs to take away.
    """
    if not may_remove(person, publication):
        require_writer(person, publication)


def get_removable(person: Person, publication_id: UUID) -> Publication:
    """A publication of which the person takes away earlier versions.

    Raises:
        NotFound: they do not read it.
        Forbidden: they read it, and it is not theirs to take away.
    """
    found = get_publication(person, publication_id)
    require_remover(person, found)
    return found
