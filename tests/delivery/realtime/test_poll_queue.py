"""Long polling: the same rights, order and bounds as on a WebSocket. Known traps are numbered."""

import socket

import pytest
import requests

from intranet.delivery.realtime import close_sign_in, push_to
from intranet.delivery.realtime.limits import FRAME_BYTES
from tests.delivery.realtime.clients import PATIENCE, SEPARATOR, PollingClient, Refused, wait_until
from tests.delivery.realtime.polls import polling, session_of, wait_for_poll


def test_who_polls_is_greeted_answered_and_told(ana, cast, pushing):
    assert ana.ask("test:echo", {"a": 1})["person"] == str(cast.ana.id)
    push_to([cast.ana.id], "test:told", {"n": 1})

    assert ana.next("test:told") == {"n": 1}


def test_an_answer_is_kept_by_nobody_on_the_way_and_not_compressed(ana, cast, pushing):
    push_to([cast.ana.id], "test:told", {"n": "x" * 4_000})
    ana.headers["Accept-Encoding"] = "gzip"
    answer = ana.get()

    assert "no-store" in answer.headers["Cache-Control"]
    assert "Content-Encoding" not in answer.headers
    handshake = PollingClient(ana.address, comes=False).request("GET", sid=None)
    assert "no-store" in handshake.headers["Cache-Control"]


# 1. More than 16 packets in one post, which the library drops and answers with ok.


def test_forty_events_in_one_post_are_all_answered_in_their_order(ana):
    numbers = range(40)
    ana.send(SEPARATOR.join(f'42{n}["test:echo",{{"n":{n}}}]' for n in numbers))

    assert [ana.acknowledged(n)["data"]["n"] for n in numbers] == list(numbers)


def test_an_answer_holds_no_more_packets_than_every_client_takes(ana, cast, pushing):
    for number in range(40):
        push_to([cast.ana.id], "test:told", {"n": number})

    assert [len(ana.get().text.split(SEPARATOR)) for _ in range(3)] == [16, 16, 8]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (SEPARATOR.join(["3"] * 1_001), 400),
        ("42" + "x" * FRAME_BYTES, 413),
        (b"42\xff", 400),
    ],
    ids=["many", "large", "no text"],
)
def test_what_a_post_breaks_ends_the_client_and_is_never_ok(app, ana, body, status):
    answer = ana.request("POST", body=body)

    assert (answer.status_code, answer.json()["code"]) == (status, 3)
    assert ana.get().json() == {"code": 1, "message": "Session ID unknown"}
    assert app.extensions["realtime"].places.held == 0


def test_what_is_no_packet_is_passed_over_as_on_a_websocket(ana, caplog):
    for junk in ("", "x", "99", "b4AA=", "2probe", "5", "0", "4"):
        ana.send(junk)

    assert ana.ask("test:nothing", {}) == {"ok": True}
    assert caplog.records == []


# 2. The goodbye.


def test_the_end_of_a_sign_in_is_told_alone_and_then_there_is_no_session(app, ana, cast, pushing):
    [connection] = app.extensions["realtime"].connections.of_person(cast.ana.id)
    push_to([cast.ana.id], "test:told", {"n": "said before, and not read yet"})
    close_sign_in(connection.credential.id, "signed out")

    said = ana.get().text.split(SEPARATOR)
    assert said == ['42["session:ended",{"reason":"signed out"}]', "41"]
    assert ana.get().json()["code"] == 1
    assert app.extensions["realtime"].places.held == 0


def test_a_goodbye_that_nobody_takes_is_not_waited_for(app, ana, cast, pushing, monkeypatch):
    monkeypatch.setattr("intranet.delivery.realtime.session.TAKEN_WITHIN_SECONDS", 0.2)
    [connection] = app.extensions["realtime"].connections.of_person(cast.ana.id)
    close_sign_in(connection.credential.id)

    wait_until(lambda: app.extensions["realtime"].places.held == 0)


# 3. A poll whose client hung up.


@pytest.mark.slow
def test_who_hangs_up_holds_no_place(app, address, ana):
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as poll:
        lines = (
            f"GET /socket.io/?EIO=4&transport=polling&sid={ana.sid} HTTP/1.1",
            f"Host: {host}:{port}",
            f"Cookie: {ana.headers['Cookie']}",
        )
        poll.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        wait_for_poll(app, ana)

    # A poll that nobody hangs up ends after 25 seconds.
    wait_until(lambda: app.extensions["realtime"].places.held == 0, 15)


# 4. An upgrade that hangs: `test_coming_over.py`.


# 5. The id of a session is no credential.


