"""Contributions of a former member of a group, who may still read them."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, select

from intranet.delivery.files.access import lends_files
from intranet.delivery.files.models import File
from intranet.messaging.spaces.models import Space, SpaceKind
from intranet.organisation.people.models import Person
from intranet.publishing.publications.file_access import file_ids_of_versions, file_of_publication
from intranet.publishing.publications.models import Publication


def is_former_contribution_of(person: Person) -> ColumnElement[bool]:
    """Return the person's published contributions in groups, as a condition on `Publication`.

    What others added to them is not included.
    """
    groups = select(Space.id).where(Space.kind == SpaceKind.GROUP)
    return and_(
        Publication.created_by_id == person.id,
        Publication.space_id.in_(groups),
        Publication.published_at.is_not(None),
        Publication.withdrawn_at.is_(None),
    )


@lends_files
def find_former_file(person: Person, file_id: UUID) -> File | None:
    """Return the file, if it was published with a contribution of the person in a group."""
    found = file_of_publication(file_id, is_former_contribution_of(person))
    if found is None:
        return None
    file, publication = found
    return file if file_id in file_ids_of_versions(publication) else None
