"""What clients ask: security, rows 21, 34, 37 and 38."""

import json
import logging
from contextlib import suppress

import pytest

from intranet.delivery.realtime import limits
from intranet.organisation.accounts.models import AccountState
from intranet.platform.core.unit_of_work import unit_of_work
from tests.hostile import NOT_TEXT, UNSOUND


def test_a_call_is_acknowledged_with_what_its_handler_gives(connect, cast):
    ana = connect(cast.ana)

    assert ana.ask("test:echo", {"a": "ñ"}) == {
        "ok": True,
        "person": str(cast.ana.id),
        "data": {"a": "ñ"},
    }


def test_an_unknown_event_is_answered_and_the_connection_stays(connect, cast):
    ana = connect(cast.ana)

    reply = ana.ask("no:such", {})

    assert (reply["ok"], reply["error"]["status"]) == (False, 404)
    assert ana.ask("test:nothing", {}) == {"ok": True}


@pytest.mark.parametrize("error", ["OperationalError", "InterfaceError", "TimeoutError"])
def test_where_the_database_is_gone_it_is_said_that_it_may_be_tried_again(connect, cast, error):
    ana = connect(cast.ana)

    assert ana.ask("test:gone", {"as": error})["error"]["status"] == 503


@pytest.mark.parametrize("data", [value for value in NOT_TEXT if not isinstance(value, dict)])
def test_what_is_not_one_object_is_answered_and_the_connection_stays(connect, cast, data):
    ana = connect(cast.ana)

    ana.send(f"427{json.dumps(['test:echo', data])}")
    reply = ana.acknowledged(7)

    assert (reply["ok"], reply["error"]["status"]) == (False, 422)
    assert ana.ask("test:echo", {}, {})["error"]["status"] == 422
    assert ana.ask("test:nothing", {}) == {"ok": True}


@pytest.mark.parametrize(
    "packet",
    [
        '421{"a":1}',
        '421["test:echo",NaN]',
        '421["test:echo",{"a":Infinity}]',
        '421["test:echo",{"a":-Infinity}]',
        "421[1,{}]",
        "421[]",
        "421",
        "421[",
        "421nonsense",
        "421" + "[" * 50_000,
        '451-["test:echo",{"_placeholder":true,"num":0}]',
        '4511["test:echo",{"_placeholder":true,"num":0}]',
    ],
)
def test_an_ill_formed_packet_is_no_fault_and_the_connection_stays(connect, cast, packet, caplog):
    ana = connect(cast.ana)

    ana.send(packet)

    assert ana.ask("test:nothing", {}) == {"ok": True}
    assert caplog.records == []


@pytest.mark.parametrize(
    "packet",
    [
        *("4", "", "x", "9", "42", "43", "431[1]", "46", "4/x,", '42/other,1["a"]', "40/other,"),
        *(
            "44x",
            "49",
            "4ñ",
            "2probe",
            "5",
            "6",
            "0",
            "51-",
            "42" + "9" * 400,
            "3",
            "4" + "[" * 9_999,
        ),
        *("45" + "9" * 20 + "-[]", "b4", "b====", '4{"a":1}', "4null", "450-[]", "40{", "41x"),
    ],
)
def test_a_packet_that_is_none_is_no_fault_and_the_connection_stays(connect, cast, packet, caplog):
    ana = connect(cast.ana)

    ana.send(packet)

    assert ana.ask("test:nothing", {}) == {"ok": True}
    assert [record for record in caplog.records if record.exc_info] == []


def test_binary_attachments_are_not_waited_for(connect, cast):
    ana = connect(cast.ana)
    for _ in range(150):
        ana.send('451-["test:echo",{"_placeholder":true,"num":0}]')
    ana.socket.send_binary(b"x" * 1_000)

    assert ana.ask("test:nothing", {}) == {"ok": True}