def test_the_id_alone_reads_and_posts_nothing(ana, cast, cookie, app):
    for headers in (
        {},
        {"Origin": ana.address},
        {"Cookie": cookie(cast.carles)},
        {"Cookie": cookie(cast.ana)},  # the same person's other sign-in
        {"Cookie": "sign_in=nonsense"},
        {"Authorization": "Bearer nonsense"},
    ):
        for answer in (
            ana.get(headers=headers),
            ana.post('421["test:nothing",{}]', headers=headers),
            ana.post("1", headers=headers),
            ana.get(transport="websocket", headers=headers),
        ):
            assert answer.json() == {"code": 1, "message": "Session ID unknown"}
    assert ana.ask("test:nothing", {}) == {"ok": True}


def test_who_came_by_a_header_shows_it_each_time(address, cast, token):
    bearer = {"Authorization": f"Bearer {token(cast.ana, 'read')}"}
    with PollingClient(address, headers=bearer, origin=None) as client:
        assert client.get(headers={}).json()["code"] == 1
        other = {"Authorization": f"Bearer {token(cast.ana, 'read')}"}
        assert client.get(headers=other).json()["code"] == 1
        assert client.ask("test:nothing", {}) == {"ok": True}


# 6. Whence it comes is asked of every request.


def test_pages_of_others_can_do_nothing(ana):
    for whence in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        headers = {"Cookie": ana.headers["Cookie"], **whence}
        for method in ("GET", "POST", "OPTIONS"):
            answer = ana.request(method, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, 4)
    assert ana.ask("test:nothing", {}) == {"ok": True}


def test_a_page_is_known_by_the_post_that_says_it_is_there(address, cast, cookie):
    mine = cookie(cast.ana)
    client = PollingClient(address, cookie=mine, origin=None, comes=False)  # as a browser's GET
    client.headers["Origin"] = address
    client.send("40")
    del client.headers["Origin"]

    assert client.raw().startswith("40")
    assert client.next("hello")["person_id"] == str(cast.ana.id)
    client.close()


def test_a_cookie_without_an_origin_is_not_enough(address, cast, cookie):
    with pytest.raises(Refused):
        PollingClient(address, cookie=cookie(cast.ana), origin=None)


# 7. Two at once.


def test_two_polls_at_once_end_the_client(app, ana):
    with polling(ana) as answers:
        wait_for_poll(app, ana)
        assert ana.get().json()["code"] == 3
    assert answers[0].text == "6"
    assert ana.get().json()["code"] == 1


def test_two_posts_at_once_end_the_client(app, ana):
    session = session_of(app, ana)
    with session.posting:
        assert ana.post("3").json()["code"] == 3
    assert ana.get().json()["code"] == 1


# 8. A handshake costs nothing and stays not.


def test_who_does_not_say_who_they_are_is_forgotten(app, address, monkeypatch):
    monkeypatch.setattr("intranet.delivery.realtime.session.IDENTIFIED_WITHIN_SECONDS", 0.2)
    client = PollingClient(address, comes=False)

    wait_until(lambda: app.extensions["realtime"].places.held == 0)
    assert client.get().json()["code"] == 1


@pytest.mark.slow
def test_who_left_has_to_say_again_who_they_are(app, ana, monkeypatch):
    monkeypatch.setattr("intranet.delivery.realtime.session.IDENTIFIED_WITHIN_SECONDS", 0.2)
    ana.send("41")

    wait_until(lambda: app.extensions["realtime"].places.held == 0)


# Bounds.


def test_a_reader_that_stops_polling_is_cut_off_at_the_bound(app, ana, cast, pushing):
    from intranet.delivery.realtime import counters
    from intranet.delivery.realtime.send_buffer import PARKED_BYTES

    sizes = []
    for _ in range(60):
        push_to([cast.ana.id], "test:told", {"fill": "x" * 8_000})
        sizes.append(counters.polled_bytes._value.get())

    assert max(sizes) < PARKED_BYTES + 10_000
    wait_until(lambda: app.extensions["realtime"].places.held == 0)
    assert app.extensions["realtime"].connections.of_person(cast.ana.id) == ()
    assert counters.polled_bytes._value.get() == 0


def test_the_same_bucket_bounds_what_is_posted(ana, monkeypatch):
    for _ in range(5):
        answer = ana.post(*["3"] * 1_000)
    assert answer.status_code == 429
    assert ana.get().json()["code"] == 1


def test_one_person_cannot_take_all_places_by_polling(monkeypatch, address, cast, cookie):
    monkeypatch.setattr("intranet.delivery.realtime.connecting.MAX_SOCKETS_OF_A_PERSON", 1)
    with PollingClient(address, cookie=cookie(cast.ana)):
        with pytest.raises(Refused) as refused:
            PollingClient(address, cookie=cookie(cast.ana))
        assert refused.value.why == "too many"


def test_a_stopping_server_answers_who_polls_and_they_come_back(app, ana):
    with polling(ana) as answers:
        wait_for_poll(app, ana)
        app.extensions["realtime"].shut_down()
    assert answers[0].text == "6"
    assert ana.get().json()["code"] == 1
    address = ana.address + "/socket.io/?EIO=4&transport=polling"
    assert requests.get(address, timeout=PATIENCE).status_code == 503
