"""Receive a file, or a part of one, from a request."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import IO
from uuid import UUID

from flask import g, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import ClientDisconnected, UnsupportedMediaType

from intranet.delivery.files.operations import store_upload
from intranet.delivery.files.storage_interface import full_disk_as_error
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid
from intranet.platform.core.guard import BYTES
from intranet.platform.core.i18n import _l

READ_BYTES = 64 * 1024
MAX_FILES = 10


def sent_file(field: str = "file") -> FileStorage:
    """Return the uploaded file of a request; pass `.stream` and `.filename` to `store_upload`.

    Raises:
        Invalid: there is none.
        TooLarge: the request is over the limit.
        StorageFull: there was no room to receive it.
    """
    with full_disk_as_error():
        file = request.files.get(field)
    if file is None or (not file.filename and not file.stream.read(1)):
        raise Invalid({field: _l("Choose a file.")})
    file.stream.seek(0)
    return file


def sent_digest() -> str:
    """Return the SHA-256 of the uploaded file, which is not kept.

    Raises:
        Invalid, TooLarge, StorageFull: as for `sent_file`.
    """
    stream, digest = sent_file().stream, sha256()
    while part := stream.read(READ_BYTES):
        digest.update(part)
    return digest.hexdigest()


def stored_files(owner: Person) -> list[UUID]:
    """Store the files of a form for its sender, and return their ids to attach.

    Raises:
        Invalid: there are too many files, or one of them is refused.
        TooLarge: the request or a file is over its limit, or the sender's quota or that of an
            agency of theirs is used up.
        TooMany, Busy, Unavailable: the request can be tried again later.
        StorageFull: the disk of the server is full.
    """
    with full_disk_as_error():
        sent = [file for file in request.files.getlist("file") if file.filename]
    if len(sent) > MAX_FILES:
        raise Invalid({"file": _l("Attach at most %(limit)s files.", limit=MAX_FILES)})
    stored = [store_upload(owner, file.stream, file.filename or "").id for file in sent]
    g.stored_file_ids = stored
    return stored


def kept_file_ids() -> list[str]:
    """Return the ids of a form's files, to show it again: `file_ids`, then what was just stored."""
    named = [file_id for file_id in request.form.getlist("file_ids") if file_id]
    return [*named, *map(str, g.get("stored_file_ids", ()))]


@contextmanager
def sent_part() -> Iterator[IO[bytes]]:
    """Yield the body of a request once all of it has arrived.

    Until then the upload is not locked, so a client can retry while a broken request still waits.

    The length is checked against the header, since servers do not report a cut connection.

    Raises:
        UnsupportedMediaType: it is not sent as `application/octet-stream`.
        ClientDisconnected: the connection was cut.
        StorageFull: there was no room to receive it.
    """
    if request.mimetype != BYTES:
        raise UnsupportedMediaType
    missing = request.content_length or 0
    with tempfile.TemporaryFile() as part:
        while missing:
            came = request.stream.read(min(READ_BYTES, missing))
            if not came:
                raise ClientDisconnected
            with full_disk_as_error():
                part.write(came)
            missing -= len(came)
        part.seek(0)
        yield part
