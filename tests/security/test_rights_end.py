"""What ends, ends at once, at every door and on open sockets (rows 1, 5, 14, 17, 30, 38, 39)."""

import json
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.operations import delete_message, edit_message
from intranet.organisation.accounts.access import cookie_name
from intranet.organisation.accounts.operations.accounts import disable_account
from intranet.organisation.accounts.operations.own_account import change_password, revoke_token
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.platform.core import clock
from tests.cast import PASSWORD, sign_in
from tests.delivery.files.samples import picture
from tests.delivery.realtime.clients import Client, drain, served
from tests.messaging.messages.helpers import channel_of, say
from tests.pace import reckoned
from tests.pages.api.calls import PREFIX, new_token
from tests.security.knocking import filled
from tests.security.workings import EVENTS
from tests.security.world import build
from tests.security.world_parts import SECRET

NOBODY = "0192b5c8-0000-7000-8000-000000000001"


@pytest.fixture
def address(app):
    with served(app) as address:
        yield address


@pytest.fixture
def connect(app, address):
    """Connects somebody's browser."""
    opened = []

    def socket(client=None, **more):
        if client is not None:
            with app.app_context():
                cookie = client.get_cookie(cookie_name())
            more["cookie"] = f"{cookie.key}={cookie.value}"
        opened.append(Client(address, **more))
        return opened[-1]

    yield socket
    for one in opened:
        one.close()


@pytest.fixture
def end(app):
    """Ends what somebody holds in a unit, this instant."""

    def at_once(person, unit):
        with app.app_context():
            open_ones = select(Appointment).filter_by(person_id=person.id, until=None)
            for held in db.session.scalars(open_ones).all():
                if held.post.unit_id == unit.id:
                    end_appointment(None, held)

    return at_once


@contextmanager
def heard(app, socket):
    """What a socket hears of what is done in this block, as one text."""
    told: list[str] = []
    yield told
    drain(app)
    socket.ask("conversation:sync", {"conversations": []})
    told.append("\n".join(socket.frames))
    socket.frames.clear()


@pytest.mark.both
def test_who_loses_the_post_is_told_at_once_and_then_hears_and_gets_nothing(
    app, cast, connect, end
):
    with app.app_context():
        appoint(
            None,
            cast.technician_post,
            cast.ana,
            starts_on=clock.today("Europe/Madrid") - timedelta(days=9),
        )
    world = build(app, cast)
    ana = connect(world.clients["member"])
    ana.next("hello")
    ana.ask("conversation:watch", {"conversation_id": world.ids["room"]})
    drain(app)  # what the making of the world left to tell

    def told_of_the_end():
        end(cast.ana, cast.licences)
        drain(app)
        return ana.heard("conversation:left")

    # Within a second, on whatever machine: it waits for nothing, and is little work.
    told_left, seconds = reckoned(told_of_the_end)
    assert seconds < 1
    left = {each["conversation_id"] for each in told_left}
    assert len(left) == 4
    assert {world.ids["room"], world.ids["channel"], world.ids["post_talk"]} <= left
    for event, sent in EVENTS.items():
        if event in {"conversation:unwatch", "conversation:sync"}:
            continue
        there, nowhere = (
            world.plain(json.dumps(ana.ask(event, filled(sent, ids))))
            for ids in (world.ids, world.nothing)
        )
        assert there == nowhere, event
        assert '"status": 404' in there, event
    with heard(app, ana) as told, app.app_context():
        room = channel_of(cast.licences)
        text = f"{SECRET} @[Ana](person:{cast.ana.id})"
        message = say(cast.uxia, room, text)
        edit_message(cast.uxia, message, f"{SECRET} edited", body_rev=message.body_rev)
        delete_message(cast.uxia, message)
    assert told == [""]


