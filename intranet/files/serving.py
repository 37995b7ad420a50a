"""Sending bytes, so that whatever is in them runs nowhere near our pages.

Asking whether somebody may have a file is the holder's part and comes before.
"""

import os
from hashlib import sha256
from typing import BinaryIO
from urllib.parse import quote

from flask import Response, request
from werkzeug.http import dump_options_header
from werkzeug.wsgi import FileWrapper

from intranet.accounts.access import current_identity
from intranet.core.errors import NotFound
from intranet.files.kinds import is_shown, served_type
from intranet.files.models import File
from intranet.files.operations import SMALL
from intranet.files.storage import storage

POLICY = "sandbox; default-src 'none'"
THUMBNAIL_TYPE = "image/webp"
PHOTO_SECONDS = 3600
AT_ONCE_BYTES = 256 * 1024


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
    effect at once. What is no picture is handed over as an attachment.

    Raises:
        NotFound: it has no thumbnail, or its bytes are gone.
    """
    if thumbnail:
        response = _answer(file.thumbnail_key, THUMBNAIL_TYPE)
    else:
        response = _answer(file.key, served_type(file.media_type))
    inline = thumbnail or is_shown(file.media_type)
    response.headers["Content-Disposition"] = _disposition(file.name, inline=inline)
    response.headers["Cache-Control"] = "private, no-cache"
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
        parts = request.environ.get("wsgi.file_wrapper", Parts)(stream)
        response = Response(parts, mimetype=media_type, direct_passthrough=True)
    response.content_length = size_bytes
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.set_etag(_validator(key))
    response.make_conditional(request.environ, accept_ranges=True, complete_length=size_bytes)
    return response


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
