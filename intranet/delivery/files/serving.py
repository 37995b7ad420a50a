"""Serve bytes so that nothing in them can run within our pages.

Ranges are supported, so that a video can be played from any second.

The holder checks access before calling this.
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

from intranet.delivery.files.limits import RESPONSE_BYTES
from intranet.delivery.files.media_types import is_shown, served_type
from intranet.delivery.files.models import Captions, File
from intranet.delivery.files.operations import SMALL
from intranet.delivery.files.storage import storage
from intranet.organisation.accounts.access import current_identity
from intranet.platform.core.errors import NotFound

POLICY = "sandbox; default-src 'none'"
THUMBNAIL_TYPE = "image/webp"
PHOTO_SECONDS = 3600
CAPTIONS_TYPE = "text/vtt"
WHOLE_BYTES = 256 * 1024
PART_BYTES = 64 * 1024
PLAYERS = {"video", "audio"}


class Parts(FileWrapper):
    """Yields the parts of a stream, and closes it after the last one."""

    def __next__(self) -> bytes:
        try:
            return super().__next__()
        except StopIteration:
            self.close()
            raise


def send(file: File, *, thumbnail: bool = False) -> Response:
    """Return the bytes of a file or its thumbnail, whole or the requested range.

    Browsers cache them but ask each time whether they still may, so that withdrawn rights take
    effect at once. Anything but an image is sent as an attachment; players do not mind.

    Raises:
        NotFound: it has no thumbnail, or its bytes are gone.
        RequestedRangeNotSatisfiable: it has no such part.
    """
    inline = thumbnail or is_shown(file.media_type)
    disposition = _disposition(file.name, inline=inline)
    if thumbnail:
        response = _answer(file.thumbnail_key, THUMBNAIL_TYPE)
    elif not inline and (elsewhere := _elsewhere(file.key, file.media_type, disposition)):
        return elsewhere
    else:
        response = _answer(file.key, served_type(file.media_type))
    response.headers["Content-Disposition"] = disposition
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def send_stored(key: str, name: str, media_type: str) -> Response:
    """Return bytes that a higher package stored, as an attachment of this name.

    Raises:
        NotFound: they are gone.
        RequestedRangeNotSatisfiable: they have no such part.
    """
    disposition = _disposition(name, inline=False)
    if elsewhere := _elsewhere(key, media_type, disposition):
        return elsewhere
    response = _answer(key, media_type)
    response.headers["Content-Disposition"] = disposition
    response.headers["Cache-Control"] = "private, no-store"
    return response


def send_captions(captions: Captions) -> Response:
    """Return the captions of a video, as WebVTT."""
    response = Response(captions.content, mimetype=CAPTIONS_TYPE)
    _protect(response, str(captions.id))
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request.environ)
    return response


def send_photo(key: str, *, small: bool = False) -> Response:
    """Return the bytes of a portrait. Browsers may cache them: a new portrait has a new key.

    Raises:
        NotFound: its bytes are gone.
    """
    response = _answer(key + SMALL if small else key, THUMBNAIL_TYPE)
    response.headers["Content-Disposition"] = "inline"
    response.headers["Cache-Control"] = f"private, max-age={PHOTO_SECONDS}"
    return response


def _elsewhere(key: str, media_type: str, disposition: str) -> Response | None:
    """Send a browser that saves a file to the object store, if its address allows it.

    Only attachments that somebody follows a link to: what pages show stays under our policy, and
    programs send us what they must not send elsewhere.
    """
    if request.headers.get("Sec-Fetch-Mode") != "navigate":
        return None
    kept_type = served_type(media_type)
    if link := storage().link(key, media_type=kept_type, disposition=disposition):
        response = Response(status=302, headers={"Location": link})
        response.headers["Cache-Control"] = "private, no-store"
        return response
    return None


def _answer(key: str | None, media_type: str) -> Response:
    stream = _opened(key)
    size_bytes = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if size_bytes <= WHOLE_BYTES:
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
    """Return the stream in parts: in the server's fastest way unless a range is requested."""
    if "Range" in request.headers:
        return Parts(stream, PART_BYTES)
    wrapper: type[FileWrapper] = request.environ.get("wsgi.file_wrapper", Parts)
    return wrapper(stream, PART_BYTES)


def _asked_range() -> str | None:
    """Return the range to send; None, for the whole file, if none or several are requested.

    A player asks for everything from an offset on and reads it as it plays. It gets the next part
    only, and asks again when it needs more: else each paused player would hold a thread.
    """
    asked = request.range
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return None
    start, end = asked.ranges[0]
    if end is None and start >= 0 and request.headers.get("Sec-Fetch-Dest") in PLAYERS:
        return f"bytes={start}-{start + RESPONSE_BYTES - 1}"
    return request.headers["Range"]


def _opened(key: str | None) -> BinaryIO:
    if not key:
        raise NotFound
    try:
        return storage().open(key)
    except FileNotFoundError as error:
        raise NotFound from error


def _validator(key: str | None) -> str:
    """Return an ETag for each reader, so that it reveals nothing about other readers."""
    identity = current_identity()
    reader = identity.person.id if identity else ""
    return sha256(f"{key} {reader}".encode()).hexdigest()[:32]


def _disposition(name: str, *, inline: bool) -> str:
    """Format the header by RFC 6266: the full name, and an ASCII one for old programs."""
    plain = "".join(char if char.isascii() and char not in '"\\%' else "_" for char in name)
    header = dump_options_header("inline" if inline else "attachment", {"filename": plain})
    return header if plain == name else f"{header}; filename*=UTF-8''{quote(name, safe='')}"
