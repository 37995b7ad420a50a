"""How much one person may send in a short time."""

import io

import pytest

from intranet.delivery.files import upload_checks
from intranet.delivery.files.operations import store_video
from intranet.extensions import db
from intranet.organisation.people.models import Person
from tests.conftest import make_house
from tests.delivery.files.samples import mp4
from tests.pages.api import calls


@pytest.fixture
def app(template, tmp_path, monkeypatch):
    monkeypatch.setattr(upload_checks, "UPLOADS_AT_FIRST", 2)
    with make_house(template, tmp_path) as made:
        yield made


@pytest.mark.slow
def test_who_sends_many_files_has_to_wait_at_each_door_and_others_do_not(app, cast, client_of):
    ana, carles = calls.browser(app, cast.ana), calls.browser(app, cast.carles)

    def sent(caller):
        file = (io.BytesIO(b"A note."), "nota.txt")
        return caller.post("/files", data={"file": file}, content_type="multipart/form-data")

    assert [sent(ana).status_code for _ in range(2)] == [201, 201]
    refused = sent(ana)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1
    assert ana.post("/uploads", json={"name": "film.mp4", "size": 1000}).status_code == 429
    photo = {"photo": (io.BytesIO(b"A note."), "me.jpg")}
    page = client_of(cast.ana).submit("/me/photo", photo, content_type="multipart/form-data")
    assert page.status_code == 429
    assert sent(carles).status_code == 201


def test_a_part_of_a_page_says_why_it_has_to_be_tried_again(app, cast, client_of):
    with app.app_context():
        film = store_video(db.session.get_one(Person, cast.ana.id), io.BytesIO(mp4()), "film.mp4")
        address = f"/files/{film.id}/captions?lang=en"

    def sent():
        said = b"WEBVTT\n\n00:00.000 --> 00:02.000\nBos dias.\n"
        data = {"captions": (io.BytesIO(said), "a.vtt"), "language": "gl", "kind": "captions"}
        page = client_of(cast.ana).submit(
            address, data, content_type="multipart/form-data", headers={"HX-Request": "true"}
        )
        return page.status_code, page.text

    assert [sent()[0] for _ in range(2)] == [200, 200]
    status, text = sent()
    assert status == 422
    assert "You have sent many files in a short time." in text
