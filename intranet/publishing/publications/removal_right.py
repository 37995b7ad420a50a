"""The right to delete the content of earlier versions for good."""

from uuid import UUID

from intranet.messaging.spaces.moderator_check import moderates
from intranet.organisation.people.models import Person
from intranet.publishing.publications.access import get_publication, may_write, require_writer
from intranet.publishing.publications.models import Publication


def may_remove(person: Person, publication: Publication) -> bool:
    """Return whether the person may delete earlier versions: writers and moderators may."""
    return may_write(person, publication) or moderates(person, publication.space_id)


def require_remover(person: Person, publication: Publication) -> None:
    """Check again, inside a transaction, that the person may delete earlier versions.

    Raises:
        Forbidden: they may not.
    """
    if not may_remove(person, publication):
        require_writer(person, publication)


def get_removable(person: Person, publication_id: UUID) -> Publication:
    """Return a publication whose earlier versions the person may delete.

    Raises:
        NotFound: they do not read it.
        Forbidden: they may read it but not delete its versions.
    """
    found = get_publication(person, publication_id)
    require_remover(person, found)
    return found
