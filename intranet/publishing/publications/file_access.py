"""Access to files of publications: readers have the files of all its versions."""

from uuid import UUID

from sqlalchemy import ColumnElement, select

from intranet.delivery.files.access import lends_files
from intranet.delivery.files.models import File
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.publishing.publications.access import may_write, readable_by
from intranet.publishing.publications.approval import may_approve
from intranet.publishing.publications.models import Publication, PublicationFile, PublicationVersion


@lends_files
def find_file(person: Person, file_id: UUID) -> File | None:
    """Return the file, if its publication is one that the person may edit, approve or read."""
    found = file_of_publication(file_id, readable_by(person))
    if found is None:
        return None
    file, publication = found
    if may_write(person, publication) or may_approve(person, publication):
        return file
    is_readable = publication.withdrawn_at is None and file_id in file_ids_of_versions(publication)
    return file if is_readable else None


def file_of_publication(
    file_id: UUID, condition: ColumnElement[bool]
) -> tuple[File, Publication] | None:
    """Return the file and its publication, if the publication meets the condition."""
    row = db.session.execute(
        select(File, Publication)
        .join(PublicationFile, PublicationFile.file_id == File.id)
        .join(Publication, Publication.id == PublicationFile.publication_id)
        .where(File.id == file_id, condition)
    ).first()
    return (row.File, row.Publication) if row else None


def file_ids_of_versions(publication: Publication) -> frozenset[UUID]:
    """Return the ids of the files of all versions of a publication, also of files removed since."""
    versions = db.session.scalars(
        select(PublicationVersion.file_ids).where(
            PublicationVersion.publication_id == publication.id
        )
    )
    return frozenset(UUID(file_id) for file_ids in versions for file_id in file_ids)
