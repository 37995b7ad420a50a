"""What nobody needs goes; what somebody needs stays."""

import io
import os
from datetime import timedelta

import pytest

from intranet.delivery.files.jobs import discard_unused
from intranet.delivery.files.models import File
from intranet.delivery.files.operations import discard, discard_photo, store_photo, store_upload
from intranet.delivery.files.storage import storage
from intranet.extensions import db
from intranet.platform.core import clock, outbox

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def upload(person, content=b"Plans are in."):
    return store_upload(person, io.BytesIO(content), "plans.txt")


def is_stored(key):
    try:
        storage().open(key).close()
    except FileNotFoundError:
        return False
    return True


def run_outbox():
    while outbox.run_due():
        pass


@pytest.mark.slow
def test_a_discarded_file_is_gone_at_once_and_its_bytes_soon(ana, pictures):
    file = upload(ana, pictures.picture())
    keys = (file.key, file.thumbnail_key)

    discard([file.id])

    assert db.session.get(File, file.id) is None
    run_outbox()
    assert not any(map(is_stored, keys))


@pytest.mark.both
def test_what_hangs_on_nothing_for_a_day_goes(ana, hang):
    unused, used = upload(ana), upload(ana)
    hang(used)

    discard_unused(clock.now() + DAY - HOUR)
    assert db.session.get(File, unused.id) is not None

    discard_unused(clock.now() + DAY + HOUR)
    run_outbox()
    assert db.session.get(File, unused.id) is None
    assert not is_stored(unused.key)
    assert db.session.get(File, used.id) is not None
    assert is_stored(used.key)


@pytest.mark.slow
def test_bytes_that_no_row_names_go_after_a_day(app, ana, hang):
    used = upload(ana)
    hang(used)
    portrait = ana.photo_key = store_photo_of(ana)
    storage().put("orphan0", io.BytesIO(b"left by a crash"))
    root = app.config["SETTINGS"].data_dir / "files"
    half = root / "incoming" / "half0"
    half.write_bytes(b"ha")

    discard_unused(clock.now())
    assert is_stored("orphan0")
    assert half.exists()

    long_ago = (clock.now() - 2 * DAY).timestamp()
    for path in root.rglob("*"):
        if path.is_file():
            os.utime(path, (long_ago, long_ago))
    discard_unused(clock.now())

    assert not is_stored("orphan0")
    assert not half.exists()
    assert is_stored(used.key)
    assert is_stored(portrait)
    assert is_stored(portrait + "s")


def store_photo_of(person):
    from tests.delivery.files.conftest import picture

    person.photo_key = store_photo(io.BytesIO(picture()))
    db.session.commit()
    return person.photo_key


@pytest.mark.slow
@pytest.mark.both
def test_a_portrait_goes_in_both_sizes(ana):
    key = store_photo_of(ana)

    discard_photo(key)
    run_outbox()

    assert not is_stored(key)
    assert not is_stored(key + "s")


@pytest.mark.both
def test_a_held_file_cannot_be_discarded(ana, hang):
    file = upload(ana)
    hang(file)

    discard([file.id])

    assert db.session.get(File, file.id, populate_existing=True)
    assert is_stored(file.key)
