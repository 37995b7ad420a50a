"""How much one person may send in a short time."""

import io

import pytest

from intranet.files import arriving
from tests.api import calls
from tests.conftest import make_house


@pytest.fixture
def app(template, tmp_path, monkeypatch):
    monkeypatch.setattr(arriving, "UPLOADS_AT_FIRST", 2)
    with make_house(template, tmp_path) as made:
        yield made


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
