"""Storing and removing files. A row and its bytes are both there or both not.

Bytes are stored before the row that names them and removed after it: what a crash leaves
behind is at most bytes that nobody can reach, and `jobs.discard_unused` sweeps them.
"""

import hashlib
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from uuid import UUID

from intranet.core.errors import Invalid, TooLarge
from intranet.core.i18n import _l
from intranet.core.outbox import owe
from intranet.core.parsing import required_text
from intranet.core.unit_of_work import unit_of_work
from intranet.core.web import settings
from intranet.files import queries
from intranet.files.kinds import HEAD_BYTES, is_shown, media_type_of
from intranet.files.limits import (
    AGENCY_BYTES,
    ALTERNATIVE_CHARACTERS,
    GIB,
    MIB,
    PERSON_BYTES,
    PHOTO_BYTES,
)
from intranet.files.models import File
from intranet.files.names import safe_name
from intranet.files.pictures import clean_picture, square_photo
from intranet.files.storage import Source, new_key, storage
from intranet.index.models import DocumentKind
from intranet.index.operations import remove
from intranet.people.models import Person

ERASE = "files.erase"
SMALL = "s"


def store_upload(owner: Person, stream: Source, name: str, *, alternative: str = "") -> File:
    """Store what somebody sends. Until it hangs on something, only they can see it.

    Pictures lose what they tell about place and camera, and get a thumbnail.

    Args:
        name: as the sender's computer called it; kept without what could do harm.
        alternative: words for who cannot see the picture, at most 500 characters.

    Raises:
        Invalid: it is empty, a damaged or huge picture, or `alternative` is too long.
        TooLarge: it is over the limit, or the owner or an agency of theirs has no room left.
        StorageFull: the disk has none.
    """
    alternative = _alternative(alternative)
    source = Counted(stream, settings().upload_mb * MIB)
    media_type = media_type_of(source.head)
    file = File(
        owner_id=owner.id,
        name=safe_name(name, media_type),
        media_type=media_type,
        key=new_key(),
        alternative=alternative,
    )
    with _removed_on_failure(file):
        if is_shown(media_type):
            source = _store_picture(file, source)
        else:
            storage().put(file.key, source)
        file.size_bytes, file.sha256 = source.size_bytes, source.sha256
        with unit_of_work() as work:
            work.lock(owner)  # two uploads at once must not both take the last of the room
            _require_room(owner, file.size_bytes)
            work.add(file)
    return file


def describe(file: File, alternative: str) -> None:
    """Say what a picture shows, for who cannot see it.

    Raises:
        Invalid: it is longer than 500 characters.
    """
    alternative = _alternative(alternative)
    with unit_of_work() as work:
        work.lock(file)
        file.alternative = alternative


def discard(file_ids: Sequence[UUID]) -> None:
    """Remove files that nothing holds any more; their bytes go soon after."""
    with unit_of_work() as work:
        remove(DocumentKind.FILE, file_ids)
        for file in queries.files(file_ids):
            work.delete(file)
            owe(work, ERASE, {"keys": [key for key in (file.key, file.thumbnail_key) if key]})


def store_photo(stream: Source) -> str:
    """Store a portrait, square and encoded anew in two sizes; give the key to keep.

    Raises:
        Invalid: it is no picture, or a damaged or huge one.
        TooLarge: it is over 20 MB.
        StorageFull: the disk has no room.
    """
    source = Counted(stream, PHOTO_BYTES)
    media_type = media_type_of(source.head)
    if not is_shown(media_type):
        raise Invalid({"photo": _l("Choose a picture: JPEG, PNG, WebP or GIF.")})
    photo = square_photo(source.rest(), media_type)
    key = new_key()
    storage().put(key, io.BytesIO(photo.large))
    storage().put(key + SMALL, io.BytesIO(photo.small))
    return key


def discard_photo(key: str) -> None:
    """Remove a portrait, once the transaction in which this is said is through."""
    with unit_of_work() as work:
        owe(work, ERASE, {"keys": [key, key + SMALL]})


class Counted:
    """A source of bytes that counts, sums and stops at a limit."""

    def __init__(self, source: Source, limit_bytes: int) -> None:
        """Take the source and read its head.

        Raises:
            Invalid: nothing is in it.
        """
        self._source = source
        self._limit_bytes = limit_bytes
        self._sum = hashlib.sha256()
        self.size_bytes = 0
        self.head = self._take(HEAD_BYTES)
        self._pending = self.head
        if not self.head:
            raise Invalid({"file": _l("This file is empty. Choose another one.")})

    def read(self, size: int, /) -> bytes:
        """The next bytes; more than asked for when the head is still to come."""
        pending, self._pending = self._pending, b""
        return pending or self._take(size)

    def rest(self) -> bytes:
        """Everything."""
        parts = []
        while part := self.read(MIB):
            parts.append(part)
        return b"".join(parts)

    @property
    def sha256(self) -> str:
        """The sum over what was read so far, in hexadecimal."""
        return self._sum.hexdigest()

    def _take(self, size: int) -> bytes:
        part = self._source.read(size)
        self.size_bytes += len(part)
        self._sum.update(part)
        if self.size_bytes > self._limit_bytes:
            limit = self._limit_bytes // MIB
            raise TooLarge(_l("A file may have at most %(limit)s MB.", limit=limit))
        return part


def _store_picture(file: File, source: Counted) -> Counted:
    """Store a picture cleaned, and its thumbnail; give what was stored of it."""
    picture = clean_picture(source.rest(), file.media_type)
    file.width, file.height = picture.width, picture.height
    file.thumbnail_key = new_key()
    storage().put(file.thumbnail_key, io.BytesIO(picture.thumbnail))
    cleaned = Counted(io.BytesIO(picture.content), 2 * len(picture.content))
    storage().put(file.key, cleaned)
    return cleaned


def _require_room(owner: Person, size_bytes: int) -> None:
    if queries.stored_bytes(owner.id) + size_bytes > PERSON_BYTES:
        raise TooLarge(
            _l(
                "Your files fill the %(limit)s GB that one person has. Delete messages with files "
                "that nobody needs any more, and try again.",
                limit=PERSON_BYTES // GIB,
            )
        )
    if queries.fullest_agency_bytes(owner.id) + size_bytes > AGENCY_BYTES:
        raise TooLarge(
            _l(
                "The files of your agency fill the %(limit)s GB that it has. Tell its "
                "administrator.",
                limit=AGENCY_BYTES // GIB,
            )
        )


@contextmanager
def _removed_on_failure(file: File) -> Iterator[None]:
    try:
        yield
    except BaseException:
        for key in (file.key, file.thumbnail_key):
            with suppress(OSError):
                storage().delete(key or file.key)
        raise


def _alternative(words: str) -> str:
    if not words.strip():
        return ""
    return required_text(words, "alternative", ALTERNATIVE_CHARACTERS)
