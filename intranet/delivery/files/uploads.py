"""Upload a video in parts, so that a bad connection loses one part and not the whole.

What lies in the storage is the only record of how much has arrived.
"""

from contextlib import suppress
from typing import BinaryIO

from intranet.delivery.files import queries
from intranet.delivery.files.file_names import safe_name
from intranet.delivery.files.limits import MAX_UPLOADS, NAME_CHARACTERS
from intranet.delivery.files.models import File, Upload
from intranet.delivery.files.operations import removed_on_failure, strip_video
from intranet.delivery.files.scanning import scan
from intranet.delivery.files.storage import storage
from intranet.delivery.files.storage_interface import OutOfStepError, Source, StorageAway, new_key
from intranet.delivery.files.storage_limits import require_storage, video_bytes, video_too_large
from intranet.delivery.files.upload_checks import count_upload
from intranet.delivery.files.video_faults import not_video
from intranet.delivery.files.videos import begins_as_video
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Conflict, Invalid, TooLarge, TooMany
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import unit_of_work

HEAD_BYTES = 16
RETRY_AFTER_SECONDS = 60


def begin_upload(owner: Person, name: str, size_bytes: int) -> Upload:
    """Begin to upload a video, after checking that there is room for all of it.

    Raises:
        TooLarge: it is over the agency's limit, or there is no room left.
        TooMany: the owner has too many unfinished uploads, or sent too many in a short time.
        Forbidden: the owner holds no post.
        Invalid: it is empty.
    """
    if size_bytes < 1:
        raise Invalid({"file": _l("This file is empty. Choose another one.")})
    if size_bytes > (limit_bytes := video_bytes(owner)):
        raise video_too_large(limit_bytes)
    count_upload()
    with unit_of_work() as work:
        work.lock(owner)  # two uploads must not both take the last space
        waiting = queries.uploads_of(owner.id)
        if len(waiting) >= MAX_UPLOADS:
            words = _l("Your other videos are still uploading. Finish or cancel them first.")
            raise TooMany(RETRY_AFTER_SECONDS, words)
        require_storage(owner, size_bytes + sum(other.size_bytes for other in waiting))
        upload = Upload(owner_id=owner.id, name=name[:NAME_CHARACTERS], size_bytes=size_bytes)
        upload.key = new_key()
        work.add(upload)
    return upload


def received_bytes(upload: Upload) -> int:
    """Return how much has arrived: where the next part begins."""
    return upload.size_bytes if upload.file_id else storage().received(upload.key)


def add_part(owner: Person, upload: Upload, offset: int, source: Source) -> None:
    """Add a part; the last one completes the file, and `upload.file_id` names it.

    Raises:
        Conflict: the part does not begin where the others end.
        Invalid: the file is no video that every browser plays, or holds a virus. It is deleted.
        TooLarge: there is no room left, or the file is too long to be scanned. It is deleted.
        Unavailable: the file cannot be scanned now. It is kept, and can be tried again.
        StorageFull: the disk has no room. The earlier parts are kept.
    """
    if upload.file_id:
        return
    try:
        if _add(upload, offset, source) == upload.size_bytes:
            _finish(owner, upload)
    except OutOfStepError as error:
        words = _l(
            "This part of the file does not follow the last part received. Check how much "
            "of the file has arrived."
        )
        raise Conflict(words) from error


def discard_upload(upload: Upload) -> None:
    """Delete what has arrived of an upload; a file made from it stays."""
    storage().abandon(upload.key)
    with unit_of_work() as work:
        work.lock(upload)
        work.delete(upload)


def _add(upload: Upload, offset: int, source: Source) -> int:
    """Append a part, if it continues the upload; return the new size."""
    if offset != storage().received(upload.key):
        raise OutOfStepError
    part = _Part(source, upload.size_bytes - offset)
    if offset == 0 and not begins_as_video(part.head):
        discard_upload(upload)
        raise not_video()
    return storage().append(upload.key, offset, part)


class _Part:
    """A source that refuses more bytes than are missing, and checks the head first."""

    def __init__(self, source: Source, missing: int) -> None:
        self._source, self._missing = source, missing
        self.head = self._pending = self._take(HEAD_BYTES)

    def read(self, size: int, /) -> bytes:
        """Return the next bytes."""
        pending, self._pending = self._pending, b""
        return pending or self._take(size)

    def _take(self, size: int) -> bytes:
        part = self._source.read(size)
        self._missing -= len(part)
        if self._missing < 0:
            raise OutOfStepError
        return part


def _finish(owner: Person, upload: Upload) -> None:
    """Turn a complete upload into a file. After an error of ours it can be tried again."""
    file = File(owner_id=owner.id, size_bytes=upload.size_bytes, key=upload.key)

    def prepare(stream: BinaryIO) -> None:
        scan(stream)
        strip_video(file, stream)

    try:
        storage().settle(upload.key, prepare)
        _keep(owner, upload, file)
    except (Invalid, TooLarge):
        with removed_on_failure(file):
            discard_upload(upload)
            raise
    with suppress(StorageAway):  # then they go with the upload, in a day
        storage().abandon(file.key)


def _keep(owner: Person, upload: Upload, file: File) -> None:
    file.name = safe_name(upload.name, file.media_type)
    try:
        _store_row(owner, upload, file)
    except TooLarge:
        raise
    except BaseException:
        storage().unsettle(file.key)
        raise


def _store_row(owner: Person, upload: Upload, file: File) -> None:
    with unit_of_work() as work:
        work.lock(owner)
        work.lock(upload)
        if upload.file_id:
            raise OutOfStepError  # another process was as far, and came first
        require_storage(owner, file.size_bytes)
        work.add(file)
        work.flush()
        upload.file_id = file.id
