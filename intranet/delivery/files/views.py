"""Pages that show files, whatever holds them.

Files that are not attached yet can be changed here by their owner.
"""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from intranet.delivery.files import editing
from intranet.delivery.files.access import get_captions, get_upload, readable
from intranet.delivery.files.models import File
from intranet.delivery.files.queries import video_mb
from intranet.delivery.files.serving import send, send_captions
from intranet.organisation.accounts.access import current_person, signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.web import settings

bp = Blueprint("files", __name__, url_prefix="/files/<uuid:file_id>")


@dataclass(frozen=True)
class VideoLimits:
    """Size limits of the reader's videos: in parts, and in one piece without script."""

    in_parts_mb: int
    at_once_mb: int


@bp.app_template_global()
def video_limits() -> VideoLimits:
    """Return the limits that the video field shows (templates/delivery/files/_upload.html)."""
    reader = current_person()
    in_parts_mb = video_mb(reader.id) if reader else 0
    return VideoLimits(in_parts_mb, min(settings().upload_mb, in_parts_mb))


@bp.get("")
@readable
def show(file: File) -> ResponseReturnValue:
    """Return a file to a person who may read what holds it."""
    return send(file)


@bp.get("/thumbnail")
@readable
def thumbnail(file: File) -> ResponseReturnValue:
    """Return the thumbnail of an image, or the poster of a video."""
    return send(file, thumbnail=True)


@bp.get("/captions/<uuid:captions_id>")
@readable
def captions(file: File, captions_id: UUID) -> ResponseReturnValue:
    """Return the captions of a video, as WebVTT."""
    return send_captions(get_captions(file, captions_id))


@bp.post("/words")
@signed_in
def change_words(owner: Person, file_id: UUID) -> ResponseReturnValue:
    """Set the texts of a picture; fields `alternative`, `long_text`."""
    return editing.change_words(get_upload(owner, file_id), _address(file_id))


@bp.post("/captions")
@signed_in
def change_captions(owner: Person, file_id: UUID) -> ResponseReturnValue:
    """Add captions to a video; fields `captions`, `language`, `kind`."""
    return editing.change_captions(get_upload(owner, file_id), _address(file_id))


@bp.post("/captions/<uuid:captions_id>/remove")
@signed_in
def remove_captions(owner: Person, file_id: UUID, captions_id: UUID) -> ResponseReturnValue:
    """Delete captions."""
    video = get_upload(owner, file_id)
    found = get_captions(video, captions_id)
    return editing.delete_captions(video, found, _address(file_id))


@bp.post("/poster")
@signed_in
def change_poster(owner: Person, file_id: UUID) -> ResponseReturnValue:
    """Set the poster of a video; field `poster`."""
    return editing.change_poster(get_upload(owner, file_id), _address(file_id))


def _address(file_id: UUID) -> str:
    return f"/files/{file_id}"
