"""The matrix over sockets and by the clock (acceptance 5; rows 5, 13, 18, 23, 38 and 39)."""

import json
from contextlib import ExitStack
from datetime import timedelta

import pytest

from intranet import schedule
from intranet.delivery.realtime import client_event_names
from intranet.organisation.accounts.access import cookie_name
from intranet.platform.core import clock, outbox
from tests.delivery.realtime.clients import Client, Refused, drain, served
from tests.security.knocking import filled
from tests.security.test_matrix import HIDDEN, ROOMS
from tests.security.workings import EVENTS, JOBS, OWED, TOLD_AS_GONE
from tests.security.world import CHANNEL
from tests.security.world_parts import SECRET
from tests.stored import everything

pytestmark = pytest.mark.slow

NOTHING: list[list[str]] = [[] for _ in HIDDEN]
ASK_NOTHING: tuple[str, dict[str, list[str]]] = ("conversation:sync", {"conversations": []})


@pytest.fixture(scope="module")
def matrix_address(matrix_app):
    with served(matrix_app) as address:
        yield address


@pytest.fixture
def connect(matrix_app, matrix_address, world):
    """Connects somebody of the matrix by the cookie of their browser."""
    with ExitStack() as opened:

        def client(who):
            with matrix_app.app_context():
                cookie = world.clients[who].get_cookie(cookie_name())
            named = f"{cookie.key}={cookie.value}" if cookie else None
            return opened.enter_context(Client(matrix_address, cookie=named))

        yield client


def frames(app, client):
    """Every frame that has come by now: what was committed has been told."""
    drain(app)
    client.ask(*ASK_NOTHING)
    seen = [frame for frame in client.frames if not frame.startswith('42["hello"')]
    client.frames.clear()
    return seen


def test_every_event_every_job_and_all_that_is_owed_is_in_the_matrix():
    assert set(EVENTS) == set(client_event_names())
    assert set(JOBS) == {job.name for job in schedule.JOBS}
    assert set(OWED) == set(outbox._kinds)


@pytest.mark.parametrize("who", HIDDEN)
def test_what_is_hidden_is_acknowledged_like_what_does_not_exist(matrix_app, connect, world, who):
    outsider, insider = connect(who), connect("member")
    insider.ask("conversation:watch", {"conversation_id": world.ids["room"]})
    hello = outsider.next("hello")
    before, differing = everything(matrix_app), []

    for event, sent in EVENTS.items():
        # The answer for nothing is asked once an event.
        nowhere = world.plain(json.dumps(outsider.ask(event, filled(sent, world.nothing))))
        for what, names in ROOMS.items():
            seen = world.called(**names)
            there = seen.plain(json.dumps(outsider.ask(event, filled(sent, seen.ids))))
            refused = json.loads(there).get("error", {}).get("status")
            if there != nowhere or (refused != 404 and event not in TOLD_AS_GONE):
                differing.append((event, what, there, nowhere))

    assert differing == []
    assert everything(matrix_app) == before
    assert frames(matrix_app, outsider) == []
    assert frames(matrix_app, insider) == []
    told = json.dumps(hello)
    assert not any(world.ids[name] in told for name in ("room", "talk", "channel"))


@pytest.mark.both
@pytest.mark.parametrize("who", ["disabled", "signed out"])
def test_who_is_not_signed_in_is_not_let_in(connect, who):
    with pytest.raises(Refused) as refused:
        connect(who)

    assert refused.value.why == "unauthorized"


@pytest.mark.both
def test_the_same_events_are_answered_for_a_member(connect, world):
    member = connect("member")

    for event, sent in EVENTS.items():
        if event not in {"message:delete", "message:edit"}:
            assert member.ask(event, filled(sent, world.ids))["ok"] is True, event
    assert member.ask("message:edit", filled(EVENTS["message:edit"], world.ids))["ok"] is True


