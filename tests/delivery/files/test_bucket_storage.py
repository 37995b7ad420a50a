"""Files in an object store: whole or not at all, whatever the store does."""

import hashlib
import io
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from intranet.bucket_address import parse_bucket
from intranet.delivery.files import bucket_client
from intranet.delivery.files.bucket_faults import BucketFaultError
from intranet.delivery.files.bucket_storage import MULTIPART_BYTES, BucketStorage
from intranet.delivery.files.storage_interface import OutOfStepError, StorageAway, StorageFull
from tests.delivery.files.object_store import (
    breaks_off,
    hangs_up,
    holds,
    loses,
    says,
    slow,
)

KEY = "ab" * 16
TEXT = b"Plans are in."
UNAVAILABLE = says("503 Slow Down", "SlowDown")


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """Nobody waits for seconds in tests, nor rests for long."""
    monkeypatch.setattr(bucket_client, "READ_SECONDS", 1)
    monkeypatch.setattr(bucket_client, "WRITE_SECONDS", 1)
    monkeypatch.setattr(bucket_client, "REST_SECONDS", 0.2)


@pytest.fixture
def bucket(object_store):
    return BucketStorage(
        parse_bucket(object_store.url(object_store.new_bucket())), "tests", "tests"
    )


def content_of(bucket, key=KEY):
    with bucket.open(key) as stream:
        return stream.read()


def keys(bucket):
    return {each.key for each in bucket.stored()}


def rest():
    time.sleep(0.25)


def test_what_is_put_is_read_back_from_any_place_until_it_is_deleted(bucket):
    content = bytes(range(256)) * 8_000  # several windows
    bucket.put(KEY, io.BytesIO(content))

    assert content_of(bucket) == content
    assert bucket.digest(KEY) == hashlib.sha256(content).hexdigest()
    [stored] = bucket.stored()
    assert (stored.key, stored.size_bytes) == (KEY, len(content))
    with bucket.open(KEY) as stream:
        assert stream.seek(0, io.SEEK_END) == len(content)
        stream.seek(700_001)
        assert stream.read(900_000) == content[700_001:][:900_000]
        assert stream.read() == content[1_600_001:]
    bucket.delete(KEY)
    bucket.delete(KEY)
    with pytest.raises(FileNotFoundError):
        bucket.open(KEY)
    with pytest.raises(FileNotFoundError):
        bucket.open("../secret_key")


def test_a_large_file_goes_in_parts_and_its_digest_is_known(bucket, object_store):
    content = bytes(MULTIPART_BYTES) + TEXT
    bucket.put(KEY, io.BytesIO(content))

    assert bucket.digest(KEY) == hashlib.sha256(content).hexdigest()
    assert len(content_of(bucket)) == len(content)
    object_store.requests.clear()
    with (
        object_store.failing(says("400 Bad", "InvalidPart"), "PUT", below="cd"),
        pytest.raises(StorageAway),
    ):
        bucket.put("cd" * 16, io.BytesIO(content))
    assert (
        "DELETE",
        f"/{bucket.client.address.name}/house/cd/{'cd' * 16}",
    ) in object_store.requests
    assert list(bucket.client.unfinished()) == []


def test_a_write_that_is_acknowledged_and_lost_is_written_again(bucket, object_store, caplog):
    with object_store.failing(loses, "PUT", times=1):
        bucket.put(KEY, io.BytesIO(TEXT))
    assert content_of(bucket) == TEXT
    assert "does not have it" in caplog.text

    with object_store.failing(loses, "PUT"), pytest.raises(StorageAway):
        bucket.put("cd" * 16, io.BytesIO(TEXT))
    assert keys(bucket) == {KEY}


@pytest.mark.parametrize("fault", [UNAVAILABLE, hangs_up, slow(1.2)], ids=["503", "cut", "slow"])
def test_a_request_that_fails_once_is_made_again(bucket, object_store, fault):
    with object_store.failing(fault, "PUT", times=1):
        bucket.put(KEY, io.BytesIO(TEXT))
    with object_store.failing(fault, "GET", times=1):
        assert content_of(bucket) == TEXT


@pytest.mark.slow
def test_a_store_that_hangs_is_waited_for_twice_and_then_no_more(bucket, object_store):
    bucket.put(KEY, io.BytesIO(TEXT))
    with bucket.open(KEY) as stream, object_store.failing(slow(3)):
        object_store.requests.clear()
        with pytest.raises(StorageAway):
            stream.read()
        with pytest.raises(StorageAway):
            bucket.open(KEY)
    assert [method for method, _path in object_store.requests] == ["GET", "GET"]


def test_an_answer_that_breaks_off_is_asked_for_again(bucket, object_store):
    bucket.put(KEY, io.BytesIO(TEXT))
    with object_store.failing(breaks_off, "GET", times=1):
        assert content_of(bucket) == TEXT


def test_while_the_store_is_away_nobody_waits_and_afterwards_all_goes_on(bucket, object_store):
    bucket.put(KEY, io.BytesIO(TEXT))
    with object_store.failing(UNAVAILABLE):
        with pytest.raises(StorageAway):
            bucket.open(KEY)
        object_store.requests.clear()
        for _reader in range(50):
            with pytest.raises(StorageAway):
                bucket.open(KEY)
        assert object_store.requests == []
        assert bucket.client.is_away
    rest()
    assert content_of(bucket) == TEXT
    assert not bucket.client.is_away


