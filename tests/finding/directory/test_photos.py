"""A portrait is one's own, clean, and for the agency until it is opened."""

import io

import pytest
from PIL import Image

from intranet.delivery.files.jobs import erase
from intranet.delivery.files.storage import storage
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core import outbox
from intranet.platform.core.unit_of_work import unit_of_work


def photograph(size=(900, 600)):
    exif = Image.Exif()
    exif[0x010F] = "Telephone of Ana"
    out = io.BytesIO()
    Image.new("RGB", size, (200, 90, 60)).save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture
def send(client_of):
    def upload(person, content, name="me.jpg"):
        data = {"photo": (io.BytesIO(content), name)}
        return client_of(person).submit(
            "/me/photo?lang=en", data, content_type="multipart/form-data"
        )

    return upload


@pytest.fixture
def address_of(app):
    def read(person):
        with app.app_context():
            key = db.session.get_one(Person, person.id).photo_key
        return f"/people/{person.id}/photo/{key}"

    return read


def test_a_portrait_is_square_small_and_tells_nothing(cast, send, client_of, address_of):
    assert send(cast.ana, photograph()).status_code == 303

    client = client_of(cast.xoel)
    for query, side in (("", 96), ("?size=large", 384)):
        answer = client.get(address_of(cast.ana) + query)
        assert answer.status_code == 200
        assert answer.mimetype == "image/webp"
        assert answer.headers["Cache-Control"].startswith("private")
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        image = Image.open(io.BytesIO(answer.data))
        assert image.size == (side, side)
        assert len(image.getexif()) == 0
        assert b"Ana" not in answer.data


@pytest.mark.slow
def test_another_agency_sees_it_only_once_it_is_opened(app, cast, send, client_of, address_of):
    send(cast.ana, photograph())
    address = address_of(cast.ana)
    outsider = client_of(cast.bieito)
    hidden = outsider.get(address)
    random = outsider.get(f"/people/{cast.ana.id}/photo/{'0' * 32}")
    assert hidden.status_code == random.status_code == 404
    assert "/photo/" not in outsider.get(f"/people/{cast.ana.id}").text

    with app.app_context(), unit_of_work():
        db.session.get_one(Person, cast.ana.id).reach = {"photo": "network"}
    assert outsider.get(address).status_code == 200
    assert f"{address}?size=large" in outsider.get(f"/people/{cast.ana.id}").text


@pytest.mark.slow
def test_who_holds_no_post_any_more_and_who_is_signed_out_get_none(
    cast, send, client_of, client, address_of
):
    send(cast.ana, photograph())

    assert client_of(cast.eloi).get(address_of(cast.ana)).status_code == 404
    assert client.get(address_of(cast.ana)).status_code in {303, 401}


@pytest.mark.slow
def test_a_key_serves_its_owner_s_portrait_and_no_other(app, cast, send, client_of, address_of):
    send(cast.ana, photograph())
    send(cast.carles, photograph())
    key = address_of(cast.carles).rsplit("/", 1)[1]

    assert client_of(cast.xoel).get(f"/people/{cast.ana.id}/photo/{key}").status_code == 404


@pytest.mark.slow
def test_another_portrait_takes_the_first_one_s_place(app, cast, send, client_of, address_of):
    send(cast.ana, photograph())
    first = address_of(cast.ana)
    send(cast.ana, photograph((300, 300)))

    assert address_of(cast.ana) != first
    assert client_of(cast.xoel).get(first).status_code == 404
    with app.app_context():
        assert callable(erase)  # what does it is there, also where no other test has asked for it
        while outbox.run_due():
            pass
        with pytest.raises(FileNotFoundError):
            storage().open(first.rsplit("/", 1)[1])


def test_a_portrait_can_be_taken_away(cast, send, client_of, address_of):
    send(cast.ana, photograph())
    address = address_of(cast.ana)

    assert client_of(cast.ana).submit("/me/photo/remove").status_code == 303

    assert client_of(cast.xoel).get(address).status_code == 404
    assert "/photo/" not in client_of(cast.xoel).get(f"/people/{cast.ana.id}").text


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script>",
        b"\x89PNG\r\n\x1a\n broken",
        b"%PDF-1.7",
    ],
)
def test_what_is_no_picture_is_refused_in_the_form(app, cast, send, content):
    answer = send(cast.ana, content)

    assert answer.status_code == 422
    assert 'id="field-photo-error"' in answer.text
    with app.app_context():
        assert db.session.get_one(Person, cast.ana.id).photo_key is None
