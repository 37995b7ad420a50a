"""One device is told one thing: sealed for it, signed by us, and what became of it is known."""

import socket
import ssl
import time
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest

from intranet.delivery.push import time_budget
from intranet.delivery.push.jobs import TEST_LASTS_SECONDS
from intranet.delivery.push.models import PushSubscription, Result
from intranet.delivery.push.protocol import public_key
from intranet.delivery.push.sending import send
from intranet.extensions import db
from intranet.platform.core import clock, https_client
from intranet.platform.core.https_client import NoAnswerError, NotOutsideError, is_outside, post
from intranet.platform.core.outbox import OutboxRow, run_due
from tests.delivery.push.conftest import rows, turn_on
from tests.delivery.push.services import Subscription, Trickle, claims


def test_only_the_browser_can_read_it_and_its_service_knows_who_sends(
    app, ana, device, service, tell
):
    outcome = tell(title="  Corte\nde agua ", urgency="high", ttl_seconds=60)
    (came,) = service.received

    assert outcome.result == Result.SENT
    assert device.read(came.body) == {
        "title": "Corte de agua",
        "body": "Corte de agua",
        "url": "/p/1",
        "tag": "a-1",
        "lang": "es",
    }
    assert came.path == "/send/1"
    assert (came.headers["TTL"], came.headers["Urgency"]) == ("60", "high")
    assert len(came.headers["Topic"]) == 32
    with app.app_context():
        said = claims(came.headers["Authorization"], public_key())
    assert said["aud"] == "http://127.0.0.1"
    assert said["sub"] == "mailto:intranet@localhost"
    assert time.time() < float(str(said["exp"])) < time.time() + 24 * 3600


def test_a_service_does_not_see_that_two_people_are_told_the_same(
    app, cast, client_of, ana, service
):
    def tell():
        for row in rows(app):
            with app.app_context():
                again = db.session.get_one(PushSubscription, row.id)
                send(again, title="Aviso", body="Corte de agua", url="/p/1", tag="a-1")

    tell()
    assert turn_on(client_of(cast.carles), Subscription(f"{service.address}/send/2")).status_code
    tell()
    topics = [(came.path, came.headers["Topic"]) for came in service.received]
    assert len(topics) == 3
    assert len(set(topics)) == len({topic for _path, topic in topics}) == 2


def test_what_is_too_long_is_cut_at_a_word(ana, device, service, tell):
    tell(title="Avís " * 60, body="«ñandú» " * 2_000)
    said = device.read(service.received[0].body)

    assert len(service.received[0].body) < 4_096
    assert said["body"].endswith("«ñandú»…")
    assert len(said["body"]) > 1_700
    assert said["title"].endswith("Avís…")
    assert len(said["title"]) <= 120


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten(app, ana, service, tell, status):
    service.answers = [(status, {})]

    assert tell().result == Result.GONE
    assert rows(app) == []


@pytest.mark.both
@pytest.mark.parametrize(
    ("status", "headers", "outcome"),
    [
        (429, {"Retry-After": "120"}, (True, 120)),
        (503, {"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}, (True, 0)),
        (500, {"Retry-After": "soon"}, (True, 0)),
        (413, {}, (False, 0)),
        (400, {"Retry-After": "9"}, (False, 0)),
        (307, {"Location": "http://127.0.0.1:1/"}, (False, 0)),
    ],
)
@pytest.mark.usefixtures("ana")
def test_what_a_push_service_refuses_is_noted_and_said(
    app, service, tell, *, status, headers, outcome
):
    service.answers = [(status, headers)]
    said = tell()

    assert (said.result, said.status) == (Result.FAILED, status)
    assert (said.may_retry, said.retry_after.total_seconds()) == outcome
    assert len(service.received) == 1
    (row,) = rows(app)
    assert (row.last_result, row.last_status, row.failures) == (Result.FAILED, status, 1)
    tell()
    assert rows(app)[0].failures == 0


def test_a_service_that_does_not_answer_is_tried_again(app, ana, service, tell):
    service.close()
    outcome = tell()
    service.close = lambda: None  # at the end of the test there is nothing left to close

    assert (outcome.result, outcome.status, outcome.may_retry) == (Result.FAILED, None, True)


@pytest.mark.both
def test_a_test_waits_for_as_long_as_the_service_says(app, ana, service, device):
    (row,) = rows(app)
    service.answers = [(429, {"Retry-After": "1800"})]
    assert ana.submit(f"/me/push/{row.id}/test").status_code == 303
    assert service.received == []  # nothing is sent within a request

    with app.app_context():
        run_due()
        assert db.session.query(OutboxRow).one().run_after > clock.now() + timedelta(minutes=29)
        with clock.freeze(clock.now() + timedelta(minutes=31)):
            assert run_due() == 1
    assert service.received[-1].headers["TTL"] == str(TEST_LASTS_SECONDS)
    said = device.read(service.received[-1].body)
    assert said["title"] == "Los avisos funcionan"
    assert said["tag"] == f"test-{row.id}"
    assert "El último aviso se envió" in ana.get("/me/notifications").text


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "0.0.0.1", "224.0.0.1"),
        *("::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::"),
        *("::10.0.0.1", "::7f00:1", "fec0::1", "2001::a00:1", "64:ff9b:1::a00:1", "4000::1"),
        *("5f00::1", "100::1", "ff02::1", "2001:db8::1", "3fff::1", "2001:20::1", "192.88.99.1"),
        *("100.64.0.1", "198.18.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1"),
        *("192.0.0.8", "192.0.0.9", "192.0.0.10", "192.0.0.255", "192.31.196.1", "192.52.193.1"),
        *("192.175.48.1", "2001:1::1", "2001:1ff::1", "2620:4f:8000::1"),
    ],
)
def test_no_address_of_ours_is_one_of_the_internet(address):
    assert not is_outside(address)
    assert is_outside("93.184.215.14")
    assert is_outside("2606:2800:21f:cb07:6820:80da:af6b:8b2c")