def test_a_single_short_request_tries_whether_the_store_is_back(bucket, object_store, monkeypatch):
    monkeypatch.setattr(bucket_client, "READ_SECONDS", 10)
    bucket = BucketStorage(bucket.client.address, "tests", "tests")
    asked, goes_on = Event(), Event()
    with object_store.failing(UNAVAILABLE), pytest.raises(StorageAway):
        bucket.open(KEY)
    rest()
    with object_store.failing(holds(asked, goes_on)), ThreadPoolExecutor(1) as pool:
        object_store.requests.clear()
        writing = pool.submit(bucket.put, KEY, io.BytesIO(TEXT))
        assert asked.wait(10)
        rest()  # while the first is still asked, nobody tries another time
        with pytest.raises(StorageAway):
            bucket.open(KEY)
        assert [method for method, _path in object_store.requests] == ["GET"]
        goes_on.set()
        writing.result()
    assert content_of(bucket) == TEXT


def test_a_start_does_not_wait_long_for_a_store_that_is_silent(bucket, object_store, monkeypatch):
    monkeypatch.setattr(bucket_client, "WRITE_SECONDS", 30)
    silent = BucketStorage(bucket.client.address, "tests", "tests")
    began = time.monotonic()
    with object_store.failing(slow(4)), pytest.raises(BucketFaultError, match="does not answer"):
        silent.client.check()
    assert time.monotonic() - began < 8
    silent.client.check()


def test_a_bucket_that_vanished_is_asked_for_once_in_a_while(bucket, object_store, caplog):
    object_store.client().delete_bucket(Bucket=bucket.client.address.name)
    for _reader in range(20):
        with pytest.raises(StorageAway):
            bucket.open(KEY)
    assert caplog.text.count("aws s3 mb") == 1
    object_store.client().create_bucket(Bucket=bucket.client.address.name)
    rest()
    bucket.put(KEY, io.BytesIO(TEXT))
    assert content_of(bucket) == TEXT


def test_a_bucket_that_vanished_is_not_taken_for_missing_files(bucket, object_store, caplog):
    with pytest.raises(FileNotFoundError):
        bucket.open(KEY)
    object_store.client().delete_bucket(Bucket=bucket.client.address.name)

    for act in (
        lambda: bucket.open(KEY),
        lambda: bucket.put(KEY, io.BytesIO(TEXT)),
        lambda: bucket.digest(KEY),
        lambda: list(bucket.stored()),
        lambda: bucket.delete(KEY),
    ):
        with pytest.raises(StorageAway):
            act()
    assert "aws s3 mb" in caplog.text


def test_a_store_without_room_says_so(bucket, object_store):
    full = says("507 Insufficient Storage", "XMinioStorageFull")
    with object_store.failing(full, "PUT"), pytest.raises(StorageFull):
        bucket.put(KEY, io.BytesIO(TEXT))
    assert keys(bucket) == set()


def test_an_upload_in_parts_is_taken_up_by_any_machine_and_settled_once_prepared(
    bucket, object_store
):
    url = object_store.url(bucket.client.address.name)
    other = BucketStorage(parse_bucket(url), "tests", "tests")
    assert bucket.append(KEY, 0, io.BytesIO(TEXT)) == len(TEXT)
    with pytest.raises(OutOfStepError):
        other.append(KEY, 0, io.BytesIO(TEXT))
    assert other.append(KEY, len(TEXT), io.BytesIO(TEXT)) == 2 * len(TEXT)
    assert bucket.received(KEY) == 2 * len(TEXT)

    def refuse(_stream):
        raise StorageFull

    with pytest.raises(StorageFull):
        bucket.settle(KEY, refuse)
    assert (keys(bucket), bucket.received(KEY)) == (set(), 2 * len(TEXT))

    def change(stream):
        stream.seek(0)
        stream.write(b"X")

    bucket.settle(KEY, change)
    bucket.abandon(KEY)
    assert content_of(bucket) == b"X" + TEXT[1:] + TEXT
    assert bucket.received(KEY) == 0
    with pytest.raises(OutOfStepError):
        bucket.settle(KEY, change)


def test_what_was_begun_and_left_goes_after_a_day(bucket):
    bucket.append(KEY, 0, io.BytesIO(TEXT))
    bucket.client.begin(f"cd/{'cd' * 16}", {})
    now = datetime.now(UTC)

    bucket.discard_unfinished(now - timedelta(days=1))
    assert bucket.received(KEY) == len(TEXT)
    bucket.discard_unfinished(now + timedelta(days=1))
    assert bucket.received(KEY) == 0
    assert list(bucket.client.unfinished()) == []


def test_no_key_stands_in_the_log(bucket, object_store, caplog):
    caplog.set_level(logging.INFO)
    with (
        object_store.failing(says("403 Forbidden", "SignatureDoesNotMatch")),
        pytest.raises(StorageAway),
    ):
        bucket.put(KEY, io.BytesIO(TEXT))
    assert "INTRANET_STORAGE_SECRET_KEY" in caplog.text
    assert "tests" not in caplog.text.replace("/tests/", "")
