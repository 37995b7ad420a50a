"""Endpoints for the parts of a file of a working copy: words, captions, poster."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from intranet.delivery.files import editing
from intranet.delivery.files.access import get_captions
from intranet.delivery.files.models import File
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.publishing.publications.access import get_written
from intranet.publishing.publications.attached_files import forms_address
from intranet.publishing.publications.operations.attaching import attached_file, require_unapproved
from intranet.publishing.publications.operations.drafting import require_not_withdrawn
from intranet.publishing.publications.versions import with_working_copy

bp = Blueprint(
    "publication_media", __name__, url_prefix="/p/<uuid:publication_id>/files/<uuid:file_id>"
)


@bp.post("/words")
@signed_in
def change_words(person: Person, publication_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """Change the description of a picture, or the full text of an infographic."""
    file = _file(person, publication_id, file_id)
    return editing.change_words(file, forms_address(publication_id, file_id))


@bp.post("/captions")
@signed_in
def change_captions(person: Person, publication_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """Add captions to a video; fields `captions`, `language`, `kind`."""
    video = _file(person, publication_id, file_id)
    return editing.change_captions(video, forms_address(publication_id, file_id))


@bp.post("/captions/<uuid:captions_id>/remove")
@signed_in
def take_captions_away(
    person: Person, publication_id: UUID, file_id: UUID, captions_id: UUID
) -> ResponseReturnValue:
    """Remove captions."""
    video = _file(person, publication_id, file_id)
    found = get_captions(video, captions_id)
    return editing.delete_captions(video, found, forms_address(publication_id, file_id))


@bp.post("/poster")
@signed_in
def change_poster(person: Person, publication_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """Set the picture shown before the video plays; field `poster`."""
    video = _file(person, publication_id, file_id)
    return editing.change_poster(video, forms_address(publication_id, file_id))


def _file(person: Person, publication_id: UUID, file_id: UUID) -> File:
    """Return a file of a publication that the person may edit and that was not withdrawn.

    Raises:
        Forbidden: readers see the file, and its changes need approval.
    """
    publication = with_working_copy(get_written(person, publication_id))
    require_not_withdrawn(publication)
    require_unapproved(person, publication, file_id)
    return attached_file(publication, file_id).file