@pytest.mark.slow
def test_page_call_file_link_and_switcher_answer_like_a_random_id_in_the_same_second(
    app, cast, end
):
    world = build(app, cast)
    client, ids = world.clients["member"], world.ids
    message = f"/c/{ids['room']}/m/{ids['seq']}"
    paths = [
        f"/c/{ids['room']}",
        message,
        f"/files/{ids['file']}",
        f"/files/{ids['file']}/thumbnail",
    ]
    paths += [f"{PREFIX}/conversations/{ids['room']}", f"{PREFIX}/messages/{ids['message']}"]
    assert {client.get(path, buffered=True).status_code for path in paths} == {200}
    assert "Licencias" in client.get("/switcher?q=licencias").text

    end(cast.ana, cast.licences)

    for path in paths:
        assert client.get(path).status_code == 404, path
    assert ids["room"] not in client.get("/switcher?q=licencias").text


def test_a_new_post_brings_its_room_without_a_reload(app, cast, connect):
    nadia = connect(sign_in(app.test_client(), cast.nadia))
    nadia.next("hello")

    with app.app_context():
        room = str(channel_of(cast.licences).id)
        today = clock.today("Europe/Madrid")
        appoint(None, cast.officer_post, cast.nadia, starts_on=today)

    joined = {nadia.next("conversation:joined")["conversation_id"] for _ in range(2)}
    assert room in joined
    assert nadia.ask("conversation:sync", {"conversations": [{"id": room, "rev": 0}]})["ok"]


@pytest.mark.parametrize("way", ["sign out", "other device", "disable", "password"])
def test_a_sign_in_that_ends_closes_its_socket_and_what_is_asked_meanwhile_is_refused(
    app, cast, connect, way
):
    client: Any = sign_in(app.test_client(), cast.xoel)
    other: Any = sign_in(app.test_client(), cast.xoel)
    xoel = connect(client)
    xoel.next("hello")
    if way == "sign out":
        client.submit("/signout")
    elif way == "other device":
        other.submit("/me/sign-ins/end-others")
    elif way == "disable":
        with app.app_context():
            disable_account(None, cast.account_of(cast.xoel))
    else:
        with app.app_context():
            account = cast.account_of(cast.xoel)
            new = "otra frase larga y segura"
            change_password(account, PASSWORD, new, but=None, address="203.0.113.1")

    assert xoel.next("session:ended")["reason"]
    assert xoel.closed() in {1000, None}
    assert client.get("/me/settings").status_code == 303


