"""The handshakes of the clients for Swift (16) and Java (2): what they send, in their order.

Neither runs here; their sources say it. Swift names the namespace, asks for `b64` and posts a noop
before it comes over; Java's HTTP client offers compression, and neither has an origin.
"""

import json
from collections.abc import Callable

import pytest

from intranet.delivery.realtime import push_to
from tests.delivery.realtime.clients import PollingClient, wait_until
from tests.delivery.realtime.polls import polling, wait_for_poll

DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate"
KINDS = {"POST": {"Content-Type": "text/plain; charset=UTF-8"}}
COMES: dict[str, Callable[[str], str]] = {
    "swift": lambda token: "40/," + json.dumps({"token": token}),
    "java": lambda token: "40" + json.dumps({"token": token}),
}


class Program(PollingClient):
    """A client that keeps no cookie and names no origin."""

    def __init__(self, address, name):
        self.name = name
        self.more = {"b64": "1"} if name == "swift" else {}
        super().__init__(address, origin=None, headers={"Accept": "*/*"}, comes=False)

    def request(self, method, **how):
        headers = {**self.headers, **KINDS.get(method, {})}
        return super().request(method, headers=headers, **self.more, **how)

    def coming(self, token):
        """The packet with which it comes into the namespace."""
        return COMES[self.name](token)


@pytest.fixture(params=COMES)
def program(address, request):
    with Program(address, request.param) as client:
        yield client


@pytest.fixture
def secret(cast, token):
    """A token of Ana's."""
    return token(cast.ana, "read", "write")


def come_over(app, program):
    """The WebSocket to which a program that polls has gone."""
    over = program.upgrading(header=[DEFLATE])
    with polling(program) as answers:
        wait_for_poll(app, program)
        over.send("2probe")
        assert over.recv() == "3probe"
        if program.name == "swift":
            program.send("6")
    assert answers[0].text == "6"
    over.send("5")
    return over


def heard(connection):
    """The next packet that is no ping, answered as the clients do."""
    while (packet := connection.recv()) == "2":
        connection.send("3")
    return packet


def test_it_comes_in_by_polling_and_then_over(app, program, secret, cast, pushing):
    program.send(program.coming(secret))
    assert program.raw().startswith("40{")
    assert program.next("hello")["person_id"] == str(cast.ana.id)
    over = come_over(app, program)

    push_to([cast.ana.id], "test:pushed", {"n": 1})
    assert heard(over) == '42["test:pushed",{"n":1}]'
    over.send('427["test:echo",{"a":1}]')
    assert json.loads(heard(over)[3:])[0]["data"] == {"a": 1}
    over.close(timeout=1)
    over.shutdown()
    wait_until(lambda: app.extensions["realtime"].places.held == 0)


def test_it_goes_over_first_and_comes_in_there(app, program, secret, cast):
    over = come_over(app, program)
    over.send(program.coming(secret))

    assert heard(over).startswith("40{")
    kind, told = json.loads(heard(over)[2:])
    assert (kind, told["person_id"]) == ("hello", str(cast.ana.id))
    over.close(timeout=1)
    over.shutdown()


def test_it_stays_with_polling(program, secret):
    program.send(program.coming(secret))

    assert program.ask("test:echo", {"a": 2})["data"] == {"a": 2}


def test_a_token_that_is_none_is_told_so_as_the_protocol_has_it(program):
    program.send(program.coming("int_nothing"))

    assert program.raw().startswith('44{"message":')
