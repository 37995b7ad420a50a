"""Sending bytes, so that whatever is in them runs nowhere near our pages.

A part can be asked for, so that a video is played from any of its seconds.

Asking whether somebody may have a file is the holder's part and comes before.
"""

import os
from collections.abc import Iterable
from hashlib import sha256
from typing import BinaryIO
from urllib.parse import quote

from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import dump_options_header
from werkzeug.wsgi import FileWrapper

from intranet.delivery.files.kinds import is_shown, served_type
from intranet.delivery.files.limits import SENT_AT_ONCE_BYTES
from intranet.delivery.files.models import Captions, File
from intranet.delivery.files.operations import SMALL
from intranet.delivery.files.storage import storage
from intranet.organisation.accounts.access import current_identity
from intranet.platform.core.errors import NotFound

POLICY = "sandbox; default-src 'none'"
THUMBNAIL_TYPE = "image/webp"
PHOTO_SECONDS = 3600
CAPTIONS_TYPE = "text/vtt"
AT_ONCE_BYTES = 256 * 1024
PART_BYTES = 64 * 1024
PLAYERS = {"video", "audio"}


class Parts(FileWrapper):
    """The bytes of a stream, part by part; it is closed after the last, whoever forgets to."""

    def __next__(self) -> bytes:
        try:
            return super().__next__()
        except StopIteration:
            self.close()
            raise


def send(file: File, *, thumbnail: bool = False) -> Response:
    """The bytes of a file, or of its thumbnail, whole or the range asked for.

    Browsers keep them but ask each time whether they still may, so that an end of rights takes
    effect at once. What is no picture is handed over as an attachment; players do not mind.

    Raises:
        NotFound: it has no thumbnail, or its bytes are gone.
        RequestedRangeNotSatisfiable: it has no such part.
    """
    if thumbnail:
        response = _answer(file.thumbnail_key, THUMBNAIL_TYPE)
    else:
        response = _answer(file.key, served_type(file.media_type))
    inline = thumbnail or is_shown(file.media_type)
    response.headers["Content-Disposition"] = _disposition(file.name, inline=inline)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def send_captions(captions: Captions) -> Response:
    """The captions of a video, as WebVTT."""
    response = Response(captions.content, mimetype=CAPTIONS_TYPE)
    _protect(response, str(captions.id))
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request.environ)
    return response


def send_photo(key: str, *, small: bool = False) -> Response:
    """The bytes of a portrait; its key is another when the portrait is.

    Raises:
        NotFound: its bytes are gone.
    """
    response = _answer(key + SMALL if small else key, THUMBNAIL_TYPE)
    response.headers["Content-Disposition"] = "inline"
    response.headers["Cache-Control"] = f"private, max-age={PHOTO_SECONDS}"
    return response


def _answer(key: str | None, media_type: str) -> Response:
    stream = _opened(key)
    size_bytes = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if size_bytes <= AT_ONCE_BYTES:
        with stream:
            response = Response(stream.read(), mimetype=media_type)
    else:
        response = Response(_parts(stream), mimetype=media_type, direct_passthrough=True)
    response.content_length = size_bytes
    _protect(response, key)
    asked = {name: value for name, value in request.environ.items() if name != "HTTP_RANGE"}
    if part := _asked_range():
        asked["HTTP_RANGE"] = part
    try:
        response.make_conditional(asked, accept_ranges=True, complete_length=size_bytes)
    except RequestedRangeNotSatisfiable:
        response.close()
        raise
    return response


def _protect(response: Response, key: str | None) -> None:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.set_etag(_validator(key))


def _parts(stream: BinaryIO) -> Iterable[bytes]:
    """The whole as the server sends files best; of a part, only that is read."""
    if "Range" in request.headers:
        return Parts(stream, PART_BYTES)
    wrapper: type[FileWrapper] = request.environ.get("wsgi.file_wrapper", Parts)
    return wrapper(stream, PART_BYTES)


def _asked_range() -> str | None:
    """The range asked for, if it is one that can be read; of several the whole is sent.

    A player asks for everything from a place on and reads it as it plays. It gets the next part
    instead, and asks for another when it needs one: else each that is paused would hold a thread.
    """
    asked = request.range
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return None
    start, end = asked.ranges[0]
    if end is None and start >= 0 and request.headers.get("Sec-Fetch-Dest") in PLAYERS:
        return f"bytes={start}-{start + SENT_AT_ONCE_BYTES - 1}"
    return request.headers["Range"]


def _opened(key: str | None) -> BinaryIO:
    if not key:
        raise NotFound
    try:
        return storage().open(key)
    except FileNotFoundError as error:
        raise NotFound from error


def _validator(key: str | None) -> str:
    """One for each reader, so that none tells a reader what another has seen."""
    identity = current_identity()
    reader = identity.person.id if identity else ""
    return sha256(f"{key} {reader}".encode()).hexdigest()[:32]


def _disposition(name: str, *, inline: bool) -> str:
    """RFC 6266: the name in full, and one in plain letters for old programs."""
    plain = "".join(char if char.isascii() and char not in '"\\%' else "_" for char in name)
    header = dump_options_header("inline" if inline else "attachment", {"filename": plain})
    return header if plain == name else f"{header}; filename*=UTF-8''{quote(name, safe='')}"
