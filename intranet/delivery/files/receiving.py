"""Taking a file, or a part of one, out of a request."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import IO
from uuid import UUID

from flask import request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import ClientDisconnected, UnsupportedMediaType

from intranet.delivery.files.operations import store_upload
from intranet.delivery.files.storage import full_is_said
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid
from intranet.platform.core.guard import BYTES
from intranet.platform.core.i18n import _l

READ_BYTES = 64 * 1024
FILES_AT_ONCE = 10


def sent_file(field: str = "file") -> FileStorage:
    """The file that a form or a program sent; `.stream` and `.filename` are for `store_upload`.

    Raises:
        Invalid: there is none.
        TooLarge: the request is over the limit.
        StorageFull: there was no room to receive it.
    """
    with full_is_said():
        file = request.files.get(field)
    if file is None or (not file.filename and not file.stream.read(1)):
        raise Invalid({field: _l("Choose a file.")})
    file.stream.seek(0)
    return file


def sent_digest(field: str = "file") -> str:
    """The SHA-256 of the file that a form sent, which is not kept.

    Raises:
        Invalid, TooLarge, StorageFull: as for `sent_file`.
    """
    stream, digest = sent_file(field).stream, sha256()
    while part := stream.read(READ_BYTES):
        digest.update(part)
    return digest.hexdigest()


def stored_files(owner: Person, field: str = "file") -> list[UUID]:
    """Ids of the files that came with a form, stored for who sent them until they hang on it.

    Raises:
        Invalid: they are too many, or one of them cannot be taken.
        TooLarge: the request is over the limit, or there is no room left.
        StorageFull: there was no room to receive it.
    """
    with full_is_said():
        sent = [file for file in request.files.getlist(field) if file.filename]
    if len(sent) > FILES_AT_ONCE:
        raise Invalid({field: _l("Attach at most %(limit)s files.", limit=FILES_AT_ONCE)})
    return [store_upload(owner, file.stream, file.filename or "").id for file in sent]


@contextmanager
def sent_part() -> Iterator[IO[bytes]]:
    """The body of a request, once all of it has come: who is slow keeps nobody from trying again.

    It is as long as the request says: servers do not say that the line was cut, they only end.

    Raises:
        UnsupportedMediaType: it is not sent as mere bytes.
        ClientDisconnected: the line was cut.
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
            with full_is_said():
                part.write(came)
            missing -= len(came)
        part.seek(0)
        yield part
