"""Bytes leave so that nothing in them runs on our pages."""

import io

import pytest
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import parse_options_header
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Response
from werkzeug.wsgi import FileWrapper

from intranet.delivery.files.limits import RESPONSE_BYTES
from intranet.delivery.files.models import File
from intranet.delivery.files.operations import store_upload
from intranet.delivery.files.serving import send
from intranet.delivery.files.storage import storage
from intranet.delivery.files.storage_interface import new_key
from intranet.platform.core.errors import NotFound


@pytest.fixture
def get(app, inside):
    def ask(file, *, thumbnail=False, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        with app.test_request_context(headers=headers) as request:
            response = send(file, thumbnail=thumbnail)
            return Response(*run_wsgi_app(response, request.request.environ, buffered=True))

    return ask


@pytest.fixture
def upload(ana):
    return lambda content, name="plans.txt": store_upload(ana, io.BytesIO(content), name)


HOSTILE = {
    "page.html": b"<!doctype html><script>alert(document.domain)</script>",
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "acta.pdf": b"<html><script>alert(1)</script>",
    "photo.png": b"<script>alert(1)</script>",
    "data.xml": b"<?xml version='1.0'?><x xmlns='http://www.w3.org/1999/xhtml' onclick='x'/>",
    "run.exe": b"MZ" + bytes(100),
    "unknown.bin": bytes(range(256)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_content_is_handed_over_as_mere_bytes(get, upload, name):
    answer = get(upload(HOSTILE[name], name))

    assert answer.data == HOSTILE[name]
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.slow
def test_a_picture_that_is_a_page_too_is_shown_as_a_picture_without_the_page(get, upload, pictures):
    polyglot = pictures.picture("GIF", comment=b"<script>alert(1)</script>")
    file = upload(polyglot + b"<script>alert(1)</script>", "page.html")

    answer = get(file)

    assert file.name == "page.html.gif"
    assert answer.mimetype == "image/gif"
    assert b"script" not in answer.data
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name",
    ["acta.txt", "Resolució «l·l» ñ.txt", 'a"b;c=d.txt', "50%.txt", "a'b.txt", "a\\\r\nX: y.txt"],
)
def test_the_name_arrives_whole_and_cannot_end_the_header(get, upload, name):
    file = upload(b"text", name)

    header = get(file).headers["Content-Disposition"]

    assert "\n" not in header
    assert "\r" not in header
    kind, options = parse_options_header(header)
    assert kind == "attachment"
    assert options["filename"] == file.name


def test_a_part_is_sent_to_who_asks_for_a_part(get, upload):
    file = upload(bytes(range(200)) * 5000)

    part = get(file, Range="bytes=1000-1099")

    assert part.status_code == 206
    assert part.data == (bytes(range(200)) * 5000)[1000:1100]
    assert part.headers["Content-Range"] == "bytes 1000-1099/1000000"
    assert get(file).headers["Accept-Ranges"] == "bytes"


def test_a_browser_keeps_it_for_itself_and_asks_each_time(get, upload):
    file = upload(b"text")
    first = get(file)

    assert first.headers["Cache-Control"] == "private, no-cache"
    again = get(file, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.slow
def test_a_thumbnail_is_small_and_only_pictures_have_one(get, upload, pictures):
    file = upload(pictures.picture("PNG", (1600, 1200)), "plan.png")

    answer = get(file, thumbnail=True)

    assert answer.mimetype == "image/webp"
    assert len(answer.data) < 10_000
    with pytest.raises(NotFound):
        get(upload(b"text"), thumbnail=True)


def test_bytes_that_are_gone_are_not_found(get, upload):
    file = upload(b"text")
    storage().delete(file.key)

    with pytest.raises(NotFound):
        get(file)


def test_a_key_is_never_a_path(inside):
    with pytest.raises(FileNotFoundError):
        storage().open("../secret_key")


def test_a_part_is_asked_for_as_players_do(get, inside):
    content = bytes(range(251)) * 24_000
    file = File(name="film.mp4", media_type="video/mp4", key=new_key())
    storage().put(file.key, io.BytesIO(content))
    size = len(content)
    whole = get(file)

    last = get(file, Range="bytes=-5", If_Range=whole.headers["ETag"])
    assert (last.status_code, last.data) == (206, content[-5:])
    assert last.headers["Content-Range"] == f"bytes {size - 5}-{size - 1}/{size}"
    assert last.content_length == 5

    rest = get(file, Range=f"bytes={size - 9}-")
    assert (rest.status_code, rest.data) == (206, content[-9:])

    next_part = get(file, Range="bytes=7-", Sec_Fetch_Dest="video")
    assert next_part.data == content[7 : 7 + RESPONSE_BYTES]
    assert next_part.headers["Content-Range"] == f"bytes 7-{RESPONSE_BYTES + 6}/{size}"
    near_the_end = get(file, Range=f"bytes={size - 9}-", Sec_Fetch_Dest="video")
    assert near_the_end.data == content[-9:]

    for changed in ({"If_Range": '"other"'}, {"Range": "bytes=1-2,5-6"}, {"Range": "lines=1-2"}):
        answer = get(file, **{"Range": "bytes=0-1", **changed})
        assert (answer.status_code, answer.content_length) == (200, size), changed


def test_of_a_part_only_that_is_read_whatever_server_there_is(app, inside, upload):
    content = bytes(1024 * 1024) + b"the end"
    file, read = upload(content), []

    class Server(FileWrapper):
        """As gunicorn's: it cannot seek."""

        seekable = None  # type: ignore[assignment]

        def __next__(self):
            read.append(self.buffer_size)
            return super().__next__()

    with app.test_request_context(
        headers={"Range": "bytes=-7"}, environ_overrides={"wsgi.file_wrapper": Server}
    ) as request:
        answer = Response(*run_wsgi_app(send(file), request.request.environ, buffered=True))

    assert answer.data == b"the end"
    assert read == []


def test_a_part_behind_the_end_is_refused_with_the_size(get, upload):
    file = upload(bytes(300_000))

    with pytest.raises(RequestedRangeNotSatisfiable) as refused:
        get(file, Range="bytes=300000-")

    assert dict(refused.value.get_headers())["Content-Range"] == "bytes */300000"


def test_asking_only_for_the_head_sends_no_byte(app, upload):
    file = upload(bytes(300_000))
    with app.test_request_context(method="HEAD", headers={"Range": "bytes=0-9"}) as request:
        answer = Response(*run_wsgi_app(send(file), request.request.environ, buffered=True))

    assert (answer.status_code, answer.data, answer.content_length) == (206, b"", 10)
    assert answer.headers["Accept-Ranges"] == "bytes"
