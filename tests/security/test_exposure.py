"""What must not get in or out by the side (rows 2, 6, 41; ASVS 14.2.1, 16.2, 16.5)."""

import io
import logging
import threading
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import requests

from intranet.bootstrap.places import RESOURCES as ROOT
from tests.cast import PASSWORD
from tests.delivery.realtime.clients import PATIENCE, served
from tests.messaging.messages.helpers import channel_of
from tests.pace import within
from tests.pages.api import calls
from tests.pages.api.calls import PREFIX, new_token
from tests.security.world_parts import SECRET

FORGED = {
    "id": "0192b5c8-0000-7000-8000-000000000001",
    "agency_id": "0192b5c8-0000-7000-8000-000000000002",
    "path": "/x/",
    "version": 99,
    "role": "admin",
    "is_admin": True,
    "state": "active",
    "password_hash": "x",
    "account_id": "0192b5c8-0000-7000-8000-000000000003",
    "home_agency_id": "0192b5c8-0000-7000-8000-000000000002",
    "until": None,
    "since": "2001-01-01T00:00:00Z",
}


@pytest.mark.slow
@pytest.mark.both
def test_row_6_an_administrator_s_call_assigns_nothing_that_is_not_said_to_be_taken(app, cast):
    dorleta = calls.browser(app, cast.dorleta)
    held = dorleta.get("/admin/appointments", query_string={"person": str(cast.xoel.id)}).json
    for path, change in (
        (f"/admin/units/{cast.licences.id}", {"names": {"es": "Licencias"}}),
        (f"/admin/posts/{cast.officer_post.id}", {"places": 4}),
        (f"/admin/people/{cast.xoel.id}", {"name": "Xoel Pardo"}),
        (f"/admin/appointments/{held['items'][0]['id']}", {"basis": ""}),
    ):
        before = dorleta.get(path).json
        answer = dorleta.patch(path, {**FORGED, **change})
        assert answer.status_code == 422, (path, answer.text)
        assert set(FORGED) - set(answer.json["errors"]) <= set(before), path
        assert dorleta.get(path).json == before, path
        assert dorleta.patch(path, change).status_code == 200, path


@pytest.mark.both
def test_row_6_a_token_is_one_s_own_and_has_the_scopes_that_were_chosen(app, cast):
    from sqlalchemy import select

    from intranet.extensions import db
    from intranet.organisation.accounts.models import Token

    ana = calls.browser(app, cast.ana).client
    other = str(cast.dorleta.id)

    page = ana.submit(
        "/me/tokens",
        {"name": "x", "scopes": "read", "days": "30", "account_id": other, "person_id": other},
    )

    assert page.status_code == 200
    with app.app_context():
        token = db.session.scalars(select(Token)).one()
        assert (token.account.person_id, token.scopes) == (cast.ana.id, ["read"])


@pytest.mark.slow
def test_nothing_that_people_write_and_no_secret_is_logged(app, cast, caplog):
    caplog.set_level(logging.DEBUG)
    token = new_token(app, cast.ana)
    browser = calls.browser(app, cast.ana)
    with app.app_context():
        room = channel_of(cast.licences).id
    client = app.test_client()

    client.submit("/signin", {"email": "ana@monteclaro.example", "password": PASSWORD})
    client.submit("/signin", {"email": "ana@monteclaro.example", "password": f"{SECRET} wrong"})
    client.submit("/forgotten", {"email": "ana@monteclaro.example"})
    browser.post(f"/conversations/{room}/messages", {"client_id": str(uuid4()), "body": SECRET})
    browser.post(f"/conversations/{room}/messages", {"client_id": "x", "body": SECRET})
    browser.patch("/me", {"about": SECRET, "phone": ["x"]})
    browser.post("/files", data={"file": (io.BytesIO(SECRET.encode()), f"{SECRET}.txt")})
    browser.client.get(f"/switcher?q={SECRET}")
    calls.Caller(client, {"Authorization": f"Bearer {token}"}).get("/me")

    ours = [record for record in caplog.records if record.name.startswith("intranet")]
    text = "\n".join(record.getMessage() for record in ours)
    assert len(ours) >= 2
    for private in (SECRET, PASSWORD, token, "ana@monteclaro", "Ana Castro"):
        assert private not in text


