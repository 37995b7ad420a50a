"""A video comes in parts over a line that is cut, and is there once and whole."""

import hashlib
import io
from datetime import timedelta

import pytest

from intranet.delivery.files.jobs import discard_unused
from intranet.delivery.files.limits import PART_BYTES, PERSON_BYTES
from intranet.delivery.files.models import File, Upload
from intranet.delivery.files.storage import storage
from intranet.extensions import db
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from tests.conftest import make_house
from tests.delivery.files.samples import PLACE, mp4
from tests.pages.api import calls

FILM = mp4()
SIZE = len(FILM)


@pytest.fixture
def app(template, tmp_path):
    with make_house(template, tmp_path, upload_mb=1) as made:
        yield made


@pytest.fixture
def ana(app, cast):
    return calls.browser(app, cast.ana)


@pytest.fixture
def begin(ana):
    def begun(size=SIZE, name="film.mp4"):
        return ana.post("/uploads", {"name": name, "size": size})

    return begun


def part(who, upload, offset, content):
    kind = "application/octet-stream"
    path = f"/uploads/{upload['id']}"
    return who.put(path, query_string={"offset": offset}, data=content, content_type=kind)


def lying(app):
    root = app.config["SETTINGS"].data_dir / "files"
    return [path for path in root.rglob("*") if path.is_file()]


@pytest.mark.both
def test_a_cut_line_loses_one_part_and_the_file_is_told_again(app, ana, begin):
    upload = begin().json
    assert (upload["offset"], upload["file"]) == (0, None)
    assert part(ana, upload, 0, FILM[:300]).json["offset"] == 300
    assert part(ana, upload, 0, FILM[:300]).status_code == 409  # the answer was lost
    assert ana.get(f"/uploads/{upload['id']}").json["offset"] == 300

    whole = part(ana, upload, 300, FILM[300:]).json

    assert whole["offset"] == len(FILM)
    file = whole["file"]
    assert (file["name"], file["media_type"], file["duration_ms"]) == (
        *("film.mp4", "video/mp4"),
        12500,
    )
    assert ana.get(f"/uploads/{upload['id']}").json["file"] == file
    assert part(ana, upload, 300, FILM[300:]).json["file"] == file
    stored = ana.client.get(file["url"], headers={"Range": "bytes=0-"}, buffered=True)
    assert (stored.status_code, len(stored.data)) == (206, len(FILM))
    assert PLACE not in stored.data
    with app.app_context():
        row = db.session.scalars(db.select(File)).one()
        assert row.sha256 == hashlib.sha256(stored.data).hexdigest()


def test_what_came_whole_before_a_crash_is_finished_by_an_empty_part(app, ana, begin):
    upload = begin().json
    with app.app_context():
        row = db.session.scalars(db.select(Upload)).one()
        storage().append(row.key, 0, io.BytesIO(FILM))

    assert ana.get(f"/uploads/{upload['id']}").json["offset"] == len(FILM)
    assert part(ana, upload, len(FILM), b"").json["file"]["size"] == len(FILM)


def test_parts_that_do_not_fit_change_nothing(ana, begin):
    upload = begin().json
    assert part(ana, upload, 0, FILM[:100]).status_code == 200
    for offset, content in ((50, b"x"), (101, b"x"), (100, FILM), (2**40, b"x")):
        answer = part(ana, upload, offset, content)
        assert calls.is_problem(answer, 409), offset
    assert calls.is_problem(part(ana, upload, -1, b"x"), 422)
    assert part(ana, upload, 100, bytes(PART_BYTES + 1)).status_code == 413
    assert ana.get(f"/uploads/{upload['id']}").json["offset"] == 100


def test_a_program_called_a_video_is_refused_with_its_first_part(app, ana, begin):
    upload = begin(name="film.mp4").json

    answer = part(ana, upload, 0, b"\x7fELF\x02\x01\x01" + bytes(200))

    assert calls.is_problem(answer, 422)
    assert "MP4" in answer.json["errors"]["file"]
    assert ana.get(f"/uploads/{upload['id']}").status_code == 404
    assert lying(app) == []


def test_a_damaged_video_leaves_nothing(app, ana, begin):
    upload = begin(size=len(FILM) - 20).json

    assert calls.is_problem(part(ana, upload, 0, FILM[:-20]), 422)
    assert ana.get(f"/uploads/{upload['id']}").status_code == 404
    assert lying(app) == []


@pytest.mark.both
def test_the_agency_says_how_large_a_video_may_be_before_its_first_byte(app, cast, begin):
    assert begin(500 * 1024 * 1024).status_code == 201
    assert "500 MB" in begin(500 * 1024 * 1024 + 1).json["detail"]
    with app.app_context(), unit_of_work() as work:
        work.lock(cast.monteclaro)
        cast.monteclaro.video_mb = 20
    assert begin(20 * 1024 * 1024 + 1).status_code == 413
    assert begin(0).status_code == 422


def test_there_must_be_room_before_the_first_byte_and_after_the_last(app, cast, ana, begin):
    def hoard(size_bytes):
        with app.app_context(), unit_of_work() as work:
            file = File(owner_id=cast.ana.id, name="a", media_type="x/y", key="none", sha256="")
            file.size_bytes = size_bytes
            work.add(file)

    hoard(PERSON_BYTES - 2 * len(FILM))
    first, second = begin().json, begin().json
    assert begin().status_code == 413  # what is on its way counts
    assert part(ana, first, 0, FILM).json["file"]

    hoard(1)
    answer = part(ana, second, 0, FILM)

    assert answer.status_code == 413
    assert ana.get(f"/uploads/{second['id']}").status_code == 404


def test_five_at_once_and_then_one_has_to_be_ended(ana, begin):
    begun = [begin().json for _ in range(5)]
    assert begin().status_code == 429

    assert ana.delete(f"/uploads/{begun[0]['id']}").status_code == 204
    assert begin().status_code == 201


def test_what_was_begun_a_day_ago_is_let_go_of(app, ana, begin):
    upload = begin().json
    part(ana, upload, 0, FILM[:100])
    with app.app_context():
        discard_unused(clock.now() + timedelta(hours=23))
    assert len(lying(app)) == 1

    with app.app_context():
        discard_unused(clock.now() + timedelta(hours=25))

    assert lying(app) == []
    assert ana.get(f"/uploads/{upload['id']}").status_code == 404


def test_anothers_upload_is_not_there(app, cast, begin):
    upload, carles = begin().json, calls.browser(app, cast.carles)
    for answer in (
        carles.get(f"/uploads/{upload['id']}"),
        carles.delete(f"/uploads/{upload['id']}"),
        part(carles, upload, 0, FILM),
    ):
        assert calls.is_problem(answer, 404)
