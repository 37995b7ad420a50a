"""Doors for what belongs to a file of a working copy: words, captions, poster."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from intranet.delivery.files import editing
from intranet.delivery.files.access import get_captions
from intranet.delivery.files.models import File
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.publishing.publications.access import get_written
from intranet.publishing.publications.attached import forms_address
from intranet.publishing.publications.operations.attaching import held, require_unapproved
from intranet.publishing.publications.operations.drafting import require_standing
from intranet.publishing.publications.versions import whole

bp = Blueprint(
    "publication_media", __name__, url_prefix="/p/<uuid:publication_id>/files/<uuid:file_id>"
)


@bp.post("/words")
@signed_in
def change_words(person: Person, publication_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """Say what a picture shows, and all that an infographic says."""
    file = _file(person, publication_id, file_id)
    return editing.change_words(file, forms_address(publication_id, file_id))


@bp.post("/captions")
@signed_in
def change_captions(person: Person, publication_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """Give a video captions; fields `captions`, `language`, `kind`."""
    video = _file(person, publication_id, file_id)
    return editing.change_captions(video, forms_address(publication_id, file_id))


@bp.post("/captions/<uuid:captions_id>/remove")
@signed_in
def take_captions_away(
    person: Person, publication_id: UUID, file_id: UUID, captions_id: UUID
) -> ResponseReturnValue:
    """Take captions away."""
    video = _file(person, publication_id, file_id)
    found = get_captions(video, captions_id)
    return editing.take_captions_away(video, found, forms_address(publication_id, file_id))


@bp.post("/poster")
@signed_in
def change_poster(person: Person, publication_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """Show a picture until the video plays; field `poster`."""
    video = _file(person, publication_id, file_id)
    return editing.change_poster(video, forms_address(publication_id, file_id))


def _file(person: Person, publication_id: UUID, file_id: UUID) -> File:
    """The file of a publication on which the person writes, and which was not withdrawn.

    Raises:
        Forbidden: its readers see it, where nothing changes that is not approved.
    """
    publication = whole(get_written(person, publication_id))
    require_standing(publication)
    require_unapproved(person, publication, file_id)
    return held(publication, file_id).file