@pytest.mark.slow
def test_a_log_line_is_one_line_whatever_a_client_sends(app, cast, caplog):
    caplog.set_level(logging.DEBUG)
    client = app.test_client()

    for name in ("x\r\nERROR forged", "x\x1b[31m", "x\u2028y", "%s%n"):
        client.submit("/signin", {"email": name, "password": "x"})
        client.get(
            "/nothing", headers={"User-Agent": name.replace("\r\n", " "), "X-Request-Id": "a"}
        )

    text = "\n".join(record.getMessage() for record in caplog.records)
    assert "forged" not in text
    assert "\x1b" not in text


@pytest.mark.slow
def test_no_token_and_no_id_of_a_sign_in_stands_in_an_address(app, cast):
    client = app.test_client()
    answers = [
        client.submit("/signin", {"email": "ana@monteclaro.example", "password": PASSWORD}),
        client.get("/", follow_redirects=False),
        client.get("/me/tokens"),
        client.submit("/me/tokens", {"name": "x", "scopes": "read", "days": "30"}),
        client.submit("/signout"),
    ]

    secret = "".join(cookie.value for cookie in client._cookies.values() if cookie.value)
    for answer in answers:
        location = urlsplit(answer.headers.get("Location", ""))
        assert location.query in {"", "next=/"}
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert not secret or secret not in answer.headers.get("Location", "")


@pytest.fixture
def address(app):
    with served(app) as address:
        yield address


@pytest.mark.parametrize("path", ["/signin", "/me/photo", "/api/v1/files", "/c/x/messages"])
def test_row_41_a_body_that_says_it_is_huge_is_refused_at_once_and_others_are_served(address, path):
    refused = threading.Event()

    def send():
        answer = _raw(address, path, 1024**3, b"--x\r\n" + b"\r" * 60_000)
        assert answer.startswith(("HTTP/1.1 413", "HTTP/1.1 401", "HTTP/1.1 404", "HTTP/1.1 400"))
        refused.set()

    sender = threading.Thread(target=send)
    sender.start()
    assert requests.get(f"{address}/health/live", timeout=PATIENCE).ok
    sender.join()
    assert refused.is_set()


@pytest.mark.parametrize(
    "body",
    [
        b"\r" * 1_000_000,
        b"--x\r\n" * 100_000,
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="' + b"x" * 500_000,
        b"--x\r\nX: " + b"y" * 900_000 + b"\r\n\r\n--x--\r\n",
    ],
)
def test_row_41_a_body_made_to_take_time_takes_none(app, cast, body):
    ana = calls.browser(app, cast.ana)
    how = {"data": body, "content_type": "multipart/form-data; boundary=x"}

    answer = within(2, ana.call, "POST", "/files", **how)

    assert answer.status_code in {400, 413, 422}


def test_the_reading_of_a_refusal_holds_no_inside_of_the_house(app, cast):
    ana = calls.browser(app, cast.ana)
    for answer in (
        ana.get("/nothing"),
        ana.client.get("/nothing"),
        ana.client.get("/static/@x/../../intranet/config.py"),
        ana.post("/conversations", {"person_ids": ["x"]}),
        ana.client.get(f"{PREFIX}/messages/x"),
    ):
        for inside in ("Traceback", "sqlalchemy", "werkzeug", str(ROOT), "SELECT ", "pydantic"):
            assert inside not in answer.text


def _raw(address, path, length, beginning):
    """Send a request whose body does not come to its end, and give the first line of the answer."""
    import socket

    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), PATIENCE) as connection:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: {length}\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\nConnection: close\r\n\r\n"
        )
        connection.sendall(head.encode() + beginning)
        return connection.recv(200).decode(errors="replace").split("\r\n")[0]
