"""Open screens while the holder of a post changes: who comes hears its talks, who goes no more."""

import json
from datetime import timedelta
from uuid import UUID

import pytest

from intranet.extensions import db
from intranet.messaging.conversations import jobs
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.operations import start_post_conversation
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.operations import add_reaction, edit_message
from intranet.organisation.accounts.operations.accounts import disable_account
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.people.operations.absences import end_absence, set_absence
from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.organisation.people.operations.fallbacks import (
    accept_fallback,
    end_fallback,
    request_fallback,
)
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.types import Localized
from tests.cast import today
from tests.delivery.realtime.clients import drain
from tests.messaging.messages.helpers import say
from tests.security.knocking import filled
from tests.security.workings import EVENTS


@pytest.fixture
def talk(app, cast):
    with app.app_context():
        made = start_post_conversation(cast.bieito, cast.architect_post)
        asked = say(cast.bieito, made, "First.")
        his = say(cast.xoel, made, "An answer.")
        return {"id": str(made.id), "asked": str(asked.id), "his": str(his.id)}


def give_another_post(cast, person):
    appoint(None, cast.technician_post, person, starts_on=today())


def leave(person, post):
    for held in current_appointments(person.id):
        if held.post_id == post.id:
            end_appointment(None, held)


@pytest.mark.slow
def test_who_leaves_is_told_and_hears_nothing_more_and_who_comes_hears_all(
    app, cast, connect, talk
):
    with app.app_context():
        give_another_post(cast, cast.xoel)
    xoel, two, nadia, bieito = map(connect, (cast.xoel, cast.xoel, cast.nadia, cast.bieito))
    ids = {"room": talk["id"], "message": talk["asked"]}
    for socket in (xoel, two):
        assert socket.ask("conversation:watch", {"conversation_id": talk["id"]})["ok"]

    with app.app_context():
        leave(cast.xoel, cast.architect_post)
        appoint(None, cast.architect_post, cast.nadia, starts_on=today())

    left = [socket.next("conversation:left")["conversation_id"] for socket in (xoel, two)]
    while talk["id"] not in left:
        left.append(xoel.next("conversation:left")["conversation_id"])
    joined = nadia.next("conversation:joined")["conversation_id"]
    while joined != talk["id"]:
        joined = nadia.next("conversation:joined")["conversation_id"]
    assert bieito.heard("conversation:left") == bieito.heard("conversation:joined") == []
    for socket in (xoel, two):
        socket.heard("nothing")
        socket.frames.clear()

    with app.app_context():
        here = db.session.get_one(Conversation, UUID(talk["id"]))
        asked = db.session.get_one(Message, UUID(talk["asked"]))
        edit_message(cast.bieito, asked, "First, changed.", body_rev=asked.body_rev)
        say(cast.nadia, here, f"@[Xoel](person:{cast.xoel.id}) did it.")
        add_reaction(cast.nadia, db.session.get_one(Message, UUID(talk["his"])), "👍")

    assert nadia.next("message:changed")["message"]["body"] == "First, changed."
    assert bieito.next("message:posted")["message"]["author"]["name"] == "Nadia Benali"
    since = {"conversations": [{"id": talk["id"], "rev": 0}]}
    assert len(nadia.ask("conversation:sync", since)["conversations"][0]["messages"]) == 3
    for socket in (xoel, two):
        drain(app)
        assert socket.ask("conversation:sync", since)["conversations"][0]["gone"]
        assert list(socket.frames) == []
        for event, sent in EVENTS.items():
            if event not in {"conversation:unwatch", "conversation:sync"}:
                answer = socket.ask(event, filled(sent, ids))
                assert answer["error"]["status"] == 404, event
    own = {"id": talk["his"], "body": "Other.", "body_rev": 2}
    assert xoel.ask("message:edit", own)["error"]["status"] == 403
    again = connect(cast.xoel)
    assert talk["id"] not in json.dumps(list(again.frames))


@pytest.mark.both
def test_a_stand_in_is_told_when_the_days_begin_and_when_they_are_over(
    app, cast, connect, talk, monkeypatch
):
    nadia = connect(cast.nadia)
    monkeypatch.setattr(jobs.told, "until", None)
    tomorrow = today() + timedelta(days=1)
    with app.app_context():
        jobs.publish_speaker_changes()
        set_absence(None, cast.xoel, starts_on=tomorrow, ends_on=tomorrow, stand_in=cast.nadia)
        assert nadia.heard("conversation:joined") == []
        with clock.freeze(clock.start_of(tomorrow, "Europe/Madrid") + timedelta(seconds=9)):
            jobs.publish_speaker_changes()
            jobs.publish_speaker_changes()
            drain(app)
        assert nadia.next("conversation:joined") == {"conversation_id": talk["id"]}
        with clock.freeze(clock.end_of(tomorrow, "Europe/Madrid") + timedelta(seconds=9)):
            jobs.publish_speaker_changes()
            drain(app)
        assert nadia.next("conversation:left") == {"conversation_id": talk["id"]}
    assert nadia.heard("conversation:joined") == nadia.heard("conversation:left") == []


