"""The storage that the settings name: a folder, or a bucket of an object store.

The modules of buckets are imported only for one: boto3 takes 26 MB of each process.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from intranet.bucket_address import parse_bucket
from intranet.config import Settings
from intranet.delivery.files.folder_storage import FolderStorage
from intranet.delivery.files.storage_interface import Storage
from intranet.platform.core.health import answers
from intranet.platform.core.web import settings

if TYPE_CHECKING:
    from intranet.delivery.files.bucket_storage import BucketStorage


def storage() -> Storage:
    """Return the storage of this application."""
    return open_storage(settings())


def open_storage(where: Settings) -> Storage:
    """Open the storage that some settings name."""
    return _bucket_of(where) or FolderStorage(where.storage_folder)


def check_storage(where: Settings) -> None:
    """Refuse a bucket that cannot be used, before anything is served from it.

    Raises:
        BucketFaultError: why, and what settles it.
    """
    if bucket := _bucket_of(where):
        bucket.client.check()


@answers("storage")
def storage_answers() -> bool:
    """Return whether the storage gives answers now, for those who watch; a folder always does."""
    bucket = _bucket_of(settings())
    return bucket is None or bucket.client.answers()


def _bucket_of(where: Settings) -> BucketStorage | None:
    if not where.storage_bucket:
        return None
    return _bucket(where.storage_url, where.storage_access_key, where.storage_secret_key)


@lru_cache
def _bucket(url: str, access_key: str, secret_key: str) -> BucketStorage:
    """Open a bucket once: its client keeps connections, and knows whether the store answers."""
    from intranet.delivery.files.bucket_storage import BucketStorage  # noqa: PLC0415 - see above

    return BucketStorage(parse_bucket(url), access_key, secret_key)