@pytest.mark.parametrize(
    "address",
    [
        *("https://127.0.0.1/x", "https://localhost/x", "https://[::1]/x", "https://0/x"),
        *("http://push.example/x", "https://push.example:8443/x", "https://a:b@push.example/x"),
        *("file:///etc/passwd", "https://", "https://push.example:x/", "gopher://push.example/"),
    ],
)
def test_nothing_is_sent_to_our_own_machines(app, address):
    with app.app_context(), pytest.raises(NotOutsideError):
        post(address, {}, b"")


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "LOCALHOST.", "a.localhost", "[::1]", "[::ffff:127.0.0.1]"),
        *("0", "127.1", "0x7f000001", "2130706433", "0x7f.1", "10.0.0.7", "169.254.169.254"),
        *("[fd00::7]", "[fec0::7]", "[::10.0.0.7]", "intranet", "db.internal", "printer.local"),
    ],
)
def test_an_address_of_ours_is_refused_when_it_is_subscribed_already(app, cast, client_of, host):
    answer = turn_on(client_of(cast.ana), Subscription(f"https://{host}/x"))
    assert answer.status_code == 422, answer.text
    assert rows(app) == []


def test_an_answer_that_never_ends_is_cut_off(app, service, monkeypatch):
    monkeypatch.setattr(https_client, "TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as slow, app.app_context():
        address = f"http://127.0.0.1:{slow.getsockname()[1]}/"
        with pytest.raises(NoAnswerError):
            post(address, {}, b"x")


def test_whose_devices_take_too_long_waits_and_keeps_nobody_else_waiting(
    app, ana, service, tell, monkeypatch
):
    assert tell().result == Result.SENT
    monkeypatch.setattr(time_budget, "BUDGET_SECONDS", 0.0)  # as if it had taken that long
    outcome = tell()
    assert (outcome.result, outcome.may_retry) == (Result.FAILED, True)
    assert outcome.retry_after > timedelta()
    assert len(service.received) == 1


def test_what_it_took_to_reach_a_device_is_counted_and_comes_back(monkeypatch):
    who, other = uuid4(), uuid4()
    passed = [1000.0]
    monkeypatch.setattr("intranet.delivery.push.time_budget.monotonic", lambda: passed[0])
    for _device in range(3):
        assert not time_budget.is_spent(who)
        with suppress(NoAnswerError), time_budget.waiting_for(who):
            passed[0] += 10.3  # a little comes back meanwhile
            raise NoAnswerError
    assert time_budget.is_spent(who)
    assert not time_budget.is_spent(other)
    passed[0] += time_budget.until_it_is_back().total_seconds()
    assert not time_budget.is_spent(who)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_who_is_slow_to_be_reached_gets_no_more_time_to_answer(app, service, monkeypatch, scheme):
    """The time is over while it is being connected, and it answers line by line from then on."""
    monkeypatch.setattr(https_client, "TIMEOUT_SECONDS", 0.5)
    connect = socket.create_connection

    def late(*arguments):
        made = connect(*arguments)
        time.sleep(0.6 if scheme == "http" else 0.3)
        return made

    monkeypatch.setattr(socket, "create_connection", late)
    with Trickle(slow_handshake_seconds=0.4) as trickle, app.app_context():
        monkeypatch.setattr(ssl, "create_default_context", trickle.trusting)
        with pytest.raises(NoAnswerError):
            post(f"{scheme}://localhost:{trickle.port}/", {}, b"x")
