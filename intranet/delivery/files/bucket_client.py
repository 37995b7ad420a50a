"""Requests to a bucket: bounded in time and number, and refused at once while it is away."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    IncompleteReadError,
    ResponseStreamingError,
)

from intranet.bucket_address import BucketAddress
from intranet.delivery.files.bucket_faults import (
    BucketFaultError,
    is_away,
    is_full,
    is_gone,
    sentence_of,
)
from intranet.delivery.files.storage_interface import StorageAway, StorageFull
from intranet.platform.core.circuit_breaker import CircuitBreaker

log = logging.getLogger(__name__)

CONNECT_SECONDS: Final = 1.5
WRITE_SECONDS: Final = 10
WRITE_ATTEMPTS: Final = 3
READ_SECONDS: Final = 3
READ_ATTEMPTS: Final = 2
READ_WAIT_SECONDS: Final = 10
"""The longest wait of a request to read: both attempts, and botocore's pause of ≤ 1 s."""
REST_SECONDS: Final = 5
MAX_REQUESTS: Final = 32
"""How many requests of a process are under way at once: fewer than its database connections."""
WAIT_SECONDS: Final = 2
PROBE: Final = b"Can this bucket be used?"
_READS: Final = {"head_object", "get_object", "list_objects_v2"}
_BROKEN_OFF: Final = (IncompleteReadError, ResponseStreamingError)