@pytest.mark.parametrize("text", [text for text in UNSOUND if text.isascii() or text < "\ud800"])
def test_unsound_text_in_a_call_is_no_fault(connect, cast, text):
    ana = connect(cast.ana)

    assert ana.ask("test:echo", {"a": text})["ok"] is True
    assert ana.ask(text, {})["error"]["status"] == 404


def test_a_refusal_is_answered_with_its_reason(connect, cast):
    error = connect(cast.ana).ask("test:forbidden", {})["error"]

    assert error["status"] == 403
    assert error["title"]
    assert error["detail"]


def test_a_fault_is_answered_without_its_words_and_logged_with_them(connect, cast, caplog):
    ana = connect(cast.ana)

    reply = ana.ask("test:fault", {"body": "private words"})

    assert reply["error"]["status"] == 500
    assert "secret" not in json.dumps(reply)
    assert [record.getMessage() for record in caplog.records] == ["socket event test:fault"]
    assert caplog.records[0].exc_info
    assert "private words" not in caplog.text


def test_nothing_that_people_write_is_logged(connect, cast, caplog):
    caplog.set_level(logging.DEBUG)
    ana = connect(cast.ana)

    ana.ask("test:echo", {"body": "private words"})

    assert "private words" not in caplog.text


def test_a_token_is_asked_for_its_scope(address, cast, token, connect):
    reader = connect(cast.ana, token=token(cast.ana, "read"))

    assert reader.ask("test:nothing", {})["ok"] is True
    assert reader.ask("test:forbidden", {})["error"]["status"] == 403
    writer = connect(cast.ana, token=token(cast.ana, "read", "write"))
    assert writer.ask("test:fault", {})["error"]["status"] == 500


def test_who_was_disabled_meanwhile_is_told_and_closed(app, connect, cast):
    nadia = connect(cast.nadia)
    nadia.next("hello")
    with app.app_context(), unit_of_work():
        cast.account_of(cast.nadia).state = AccountState.DISABLED

    assert nadia.ask("test:echo", {})["error"]["status"] == 401
    assert nadia.next("session:ended") == {"reason": "ended"}
    assert nadia.closed() == 1000


def test_calls_of_one_client_are_answered_in_their_order(connect, cast):
    ana = connect(cast.ana)
    ana.next("hello")
    for number in range(100, 150):
        ana.send(f'42{number}["test:echo",{{"n":{number}}}]')

    assert [ana.raw().split("[")[0] for _ in range(50)] == [f"43{n}" for n in range(100, 150)]


def flood(client):
    for number in range(1_000, 10_000):
        client.send(f'42{number}["test:nothing",{{}}]')


@pytest.mark.slow
def test_too_many_events_are_refused_and_going_on_ends_the_socket(monkeypatch, connect, cast):
    monkeypatch.setattr("intranet.delivery.realtime.connections.CALLS_PER_SECOND", 1)
    ana = connect(cast.ana)
    for number in range(1_000):
        ana.send(f'42{number}["test:nothing",{{}}]')
    replies = [ana.acknowledged(number) for number in range(1_000)]

    assert sum(reply["ok"] for reply in replies) >= limits.CALLS_AT_ONCE
    refused = [reply["error"] for reply in replies if not reply["ok"]]
    assert len(refused) > 500
    assert {error["status"] for error in refused} == {429}
    assert {error["retry_after"] for error in refused} == {1}

    with suppress(ConnectionError):
        flood(ana)
    assert ana.closed() in {1008, None}
    carles = connect(cast.carles)
    assert carles.ask("test:nothing", {}) == {"ok": True}


def test_a_frame_over_the_limit_closes_the_socket_and_says_so(connect, cast):
    ana = connect(cast.ana)
    whole = '421["test:echo",{"a":"' + "x" * (limits.FRAME_BYTES - 30) + '"}]'
    ana.send(whole)
    assert ana.acknowledged(1)["ok"] is True

    ana.send("x" * 1_000_000)

    assert ana.closed() == 1009
