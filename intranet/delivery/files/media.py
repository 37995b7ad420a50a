"""Captions and poster of a stored video, and texts that a file still lacks.

Nothing here checks rights: callers have checked that the upload is the person's own, or that they
are an author of the publication.
"""

import io
from contextlib import suppress
from typing import IO

from intranet.config import LANGUAGES
from intranet.delivery.files import queries
from intranet.delivery.files.limits import PHOTO_BYTES
from intranet.delivery.files.media_types import is_shown, media_type_of
from intranet.delivery.files.models import Captions, CaptionsKind, File
from intranet.delivery.files.operations import ERASE, Counted
from intranet.delivery.files.pictures import poster_picture
from intranet.delivery.files.storage import storage
from intranet.delivery.files.storage_interface import StorageAway, new_key
from intranet.delivery.files.upload_checks import accept
from intranet.delivery.files.webvtt import Read, read_captions, write_captions
from intranet.platform.core.errors import Invalid, NotFound, Words
from intranet.platform.core.i18n import _l
from intranet.platform.core.outbox import enqueue
from intranet.platform.core.unit_of_work import unit_of_work


def add_captions(video: File, content: bytes, *, language: str, kind: CaptionsKind) -> Read:
    """Add captions to a video, replacing those in the same language; return the parsed captions.

    Args:
        content: WebVTT, or SRT to be converted into it; at most 1 MB.

    Raises:
        Invalid: the content is neither (the message names the line) or has a virus, or the
            language is not one of ours.
        NotFound: the file is not a video.
        TooMany, Unavailable: the upload can be tried again later.
    """
    if not video.is_video:
        raise NotFound
    if language not in LANGUAGES:
        words = _l("This language is not available here.")
        raise Invalid({"language": words})
    accept(io.BytesIO(content), "captions")
    read = read_captions(content)
    with unit_of_work() as work:
        work.lock(video)
        for other in queries.captions_of(video.id):
            if other.language == language:
                work.delete(other)
        work.flush()
        captions = Captions(video_id=video.id, language=language, kind=kind)
        captions.content = write_captions(read.cues)
        work.add(captions)
    return read


def remove_captions(captions: Captions) -> None:
    """Delete captions."""
    with unit_of_work() as work:
        work.lock(captions)
        work.delete(captions)


def set_poster(video: File, stream: IO[bytes]) -> None:
    """Set the picture that a video shows until it plays.

    Raises:
        Invalid: it is no picture, a damaged or huge one, or it holds a virus.
        TooLarge: it is over 20 MB.
        TooMany, Busy, Unavailable: the upload can be tried again later.
        NotFound: the file is no video.
        StorageFull: the disk has no room.
    """
    if not video.is_video:
        raise NotFound
    accept(stream, "poster")
    source = Counted(stream, PHOTO_BYTES)
    media_type = media_type_of(source.head)
    if not is_shown(media_type):
        raise Invalid({"poster": _l("Choose a picture: JPEG, PNG, WebP or GIF.")})
    poster = poster_picture(source, media_type)
    key = new_key()
    storage().put(key, io.BytesIO(poster))
    try:
        with unit_of_work() as work:
            work.lock(video)
            if video.thumbnail_key:
                enqueue(work, ERASE, {"keys": [video.thumbnail_key]})
            video.thumbnail_key = key
    except BaseException:
        with suppress(StorageAway):
            storage().delete(key)
        raise


def missing_text(file: File, *, is_infographic: bool = False) -> dict[str, Words]:
    """Return the texts that a picture lacks for people who cannot see it, by field.

    Args:
        is_infographic: it also needs its full content in words.
    """
    missing: dict[str, Words] = {}
    if not file.alternative.strip():
        missing["alternative"] = _l("Describe this picture in a sentence.")
    if is_infographic and not (file.long_text or "").strip():
        words = _l("Write out the full content of this infographic, with its figures in order.")
        missing["long_text"] = words
    return missing


def missing_captions(video: File) -> dict[str, Words]:
    """Return the captions that a video lacks for people who cannot hear it, by field."""
    if queries.captions_of(video.id):
        return {}
    return {"captions": _l("Add captions for people who cannot hear this video.")}
