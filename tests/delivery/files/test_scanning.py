"""What holds a virus comes in by no door, and neither does what cannot be scanned."""

import io

import pytest
from PIL import Image

from intranet.administration.imports.columns import ImportKind
from intranet.administration.imports.operations import send_file
from intranet.delivery.files import queries
from intranet.delivery.files.media import add_captions, set_poster
from intranet.delivery.files.models import CaptionsKind, File
from intranet.delivery.files.operations import store_file, store_photo, store_upload, store_video
from intranet.delivery.files.scanning import version_of, virus_in
from intranet.delivery.files.uploads import add_part, begin_upload
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid, TooLarge, Unavailable
from tests.conftest import make_house
from tests.delivery.files.samples import mp4
from tests.pages.api import calls
from tests.scanner import EICAR, scanner

FORM = "multipart/form-data"


@pytest.fixture(params=[False, True], ids=["unix", "tcp"])
def over_each(request, tmp_path):
    with scanner(tmp_path, tcp=request.param) as made:
        yield made


@pytest.fixture
def clamd(tmp_path):
    with scanner(tmp_path) as made:
        yield made


@pytest.fixture
def app(template, tmp_path, clamd):
    with make_house(template, tmp_path, clamav=clamd.address) as made:
        yield made


@pytest.fixture
def ana(app_context, cast):
    return db.session.get_one(Person, cast.ana.id)


def infected_picture():
    out = io.BytesIO()
    Image.new("RGB", (40, 30)).save(out, "PNG")
    return io.BytesIO(out.getvalue() + EICAR)


def captioned(film, content):
    add_captions(film, content, language="gl", kind=CaptionsKind.CAPTIONS)


def test_it_is_asked_over_both_kinds_of_sockets(over_each):
    assert virus_in(io.BytesIO(EICAR), over_each.address) == "Eicar-Test-Signature"
    assert virus_in(io.BytesIO(bytes(300_000)), over_each.address) == ""
    assert over_each.scanned[1] == bytes(300_000)
    assert version_of(over_each.address).startswith("ClamAV 1.4.3")


@pytest.mark.both
def test_a_virus_is_refused_with_its_name_and_nothing_is_kept(app, cast, clamd):
    ana = calls.browser(app, cast.ana)

    def sent(content):
        file = (io.BytesIO(content), "nota.txt")
        return ana.post("/files?lang=en", data={"file": file}, content_type=FORM)

    refused = sent(EICAR)

    assert refused.status_code == 422
    assert "found Eicar-Test-Signature in this file" in refused.json["errors"]["file"]
    with app.app_context():
        assert db.session.query(File).count() == 0
    taken = sent(b"A note.")
    assert taken.status_code == 201
    assert ana.get(f"/files/{taken.json['id']}").data == b"A note."
    assert clamd.scanned == [EICAR, b"A note."]


def test_no_door_lets_a_virus_in(ana, cast, clamd):
    film = store_video(ana, io.BytesIO(mp4()), "film.mp4")
    infected = mp4() + EICAR
    in_parts = begin_upload(ana, "film.mp4", len(infected))
    agency = cast.monteclaro
    doors = {
        "upload": lambda: store_upload(ana, io.BytesIO(EICAR), "nota.txt"),
        "picture": lambda: store_upload(ana, infected_picture(), "a.png"),
        "video": lambda: store_video(ana, io.BytesIO(infected), "film.mp4"),
        "parts": lambda: add_part(ana, in_parts, 0, io.BytesIO(infected)),
        "photo": lambda: store_photo(infected_picture()),
        "poster": lambda: set_poster(film, infected_picture()),
        "captions": lambda: captioned(film, b"WEBVTT\n\n00:00.000 --> 00:02.000\n" + EICAR),
        "import": lambda: send_file(ana, [agency], ImportKind.UNITS, "a.csv", io.BytesIO(EICAR)),
    }
    for name, door in doors.items():
        with pytest.raises(Invalid) as refused:
            door()
        assert "Eicar-Test-Signature" in str(next(iter(refused.value.errors.values()))), name
    assert db.session.query(File).count() == 1
    assert queries.uploads_of(ana.id) == []


def test_what_this_program_makes_is_not_shown_to_it(ana, clamd):
    store_file(ana, io.BytesIO(b"%PDF-1.7"), "proof.pdf")

    assert clamd.scanned == []


def test_while_it_is_away_nothing_is_taken_and_a_video_in_parts_goes_on_afterwards(
    ana, clamd, caplog
):
    content = mp4()
    upload = begin_upload(ana, "film.mp4", len(content))
    clamd.says = b"Memory allocation failure. ERROR"
    with pytest.raises(Unavailable) as refused:
        store_upload(ana, io.BytesIO(b"A note."), "nota.txt")
    assert "virus" in str(refused.value.detail)
    assert "Memory allocation failure" in caplog.text
    with pytest.raises(Unavailable):
        add_part(ana, upload, 0, io.BytesIO(content))

    clamd.says = None
    add_part(ana, upload, len(content), io.BytesIO())

    assert upload.file_id


def test_one_that_is_not_there_at_all_is_the_same(template, tmp_path, cast):
    with make_house(template, tmp_path, clamav=f"unix:{tmp_path / 'nobody'}") as app:
        file = (io.BytesIO(b"A note."), "nota.txt")
        answer = calls.browser(app, cast.ana).post("/files", data={"file": file}, content_type=FORM)

        assert answer.status_code == 503
        with app.app_context():
            assert db.session.query(File).count() == 0


def test_what_is_longer_than_it_takes_is_refused_and_its_log_says_what_to_raise(ana, clamd, caplog):
    clamd.most_bytes = 1000
    with pytest.raises(TooLarge):
        store_upload(ana, io.BytesIO(bytes(500_000)), "nota.bin")

    assert "StreamMaxLength" in caplog.text
