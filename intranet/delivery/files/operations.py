"""Store and remove files, so that no row is ever without its bytes.

Bytes are stored before the row that names them and removed after it. A crash leaves at most bytes
that nobody can reach, and `jobs.discard_unused` removes them.
"""

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import IO, BinaryIO
from uuid import UUID

from intranet.delivery.files import queries
from intranet.delivery.files.file_names import safe_name
from intranet.delivery.files.limits import (
    ALTERNATIVE_CHARACTERS,
    LONG_TEXT_CHARACTERS,
    MADE_BYTES,
    MIB,
    PHOTO_BYTES,
    WRITTEN_BYTES,
)
from intranet.delivery.files.media_types import HEAD_BYTES, VIDEOS, is_shown, media_type_of
from intranet.delivery.files.models import File
from intranet.delivery.files.pictures import cleaned_picture, square_photo
from intranet.delivery.files.storage import storage
from intranet.delivery.files.storage_interface import Source, StorageAway, digest_of, new_key
from intranet.delivery.files.storage_limits import form_bytes, require_storage, video_too_large
from intranet.delivery.files.upload_checks import accept
from intranet.delivery.files.video_faults import not_video
from intranet.delivery.files.videos import begins_as_video, clean_video
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid, Problem, TooLarge
from intranet.platform.core.i18n import _l
from intranet.platform.core.keeping import offer
from intranet.platform.core.outbox import enqueue
from intranet.platform.core.parsing import optional_text, required_text
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.core.web import settings
from intranet.platform.index.models import DocumentKind
from intranet.platform.index.operations import remove

ERASE = "files.erase"
SMALL = "s"


def store_upload(owner: Person, stream: IO[bytes], name: str, *, alternative: str = "") -> File:
    """Store an upload. Until it is attached, only its owner can see it.

    Pictures lose metadata about place and camera, and get a thumbnail.

    Args:
        name: the sender's file name; made harmless.
        alternative: alternative text of a picture, at most 500 characters.

    Raises:
        Invalid: it is empty, holds a virus, is a damaged or huge picture, or `alternative` is
            too long.
        TooLarge: it is over the limit, or the owner or an agency of theirs has no room left.
        TooMany, Busy, Unavailable: the upload can be tried again later.
        StorageFull: the disk has no room.
    """
    alternative = _alternative(alternative)
    accept(stream)
    return store_file(owner, stream, name, alternative=alternative)


def store_file(owner: Person, stream: Source, name: str, *, alternative: str = "") -> File:
    """Store a file that this program made for a person; uploads never come this way.

    Raises:
        Invalid, TooLarge, StorageFull: as for `store_upload`.
    """
    source = Counted(stream, settings().upload_mb * MIB)
    media_type = media_type_of(source.head)
    file = File(
        owner_id=owner.id,
        name=safe_name(name, media_type),
        media_type=media_type,
        key=new_key(),
        alternative=alternative,
    )
    with removed_on_failure(file):
        if is_shown(media_type):
            source = _store_picture(file, source)
        else:
            is_video = media_type in VIDEOS
            storage().put(file.key, source, partial(_strip, file) if is_video else None)
        file.size_bytes, file.sha256 = source.size_bytes, file.sha256 or source.sha256
        _keep(owner, file)
    return file


def store_made(owner: Person, stream: Source, name: str, media_type: str) -> File:
    """Store a file of any size that this program made, such as somebody's own data.

    It is stored even if its owner has no room left: nobody may lose a right by a full disk quota.

    Raises:
        Invalid: it is empty.
        StorageFull: the disk has no room.
    """
    source = Counted(stream, MADE_BYTES)
    file = File(
        owner_id=owner.id, name=safe_name(name, media_type), media_type=media_type, key=new_key()
    )
    with removed_on_failure(file):
        storage().put(file.key, source)
        file.size_bytes, file.sha256 = source.size_bytes, source.sha256
        with unit_of_work() as work:
            work.add(file)
    return file


def store_video(owner: Person, stream: IO[bytes], name: str) -> File:
    """Store a video uploaded in one piece, by a form. A larger one comes in parts (`uploads`).

    Raises:
        Invalid: it is no video that every browser plays, it is damaged, or it holds a virus.
        TooLarge: it is over the limit, or the owner or an agency of theirs has no room left.
        TooMany, Unavailable: the upload can be tried again later.
        Forbidden: the owner holds no post.
        StorageFull: the disk has no room.
    """
    limit_bytes = form_bytes(owner)
    accept(stream)
    source = Counted(stream, limit_bytes, video_too_large)
    if not begins_as_video(source.head):
        raise not_video()
    file = File(owner_id=owner.id, name=name, media_type="", key=new_key())
    with removed_on_failure(file):
        storage().put(file.key, source, partial(strip_video, file))
        file.size_bytes = source.size_bytes
        file.name = safe_name(name, file.media_type)
        _keep(owner, file)
    return file


def strip_video(file: File, stream: BinaryIO) -> None:
    """Measure a video that gets its key, and remove everything but picture and sound.

    Raises:
        Invalid: it is no video that every browser plays. It is unchanged.
    """
    video = clean_video(stream)
    file.media_type, file.duration_ms = video.media_type, video.duration_ms
    file.width, file.height = video.width, video.height
    file.sha256 = digest_of(stream)


