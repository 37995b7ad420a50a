"""A house whose files are in a bucket: what people get, see and lose while it fails."""

import gc
import io
import time
from urllib.parse import urlsplit
from uuid import UUID
from zipfile import ZipFile

import pytest
import requests

from intranet.cli.main import _sentence
from intranet.delivery.files import bucket_client
from intranet.delivery.files.jobs import discard_unused
from intranet.delivery.files.models import File, Upload
from intranet.delivery.files.operations import ERASE, discard, store_upload
from intranet.delivery.files.storage import storage
from intranet.delivery.files.storage_interface import StorageAway
from intranet.delivery.files.text import READ, read_file
from intranet.extensions import db
from intranet.platform.core import clock
from intranet.platform.core.outbox import OutboxRow, run_due
from intranet.records.portability.exporting import write_package
from intranet.records.portability.scope import PackageKind
from intranet.records.portability.subjects import subject_of
from tests.conftest import make_house
from tests.delivery.files.object_store import hangs_up, loses, says
from tests.delivery.files.samples import mp4
from tests.messaging.messages.helpers import channel_of, say
from tests.pages.api import calls

FILM = mp4() + b"\0\0\1\0free" + bytes(248)
AWAY = says("503 Slow Down", "SlowDown")
WORDS = "Files cannot be opened or saved right now."


@pytest.fixture
def place(object_store):
    return object_store.url(object_store.new_bucket(), presign=60)


@pytest.fixture
def app(template, tmp_path, place, monkeypatch):
    monkeypatch.setattr(bucket_client, "REST_SECONDS", 0.2)
    keys = {"storage_access_key": "tests", "storage_secret_key": "tests"}
    with make_house(template, tmp_path, storage_url=place, **keys) as made:
        yield made


@pytest.fixture
def ana(app, cast):
    return calls.browser(app, cast.ana)


@pytest.fixture
def upload(app, cast):
    def stored(content=b"Plans are in.", name="plans.txt"):
        with app.app_context():
            file = store_upload(db.session.merge(cast.ana), io.BytesIO(content), name)
            return file.id

    return stored


def stored_keys(app):
    with app.app_context():
        return {each.key for each in storage().stored()}


def test_what_is_sent_is_in_the_bucket_and_read_by_who_may(app, ana, upload, cast):
    file_id = upload()

    answer = ana.client.get(f"/files/{file_id}", buffered=True)
    assert answer.data == b"Plans are in."
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    part = ana.client.get(f"/files/{file_id}", headers={"Range": "bytes=6-8"}, buffered=True)
    assert (part.status_code, part.data) == (206, b"are")
    bieito = calls.browser(app, cast.bieito)
    assert bieito.client.get(f"/files/{file_id}").status_code == 404
    with app.app_context():
        read_file(file_id)
        assert db.session.get_one(File, file_id).text == "Plans are in."


def test_only_a_browser_that_saves_a_file_is_sent_to_the_store_and_only_who_may(
    app, ana, upload, cast
):
    file_id = upload()
    saves = {"Sec-Fetch-Mode": "navigate"}

    answer = ana.client.get(f"/files/{file_id}", headers=saves)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (302, "private, no-store")
    link = answer.headers["Location"]
    assert "X-Amz-Expires=60" in urlsplit(link).query
    fetched = requests.get(link, timeout=5)
    assert fetched.content == b"Plans are in."
    assert fetched.headers["Content-Disposition"].startswith("attachment")
    assert fetched.headers["Cache-Control"] == "private, no-store"

    assert ana.client.get(f"/files/{file_id}").status_code == 200
    bieito = calls.browser(app, cast.bieito)
    assert bieito.client.get(f"/files/{file_id}", headers=saves).status_code == 404


