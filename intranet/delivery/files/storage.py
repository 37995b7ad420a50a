"""The storage that the settings name: a folder, or a bucket of an object store."""

from functools import lru_cache

from intranet.bucket_address import parse_bucket
from intranet.config import Settings
from intranet.delivery.files.bucket_storage import BucketStorage
from intranet.delivery.files.folder_storage import FolderStorage
from intranet.delivery.files.storage_interface import Storage
from intranet.platform.core.health import answers
from intranet.platform.core.web import settings


def storage() -> Storage:
    """Return the storage of this application."""
    return open_storage(settings())


def open_storage(where: Settings) -> Storage:
    """Open the storage that some settings name."""
    if where.storage_bucket:
        return _bucket(where.storage_url, where.storage_access_key, where.storage_secret_key)
    return FolderStorage(where.storage_folder)


def check_storage(where: Settings) -> None:
    """Refuse a bucket that cannot be used, before anything is served from it.

    Raises:
        BucketFaultError: why, and what settles it.
    """
    found = open_storage(where)
    if isinstance(found, BucketStorage):
        found.client.check()


@answers("storage")
def storage_answers() -> bool:
    """Return whether the storage gives answers now, for those who watch; a folder always does."""
    found = storage()
    return not isinstance(found, BucketStorage) or found.client.answers()


@lru_cache
def _bucket(url: str, access_key: str, secret_key: str) -> BucketStorage:
    """Open a bucket once: its client keeps connections, and knows whether the store answers."""
    return BucketStorage(parse_bucket(url), access_key, secret_key)