@pytest.mark.both
def test_row_23_what_is_asked_before_being_let_in_is_neither_answered_nor_done(
    matrix_app, matrix_address, world
):
    from tests.delivery.realtime.clients import open_websocket

    before = everything(matrix_app)
    with matrix_app.app_context():
        cookie = world.clients["member"].get_cookie(cookie_name())
    websocket = open_websocket(
        matrix_address, cookie=f"{cookie.key}={cookie.value}", origin=matrix_address
    )
    assert websocket.recv().startswith("0")
    for number, (event, sent) in enumerate(EVENTS.items()):
        websocket.send(f"42{number}{json.dumps([event, filled(sent, world.ids)])}")
    websocket.send("40")

    answer = websocket.recv()

    websocket.close(timeout=0.1)
    websocket.shutdown()
    assert answer.startswith("40")
    assert everything(matrix_app) == before


@pytest.mark.both
def test_the_clock_s_jobs_tell_nobody_from_whom_it_is_hidden(matrix_app, connect, world):
    outsiders = {who: connect(who) for who in HIDDEN}
    for client in outsiders.values():
        client.next("hello")

    for job in schedule.JOBS:
        with matrix_app.app_context():
            job.run()

    assert [frames(matrix_app, client) for client in outsiders.values()] == NOTHING


@pytest.mark.both
def test_rows_13_and_18_what_goes_on_in_a_room_is_silence_outside(
    matrix_app, matrix_cast, connect, world
):
    from uuid import UUID

    from intranet.extensions import db
    from intranet.messaging.conversations.models import Conversation
    from intranet.messaging.conversations.operations import create_channel
    from intranet.messaging.spaces.models import Posting
    from intranet.messaging.spaces.operations import invite_to_space, name_speaker, set_posting
    from intranet.organisation.agencies.operations.units import rename_unit
    from intranet.platform.core.types import Localized
    from tests.messaging.messages.helpers import say

    outsiders = {who: connect(who) for who in HIDDEN}
    member = connect("member")
    for client in (member, *outsiders.values()):
        client.next("hello")
    room = world.ids["room"]
    member.ask("conversation:watch", {"conversation_id": room})
    for client in outsiders.values():
        client.ask("conversation:watch", {"conversation_id": room})

    with matrix_app.app_context():
        cast = matrix_cast
        channel = db.session.get_one(Conversation, UUID(room))
        space = channel.space
        assert space
        rename_unit(None, cast.licences, Localized({"es": "Licencias y Obras"}))
        create_channel(cast.ana, space, f"{CHANNEL} dos")
        set_posting(cast.ana, space, Posting.SPEAKERS)
        set_posting(cast.ana, space, Posting.EVERYBODY)
        invite_to_space(cast.ana, space, cast.carles)
        name_speaker(cast.ana, space, cast.uxia)
        say(cast.ana, channel, f"{SECRET} @[Nadia](person:{cast.nadia.id}) @[c](channel:{room})")
    member.ask("typing:start", {"conversation_id": room})
    member.ask("read:mark", {"conversation_id": room, "seq": 1})

    assert [frames(matrix_app, client) for client in outsiders.values()] == NOTHING
    assert any(SECRET in frame for frame in frames(matrix_app, member))


@pytest.mark.both
def test_a_membership_that_ends_by_its_date_is_told_to_that_person_alone(
    matrix_app, matrix_cast, connect, world
):
    from intranet.messaging.spaces import jobs
    from intranet.organisation.people.operations.appointments import appoint

    today = clock.today("Europe/Madrid")
    with matrix_app.app_context():
        jobs.publish_changes()
        appoint(
            None,
            matrix_cast.officer_post,
            matrix_cast.nadia,
            starts_on=today + timedelta(days=1),
            ends_on=today + timedelta(days=1),
        )
    stranger, others = connect("stranger"), [connect(who) for who in HIDDEN[1:]]
    for client in (stranger, *others):
        client.next("hello")

    with clock.freeze(clock.now() + timedelta(days=1)), matrix_app.app_context():
        jobs.publish_changes()
    joined = frames(matrix_app, stranger)
    with clock.freeze(clock.now() + timedelta(days=2)), matrix_app.app_context():
        jobs.publish_changes()
    left = frames(matrix_app, stranger)

    assert any('"conversation:joined"' in frame and world.ids["room"] in frame for frame in joined)
    assert any('"conversation:left"' in frame and world.ids["room"] in frame for frame in left)
    assert SECRET not in "".join(joined + left)
    assert [frames(matrix_app, client) for client in others] == [[]] * len(others)