def test_an_absence_that_is_entered_or_ended_today_is_told_at_once(app, cast, connect, talk):
    nadia, bieito = connect(cast.nadia), connect(cast.bieito)
    with app.app_context():
        absence = set_absence(
            None, cast.xoel, starts_on=today(), ends_on=today(), stand_in=cast.nadia
        )
    assert nadia.next("conversation:joined") == {"conversation_id": talk["id"]}
    with app.app_context():
        end_absence(None, db.session.merge(absence))
    assert nadia.next("conversation:left") == {"conversation_id": talk["id"]}
    assert bieito.heard("conversation:left") == []


def test_a_new_talk_appears_once_at_whoever_speaks_for_the_post(app, cast, connect):
    carles, ana = connect(cast.carles), connect(cast.ana)
    with app.app_context():
        made = start_post_conversation(cast.bieito, cast.head_post)
        talk_id = str(made.id)
    drain(app)
    assert carles.heard("conversation:joined") == [{"conversation_id": talk_id}]
    assert ana.heard("conversation:joined") == []


@pytest.mark.slow
@pytest.mark.both
def test_another_agency_s_post_answers_while_it_has_accepted_and_not_a_moment_longer(
    app, cast, connect, client_of, talk
):
    with app.app_context():
        leave(cast.xoel, cast.architect_post)
        request_fallback(cast.dorleta, cast.architect_post, cast.assistance_post)
    guillem, elna = connect(cast.guillem), connect(cast.elna)
    browser = client_of(cast.guillem)
    assert browser.get(f"/c/{talk['id']}").status_code == 404

    with app.app_context():
        accept_fallback(cast.guillem, cast.architect_post, cast.assistance_post)
    assert guillem.next("conversation:joined") == {"conversation_id": talk["id"]}
    assert browser.get(f"/c/{talk['id']}").status_code == 200
    with app.app_context():
        here = db.session.get_one(Conversation, UUID(talk["id"]))
        said = say(cast.guillem, here, "From Altamar.")
        assert said.post_id == cast.architect_post.id
        drain(app)  # who reads it is asked when it is sent
        end_fallback(cast.dorleta, cast.architect_post, cast.assistance_post)
    assert guillem.next("conversation:left") == {"conversation_id": talk["id"]}
    kept = browser.get(f"/c/{talk['id']}").text
    assert "From Altamar." in kept
    assert "First." not in kept
    with app.app_context():
        say(cast.bieito, db.session.get_one(Conversation, UUID(talk["id"])), "To nobody.")
        drain(app)
    assert [post["message"]["body"] for post in guillem.heard("message:posted")] == [
        "From Altamar."
    ]
    assert elna.heard("message:posted") == elna.heard("conversation:joined") == []


def test_a_disabled_account_hears_nothing_though_its_person_holds_the_post(
    app, cast, connect, client_of, talk
):
    xoel, browser = connect(cast.xoel), client_of(cast.xoel)
    with app.app_context():
        disable_account(None, cast.account_of(cast.xoel))
    assert xoel.next("session:ended")["reason"]
    assert browser.get(f"/c/{talk['id']}").status_code == 303
    with app.app_context():
        here = db.session.get_one(Conversation, UUID(talk["id"]))
        say(cast.bieito, here, "Not for him.")
        drain(app)
    xoel.closed()
    assert not any("Not for him." in frame for frame in xoel.frames)


def test_the_head_hears_what_is_written_to_a_vacant_post_until_somebody_comes(
    app, cast, connect, talk
):
    carles, rosa = connect(cast.carles), connect(cast.rosa)
    with app.app_context():
        leave(cast.xoel, cast.architect_post)
    assert carles.next("conversation:joined")["conversation_id"] == talk["id"]
    with app.app_context():
        say(cast.bieito, db.session.get_one(Conversation, UUID(talk["id"])), "Anybody?")
    assert carles.next("message:posted")["message"]["body"] == "Anybody?"

    with app.app_context():
        appoint(None, cast.architect_post, cast.nadia, starts_on=today())
    assert carles.next("conversation:left")["conversation_id"] == talk["id"]
    assert not carles.ask("conversation:watch", {"conversation_id": talk["id"]})["ok"]
    assert rosa.heard("conversation:joined") == rosa.heard("message:posted") == []


def test_who_becomes_head_reads_for_the_vacant_posts_and_who_heads_no_more_does_not(
    app, cast, connect, talk
):
    with app.app_context():
        leave(cast.xoel, cast.architect_post)
    carles, nadia = connect(cast.carles), connect(cast.nadia)
    with app.app_context():
        unit = cast.urban_planning
        head = PostSpec(unit=unit, title=Localized(es="Director/a"), is_head=True, level=1)
        appoint(None, create_post(None, head), cast.nadia, starts_on=today())
    heard = nadia.next("conversation:joined")["conversation_id"]
    while heard != talk["id"]:
        heard = nadia.next("conversation:joined")["conversation_id"]
    assert carles.next("conversation:left")["conversation_id"] == talk["id"]