def test_while_it_is_away_a_sentence_says_so_and_nothing_is_kept_in_part(
    app, ana, upload, object_store
):
    file_id = upload()
    before = stored_keys(app)

    def send():
        sent = {"file": (io.BytesIO(b"More."), "more.txt")}
        return ana.post("/files?lang=en", data=sent)

    with object_store.failing(AWAY):
        began = time.monotonic()
        answers = [ana.client.get(f"/files/{file_id}?lang=en") for _number in range(20)]
        refused = send()
        assert ana.client.get("/health/ready").json["missing"] == ["storage"]
        took = time.monotonic() - began
    assert {answer.status_code for answer in answers} == {503}
    assert WORDS in answers[0].text
    assert refused.status_code == 503
    assert WORDS in refused.text
    assert took < 10
    time.sleep(0.25)
    with object_store.failing(loses, "PUT"):
        assert send().status_code == 503

    assert stored_keys(app) == before
    with app.app_context():
        assert db.session.query(File).filter_by(name="more.txt").count() == 0
    assert send().status_code == 201
    assert ana.client.get("/health/ready").status_code == 200


def test_a_command_that_meets_a_store_that_is_away_ends_with_a_sentence(app, object_store):
    with object_store.failing(AWAY), pytest.raises(StorageAway) as away:
        stored_keys(app)
    assert "does not answer: `intranet doctor` says why" in _sentence(away.value)


def test_a_package_that_meets_a_store_that_is_away_ends_by_that(
    app, cast, upload, object_store, tmp_path
):
    target = tmp_path / "agency.zip"
    file_id = upload()
    with app.app_context():
        say(cast.ana, channel_of(cast.licences), "The plans.", file_ids=[file_id])

    def write():
        with app.app_context(), target.open("wb") as out:
            of = subject_of(PackageKind.AGENCY, cast.monteclaro.code)
            write_package(out, of.scope, name=of.name, language=of.language, time_zone=of.time_zone)

    with object_store.failing(AWAY), pytest.raises(StorageAway):
        write()
    gc.collect()  # of what broke off nothing is left that writes to the closed file
    time.sleep(0.25)
    write()
    with ZipFile(target) as package:
        assert any(package.read(each) == b"Plans are in." for each in package.namelist())


def test_what_is_erased_while_it_is_away_is_erased_afterwards(app, upload, object_store):
    file_id = upload()
    with app.app_context():
        discard([file_id])
        with object_store.failing(hangs_up):
            run_due()
        row = db.session.query(OutboxRow).filter_by(kind=ERASE).one()
        assert (row.done_at, row.failed_at, row.attempts) == (None, None, 1)
    time.sleep(0.25)
    assert len(stored_keys(app)) == 1

    with clock.freeze(clock.now().replace(year=clock.now().year + 1)), app.app_context():
        db.session.query(OutboxRow).filter_by(kind=READ).delete()
        db.session.commit()
        run_due()
        discard_unused(clock.now())
    assert stored_keys(app) == set()


def test_a_video_in_parts_survives_a_store_that_goes_away_between_them(app, ana, object_store):
    upload = ana.post("/uploads", {"name": "film.mp4", "size": len(FILM)}).json

    def part(offset, content):
        kind = "application/octet-stream"
        query = {"offset": offset}
        return ana.put(
            f"/uploads/{upload['id']}", query_string=query, data=content, content_type=kind
        )

    assert part(0, FILM[:300]).json["offset"] == 300
    with object_store.failing(AWAY):
        assert part(300, FILM[300:]).status_code == 503
    time.sleep(0.25)
    with object_store.failing(loses, "PUT", below="house/incoming", times=1):
        whole = part(300, FILM[300:]).json
    assert whole["file"]["media_type"] == "video/mp4"
    seen = ana.client.get(
        whole["file"]["url"],
        headers={"Range": "bytes=100-", "Sec-Fetch-Dest": "video"},
        buffered=True,
    )
    assert (seen.status_code, len(seen.data)) == (206, len(FILM) - 100)
    assert len(stored_keys(app)) == 1
    with app.app_context():
        assert storage().received(storage_key(upload)) == 0


def storage_key(upload):
    return db.session.get_one(Upload, UUID(upload["id"])).key