class BucketClient:
    """The requests that the storage makes; objects are named below the bucket's prefix.

    Raises in every method:
        StorageAway: the store does not answer, or refuses; the log says why.
        StorageFull: the store has no room.
        FileNotFoundError: the object, or the upload in parts, is not there.
    """

    def __init__(self, address: BucketAddress, access_key: str, secret_key: str) -> None:
        """Prepare requests; without a key the environment or the machine gives one."""
        self.address = address
        self._at = {"Bucket": address.name}
        self._breaker = CircuitBreaker(REST_SECONDS, READ_WAIT_SECONDS)
        self._turns = threading.BoundedSemaphore(MAX_REQUESTS)
        patient = Config(
            signature_version="s3v4",
            connect_timeout=CONNECT_SECONDS,
            read_timeout=WRITE_SECONDS,
            retries={"mode": "standard", "total_max_attempts": WRITE_ATTEMPTS},
            max_pool_connections=MAX_REQUESTS,
            # The store compares each body with the digest in the signature. Other checksums are
            # not known to every store.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": address.style, "payload_signing_enabled": True},
        )
        brief = Config(
            read_timeout=READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": READ_ATTEMPTS},
        )
        session = boto3.session.Session()
        try:
            self._client, self._reader = (
                session.client(
                    "s3",
                    endpoint_url=address.endpoint or None,
                    region_name=address.region or None,
                    aws_access_key_id=access_key or None,
                    aws_secret_access_key=secret_key or None,
                    config=config,
                )
                for config in (patient, patient.merge(brief))
            )
        except BotoCoreError as error:
            raise BucketFaultError(sentence_of(error, address)) from error

    @property
    def is_away(self) -> bool:
        """Whether the last request found no working store."""
        return self._breaker.is_open

    def answers(self) -> bool:
        """Return whether the bucket gives an answer now."""
        try:
            self._ask("list_objects_v2", MaxKeys=1, Prefix=self._key(""))
        except StorageAway:
            return False
        return True

    def head(self, name: str) -> dict[str, Any]:
        """Return length and metadata of an object."""
        try:
            return self._ask("head_object", Key=self._key(name))
        except FileNotFoundError:
            # An answer to HEAD has no body. If the bucket is gone, this is no missing file.
            self._ask("list_objects_v2", MaxKeys=1, Prefix=self._key(name))
            raise

    def read(self, name: str, start: int, end: int) -> bytes:
        """Return the bytes of an object from `start` to `end`, without the last."""
        window = {"Key": self._key(name), "Range": f"bytes={start}-{end - 1}"}
        with self._asking():
            try:
                return self._body(window)
            except _BROKEN_OFF:
                return self._body(window)

    def put(self, name: str, body: Any, metadata: dict[str, str]) -> None:
        """Write an object in one request."""
        self._ask("put_object", Key=self._key(name), Body=body, Metadata=metadata)

    def begin(self, name: str, metadata: dict[str, str]) -> str:
        """Begin an object in parts; return the id of this upload."""
        found = self._ask("create_multipart_upload", Key=self._key(name), Metadata=metadata)
        return str(found["UploadId"])

    def put_part(self, name: str, upload: str, number: int, body: bytes) -> str:
        """Write a part, which is numbered from 1 up; return its tag."""
        named = {"Key": self._key(name), "UploadId": upload, "PartNumber": number}
        return str(self._ask("upload_part", **named, Body=body)["ETag"])

    def complete(self, name: str, upload: str, tags: list[str]) -> None:
        """Put an object together from its parts."""
        parts = [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(tags, 1)]
        named = {"Key": self._key(name), "UploadId": upload}
        self._ask("complete_multipart_upload", **named, MultipartUpload={"Parts": parts})

    def abort(self, name: str, upload: str) -> None:
        """Remove the parts of an upload."""
        self._ask("abort_multipart_upload", Key=self._key(name), UploadId=upload)

    def delete(self, name: str) -> None:
        """Remove an object; nothing happens if it is not there."""
        self._ask("delete_object", Key=self._key(name))

    def objects(self, below: str = "") -> Iterator[tuple[str, int, datetime]]:
        """Yield name, length and time of all objects whose name begins so, by name."""
        asked = {"Prefix": self._key(below)}
        while True:
            found = self._ask("list_objects_v2", **asked)
            for row in found.get("Contents", ()):
                yield self._name(row["Key"]), row["Size"], row["LastModified"]
            if not found.get("IsTruncated"):
                return
            asked["ContinuationToken"] = found["NextContinuationToken"]

    def unfinished(self) -> Iterator[tuple[str, str, datetime]]:
        """Yield name, id and time of uploads in parts that were neither completed nor aborted."""
        asked = {"Prefix": self._key("")}
        while True:
            found = self._ask("list_multipart_uploads", **asked)
            for row in found.get("Uploads", ()):
                yield self._name(row["Key"]), row["UploadId"], row["Initiated"]
            if not found.get("IsTruncated"):
                return
            asked["KeyMarker"] = found["NextKeyMarker"]
            asked["UploadIdMarker"] = found["NextUploadIdMarker"]

    def link(self, name: str, headers: dict[str, str]) -> str:
        """Return an address at which anybody can read one object for some seconds.

        Args:
            headers: what the store answers with, by the names of its parameters.
        """
        link: str = self._client.generate_presigned_url(
            "get_object",
            Params={**self._at, "Key": self._key(name), **headers},
            ExpiresIn=self.address.presign,
        )
        return link

    def check(self) -> None:
        """Do everything once that the storage does, as briefly as a request to read.

        Raises:
            BucketFaultError: something of it is not possible.
        """
        at = {**self._at, "Key": self._key(f"incoming/probe-{uuid4().hex}")}
        prefix = {**self._at, "Prefix": self._key("")}
        try:
            self._reader.put_object(**at, Body=PROBE)
            content = self._reader.get_object(**at, Range=f"bytes=0-{len(PROBE)}")["Body"].read()
            self._reader.list_objects_v2(**prefix, MaxKeys=1)
            self._reader.list_multipart_uploads(**prefix, MaxUploads=1)
            self._reader.delete_object(**at)
        except (ClientError, BotoCoreError) as error:
            raise BucketFaultError(sentence_of(error, self.address)) from error
        if content != PROBE:
            raise BucketFaultError(
                f"the bucket {self.address.name} gives back other bytes than were written."
            )

    def _key(self, name: str) -> str:
        return self.address.prefix + name

    def _name(self, key: str) -> str:
        return key.removeprefix(self.address.prefix)

    def _body(self, window: dict[str, str]) -> bytes:
        content: bytes = self._reader.get_object(**self._at, **window)["Body"].read()
        return content

    def _ask(self, request: str, **parameters: Any) -> dict[str, Any]:
        client = self._reader if request in _READS else self._client
        with self._asking():
            answer: dict[str, Any] = getattr(client, request)(**self._at, **parameters)
        return answer

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Make a request in the block, unless the store is away or too many are under way.

        Whether a store that was away is back is asked briefly: a write would wait for long.
        """
        if not self._breaker.lets_through() or not self._turns.acquire(timeout=WAIT_SECONDS):
            raise StorageAway
        try:
            if self._breaker.is_open:
                self._reader.list_objects_v2(**self._at, Prefix=self._key(""), MaxKeys=1)
                self._breaker.note_success()
            yield
        except (ClientError, BotoCoreError) as error:
            if is_away(error):
                self._breaker.note_failure()
            else:
                self._breaker.note_success()
            raise self._refusal(error) from error
        else:
            self._breaker.note_success()
        finally:
            self._turns.release()

    def _refusal(self, error: ClientError | BotoCoreError) -> Exception:
        if isinstance(error, ClientError) and is_gone(error):
            return FileNotFoundError()
        log.error("files: %s", sentence_of(error, self.address))
        if isinstance(error, ClientError) and is_full(error):
            return StorageFull()
        return StorageAway()
