"""Sockets: rows 21 and 34. What comes where something else was expected is refused, not a fault."""

import json
from contextlib import ExitStack

import pytest

from intranet.organisation.accounts.access import cookie_name
from tests.delivery.realtime.clients import Client, served
from tests.hostile import NOT_TEXT, UNSOUND
from tests.security.knocking import filled
from tests.security.workings import EVENTS
from tests.stored import everything

pytestmark = pytest.mark.slow

NUMBERS = [str(2**63), "-1", "1e400", "-1e400", "9" * 5000, str(2**31)]
NO_JSON = ["NaN", "Infinity", "-Infinity", "'x'", "undefined", "\\ud800"]
TEXTS = {"body", "emoji"}


@pytest.fixture(scope="module")
def matrix_address(matrix_app):
    with served(matrix_app) as address:
        yield address


@pytest.fixture
def ana(matrix_app, matrix_address, world, monkeypatch):
    """Ana's socket, which may ask as often as a test does."""
    monkeypatch.setattr("intranet.delivery.realtime.connections.CALLS_AT_ONCE", 10**9)
    with matrix_app.app_context():
        cookie = world.clients["member"].get_cookie(cookie_name())
    with ExitStack() as opened:
        yield opened.enter_context(Client(matrix_address, cookie=f"{cookie.key}={cookie.value}"))


def fields(world):
    """Every field of every event, beside a good payload."""
    for event, sent in EVENTS.items():
        good = filled(sent, world.ids)
        for name in (
            (*good, "parent_id", "file_ids", "post_id") if event == "message:post" else good
        ):
            yield event, name, good


def refused(client, event, data):
    """The status with which something is refused; the connection stays."""
    reply = client.ask(event, data)
    return reply.get("error", {}).get("status")


@pytest.mark.both
def test_row_21_what_is_no_text_is_refused_where_a_text_is_expected(matrix_app, ana, world):
    before = everything(matrix_app)

    for event, name, good in fields(world):
        if name in TEXTS:
            for value in NOT_TEXT:
                assert refused(ana, event, {**good, name: value}) == 422, (event, name, value)

    assert everything(matrix_app) == before


@pytest.mark.both
def test_no_value_in_any_field_is_a_fault(ana, world):
    deep: object = 1
    for _ in range(100):
        deep = [deep]

    for event, name, good in fields(world):
        for value in (*NOT_TEXT, *UNSOUND, deep, "x" * 90_000, ["x"] * 600):
            status = refused(ana, event, {**good, name: value})
            assert status is None or 400 <= status < 500, (event, name, value, status)


@pytest.mark.both
def test_row_34_numbers_that_cannot_be_are_refused_and_nothing_is_stored(matrix_app, ana, world):
    before = everything(matrix_app)

    for event, name, good in fields(world):
        if isinstance(good.get(name), int) and not isinstance(good.get(name), bool):
            for number in NUMBERS:
                text = json.dumps([event, {**good, name: "?"}]).replace('"?"', number)
                ana.number += 1
                ana.send(f"42{ana.number}{text}")
                reply = ana.acknowledged(ana.number)
                assert reply["error"]["status"] in {409, 422}, (event, name, number, reply)

    assert everything(matrix_app) == before


@pytest.mark.both
def test_row_34_what_is_no_json_is_refused_and_nothing_is_stored(matrix_app, ana, world):
    before = everything(matrix_app)

    for event, sent in EVENTS.items():
        for value in NO_JSON:
            text = json.dumps([event, {**filled(sent, world.ids), "body": "?"}]).replace(
                '"?"', value
            )
            ana.number += 1
            ana.send(f"42{ana.number}{text}")
            assert ana.acknowledged(ana.number)["error"]["status"] == 422, (event, value)

    assert everything(matrix_app) == before