def test_a_token_that_is_revoked_ends_its_socket_and_its_calls(app, cast, connect):
    from intranet.organisation.accounts.models import Token
    from intranet.organisation.accounts.random_secrets import hash_of

    secret = new_token(app, cast.xoel)
    xoel = connect(token=secret, origin=None)
    xoel.next("hello")

    with app.app_context():
        row = db.session.scalars(select(Token).where(Token.token_hash == hash_of(secret))).one()
        revoke_token(cast.account_of(cast.xoel), row.id)

    answer = app.test_client().get(f"{PREFIX}/me", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 401
    assert xoel.next("session:ended")["reason"]
    assert xoel.closed() in {1000, None}


@pytest.mark.both
def test_a_disabled_account_s_programs_lose_their_sockets_as_well(app, cast, connect):
    xoel = connect(token=new_token(app, cast.xoel), origin=None)
    xoel.next("hello")

    with app.app_context():
        disable_account(None, cast.account_of(cast.xoel))

    assert xoel.next("session:ended")["reason"]
    assert xoel.closed() in {1000, None}


def test_row_38_who_is_no_head_any_more_may_no_longer_do_what_a_head_may(app, cast, connect):
    from tests.pages.api import calls

    ana = sign_in(app.test_client(), cast.ana)
    with app.app_context():
        room = channel_of(cast.licences)
        theirs = str(say(cast.uxia, room, "Hers.").id)
        acting = db.session.scalars(
            select(Appointment).where(Appointment.post_id == cast.head_of_licences_post.id)
        ).one()
    socket = connect(ana)
    caller = calls.browser(app, cast.ana)
    assert caller.put(f"/messages/{theirs}/pin").status_code == 200

    with app.app_context():
        end_appointment(None, db.session.get_one(Appointment, acting.id))

    assert caller.delete(f"/messages/{theirs}/pin").status_code == 403
    assert socket.ask("message:delete", {"id": theirs})["error"]["status"] == 403


def test_row_17_what_tells_of_a_deletion_holds_ids_alone(app, cast, connect):
    with app.app_context():
        message = say(cast.ana, channel_of(cast.licences), f"{SECRET} gone")
    uxia = connect(sign_in(app.test_client(), cast.uxia))
    uxia.next("hello")

    with app.app_context():
        delete_message(cast.ana, db.session.get_one(Message, message.id))

    told = uxia.next("message:changed")
    assert set(told) == {"conversation_id", "rev", "message"}
    assert set(told["message"]) == {
        *("id", "conversation_id", "seq", "rev", "parent_id", "deleted")
    }
    with app.app_context():
        from intranet.messaging.messages.models import MessageVersion

        assert SECRET not in db.session.get_one(Message, message.id).body
        assert db.session.scalars(select(MessageVersion)).all() == []


def test_row_14_a_call_to_everybody_names_nobody_to_the_others(app, cast, connect):
    uxia = connect(sign_in(app.test_client(), cast.uxia))
    uxia.next("hello")

    with app.app_context():
        room = channel_of(cast.licences)
        say(cast.ana, room, f"@[channel](channel:{room.id}) @[Carles](person:{cast.carles.id})")

    told = json.dumps(uxia.next("message:posted"))
    members = [cast.uxia, cast.lara]
    assert not any(str(member.id) in told for member in members)


@pytest.mark.slow
def test_row_30_a_file_goes_with_its_message_and_its_link_helps_nobody(app, cast):
    world = build(app, cast)
    uxia = sign_in(app.test_client(), cast.uxia)
    path = f"/files/{world.ids['file']}"
    etag = uxia.get(path, buffered=True).headers.get("ETag")

    with app.app_context():
        from uuid import UUID

        delete_message(cast.ana, db.session.get_one(Message, UUID(world.ids["message"])))

    for headers in ({}, {"If-None-Match": etag or ""}, {"Range": "bytes=0-1"}):
        for where in (path, f"{path}/thumbnail", f"{PREFIX}{path}"):
            assert uxia.get(where, headers=headers).status_code == 404, (where, headers)


@pytest.mark.slow
def test_a_talk_that_was_declined_is_gone_for_that_person_and_no_id_tells_of_it(app, cast, connect):
    world = build(app, cast)
    uxia: Any = sign_in(app.test_client(), cast.uxia)
    socket = connect(uxia)
    socket.next("hello")
    talk = world.ids["talk"]

    uxia.submit(f"/c/{talk}/decline")

    with heard(app, socket) as told, app.app_context():
        from uuid import UUID

        from intranet.messaging.conversations.models import Conversation

        say(cast.ana, db.session.get_one(Conversation, UUID(talk)), f"{SECRET} still there?")
    assert uxia.get(f"/c/{talk}").status_code == 404
    assert uxia.get(f"{PREFIX}/messages/{world.ids['talk_message']}").status_code == 404
    assert "message:posted" not in told[0]
    assert SECRET not in told[0]


def test_a_repeated_post_of_somebody_who_left_is_answered_like_one_to_nowhere(app, cast, end):
    from tests.pages.api import calls

    uxia = calls.browser(app, cast.carles)
    with app.app_context():
        room = str(channel_of(cast.urban_planning).id)
    sent = {"client_id": str(uuid4()), "body": "Mine."}
    assert uxia.post(f"/conversations/{room}/messages", sent).status_code == 201

    end(cast.carles, cast.urban_planning)

    there = uxia.post(f"/conversations/{room}/messages", sent)
    nowhere = uxia.post(f"/conversations/{NOBODY}/messages", sent)
    assert (
        (there.status_code, there.json) == (nowhere.status_code, nowhere.json) == (404, there.json)
    )


def test_who_uploads_at_the_moment_of_leaving_hangs_nothing_on_the_room(app, cast, end):
    from io import BytesIO

    from tests.pages.api import calls

    carles = calls.browser(app, cast.carles)
    with app.app_context():
        room = str(channel_of(cast.urban_planning).id)
    file = carles.post("/files", data={"file": (BytesIO(picture().read()), "x.png")}).json

    end(cast.carles, cast.urban_planning)

    sent = {"client_id": str(uuid4()), "body": "", "file_ids": [file["id"]]}
    assert carles.post(f"/conversations/{room}/messages", sent).status_code == 404
    assert carles.get(f"/files/{file['id']}").status_code == 200