def describe(file: File, alternative: str) -> None:
    """Set the alternative text of a picture.

    Raises:
        Invalid: it is longer than 500 characters.
    """
    alternative = _alternative(alternative)
    with unit_of_work() as work:
        work.lock(file)
        file.alternative = alternative


def describe_at_length(file: File, text: str) -> None:
    """Set the full text of an infographic; empty text removes it.

    Raises:
        Invalid: it is longer than 20,000 characters.
    """
    text = optional_text(text, "long_text", LONG_TEXT_CHARACTERS)
    with unit_of_work() as work:
        work.lock(file)
        file.long_text = text or None


def discard(
    file_ids: Sequence[UUID], by_id: UUID | None = None, *, with_holder: bool = False
) -> None:
    """Remove files; their bytes go soon after. Files that something still refers to stay.

    Args:
        by_id: the person who removes them.
        with_holder: they go with what they were attached to, which was offered with them.
    """
    with unit_of_work() as work:
        remove(DocumentKind.FILE, file_ids)
        if not with_holder:
            offer(queries.unused(file_ids), by_id)
        for file in queries.unused(file_ids):
            work.delete(file)
            enqueue(work, ERASE, {"keys": [key for key in (file.key, file.thumbnail_key) if key]})


def store_photo(stream: IO[bytes]) -> str:
    """Store a portrait, square and encoded anew in two sizes; return its key.

    Raises:
        Invalid: it is no picture, a damaged or huge one, or it holds a virus.
        TooLarge: it is over 20 MB.
        TooMany, Busy, Unavailable: the upload can be tried again later.
        StorageFull: the disk has no room.
    """
    accept(stream, "photo")
    source = Counted(stream, PHOTO_BYTES)
    media_type = media_type_of(source.head)
    if not is_shown(media_type):
        raise Invalid({"photo": _l("Choose a picture: JPEG, PNG, WebP or GIF.")})
    photo = square_photo(source, media_type)
    key = new_key()
    storage().put(key, io.BytesIO(photo.large))
    storage().put(key + SMALL, io.BytesIO(photo.small))
    return key


def discard_photo(key: str) -> None:
    """Remove a portrait once the current transaction has committed."""
    with unit_of_work() as work:
        enqueue(work, ERASE, {"keys": [key, key + SMALL]})


def too_large(limit_bytes: int) -> TooLarge:
    """Return the refusal of a file over a limit."""
    return TooLarge(_l("Files can be up to %(limit)s MB.", limit=limit_bytes // MIB))


class Counted:
    """A source of bytes that counts them, hashes them and stops at a limit."""

    def __init__(
        self,
        source: Source,
        limit_bytes: int,
        refused: Callable[[int], Problem] = too_large,
    ) -> None:
        """Store the source and read its head; `refused` makes the error for too many bytes.

        Raises:
            Invalid: it is empty.
        """
        self._source = source
        self._limit_bytes, self._refused = limit_bytes, refused
        self._sum = hashlib.sha256()
        self.size_bytes = 0
        self.head = self._take(HEAD_BYTES)
        self._pending = self.head
        if not self.head:
            raise Invalid({"file": _l("This file is empty. Choose another one.")})

    def read(self, size: int, /) -> bytes:
        """Return the next bytes; more than asked for while the head is pending."""
        pending, self._pending = self._pending, b""
        return pending or self._take(size)

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of what was read so far, in hexadecimal."""
        return self._sum.hexdigest()

    def _take(self, size: int) -> bytes:
        part = self._source.read(size)
        self.size_bytes += len(part)
        self._sum.update(part)
        if self.size_bytes > self._limit_bytes:
            raise self._refused(self._limit_bytes)
        return part


def _keep(owner: Person, file: File) -> None:
    with unit_of_work() as work:
        work.lock(owner)  # two uploads must not both take the last space
        require_storage(owner, file.size_bytes)
        work.add(file)


def _store_picture(file: File, source: Counted) -> Counted:
    """Store a cleaned picture and its thumbnail; return the source that was stored."""
    with cleaned_picture(source, file.media_type) as picture:
        file.width, file.height = picture.width, picture.height
        file.thumbnail_key = new_key()
        storage().put(file.thumbnail_key, picture.thumbnail)
        cleaned = Counted(picture.content, WRITTEN_BYTES)
        storage().put(file.key, cleaned)
    return cleaned


def _strip(file: File, stream: BinaryIO) -> None:
    with suppress(Invalid):  # a video that browsers cannot play stays as it is
        strip_video(file, stream)


@contextmanager
def removed_on_failure(file: File) -> Iterator[None]:
    """Remove the bytes of a file if its row cannot be written."""
    try:
        yield
    except BaseException:
        for key in (file.key, file.thumbnail_key):
            with suppress(OSError, StorageAway):
                storage().delete(key or file.key)
        raise


def _alternative(words: str) -> str:
    if not words.strip():
        return ""
    return required_text(words, "alternative", ALTERNATIVE_CHARACTERS)
