"""Attaching, describing and removing the files of a working copy."""

from uuid import UUID

from intranet.delivery.files.access import get_upload
from intranet.delivery.files.models import File
from intranet.delivery.files.operations import describe, discard
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Forbidden, Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.keeping import offer
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.approval import is_mere_author, needs_approval
from intranet.publishing.publications.file_access import file_ids_of_versions
from intranet.publishing.publications.models import FileRole, Publication, PublicationFile
from intranet.publishing.publications.operations.drafting import opened, touch

FILES_LIMIT = 30
PICTURES = frozenset({FileRole.PICTURE, FileRole.GALLERY, FileRole.INFOGRAPHIC})
"""The roles that a picture may have."""


def usual_role(file: File) -> FileRole:
    """Return the default role of a file."""
    if file.is_video:
        return FileRole.VIDEO
    return FileRole.PICTURE if file.is_image else FileRole.ATTACHMENT


def attach(
    person: Person,
    publication: Publication,
    file_id: UUID,
    role: FileRole | None = None,
    *,
    edition: int,
) -> None:
    """Attach a file that the person uploaded, in its usual role if none is given.

    Raises:
        NotFound: the file is not the person's, or is already attached to something.
        Invalid: there are too many files, or this type of file cannot have the role.
    """
    with unit_of_work() as work:
        publication = opened(person, publication, edition)
        file = get_upload(person, file_id)
        if len(publication.attached) >= FILES_LIMIT:
            raise Invalid({"files": _l("Attach at most %(limit)s files.", limit=FILES_LIMIT)})
        role = role or usual_role(file)
        _require_fit(file, role)
        position = max((held.position for held in publication.files), default=-1) + 1
        work.add(
            PublicationFile(
                publication_id=publication.id, file_id=file.id, role=role, position=position
            )
        )
        touch(publication, person)


def describe_file(
    person: Person,
    publication: Publication,
    file_id: UUID,
    words: str | None,
    role: FileRole | None = None,
    *,
    edition: int,
) -> None:
    """Change the description of a file or its role, where given.

    Raises:
        Forbidden: its readers would see words that were never approved.
        Invalid: the words are too long, or this type of file cannot have the role.
    """
    with unit_of_work():
        publication = opened(person, publication, edition)
        found = attached_file(publication, file_id)
        if words is not None and words != found.file.alternative:
            require_unapproved(person, publication, file_id)
            describe(found.file, words)
        if role and role != found.role:
            _require_fit(found.file, role)
            found.role = role
        touch(publication, person)


def detach(person: Person, publication: Publication, file_id: UUID, *, edition: int) -> None:
    """Remove a file. Versions published with it keep it."""
    with unit_of_work() as work:
        publication = opened(person, publication, edition)
        found = attached_file(publication, file_id)
        if file_id in file_ids_of_versions(publication):
            found.role = FileRole.EARLIER
        else:
            offer([found], person.id)
            work.delete(found)
            work.flush()
            discard([file_id], person.id, with_holder=True)
        touch(publication, person)


def attached_file(publication: Publication, file_id: UUID) -> PublicationFile:
    """Return a file as attached to the working copy.

    Raises:
        NotFound: it is not attached.
    """
    for one in publication.attached:
        if one.file_id == file_id:
            return one
    raise NotFound


def require_unapproved(person: Person, publication: Publication, file_id: UUID) -> None:
    """Check that a file's words may change without a new version, which would need approval.

    Raises:
        Forbidden: it was approved as it is, for the public site or as an employee's article.
    """
    is_public = publication.visibility == Visibility.PUBLIC
    is_approved = is_mere_author(person, publication) and needs_approval(person, publication)
    if not (is_public or is_approved) or file_id not in file_ids_of_versions(publication):
        return
    if is_public:
        raise Forbidden(
            _l(
                "This file is part of an approved page on the public site. "
                "Remove it from the public site first."
            )
        )
    raise Forbidden(
        _l(
            "This file was approved with the article. Remove it, add it again and "
            "submit the article for approval."
        )
    )


def _require_fit(file: File, role: FileRole) -> None:
    if role in PICTURES and not file.is_image:
        raise Invalid({"files": _l("This is not a picture. Attach it as a file.")})
    if role == FileRole.VIDEO and not file.is_video:
        raise Invalid({"files": _l("Some browsers cannot play this video.")})
    if role == FileRole.EARLIER:
        raise Invalid({"files": _l("This value is not allowed here.")})
