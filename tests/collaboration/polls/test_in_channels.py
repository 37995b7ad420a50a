"""A poll in a channel: opened from the composer, a card in the flow, answered in its place."""

import re

import pytest
from sqlalchemy import select

from intranet.collaboration.polls.models import Poll
from intranet.extensions import db
from intranet.messaging.messages.models import Message
from tests.messaging.messages.helpers import channel_of

FORM = {
    "title": "¿Qué día [quedamos]?",
    "option": ["Lunes", "Martes", " "],
    "secrecy": "totals",
    "closes_on": "2099-01-01",
}


@pytest.fixture
def room(app, cast):
    with app.app_context():
        return str(channel_of(cast.licences).id)


def opened(cast, client, room, **more):
    form = {**FORM, "closes_on": "", "post_id": str(cast.officer_post.id), **more}
    return client.submit(f"/c/{room}/poll", form)


def poll_id(app):
    with app.app_context():
        return str(db.session.scalars(select(Poll.publication_id)).one())


def card_in(page):
    found = re.search(r'<section class="poll-card".*?</section>', page, re.DOTALL)
    return found[0] if found else ""


@pytest.mark.slow
def test_a_poll_of_a_channel_is_a_message_and_a_card_in_it(app, cast, client_of, room):
    ana = client_of(cast.ana)
    assert opened(cast, ana, room).status_code == 303
    card = card_in(ana.get(f"/c/{room}?lang=en").text)

    assert "¿Qué día [quedamos]?" in card
    assert re.findall(r'name="choice"[^>]*value="(\d)"', card, re.DOTALL) == ["1", "2"]
    assert "totals only" in card
    with app.app_context():
        assert db.session.scalars(select(Poll)).one().is_secret


@pytest.mark.slow
def test_the_form_sent_twice_opens_one(app, cast, client_of, room):
    ana = client_of(cast.ana)
    page = ana.get(f"/c/{room}/poll").text
    client_id = re.findall(r'name="client_id" value="([^"]+)"', page)[0]
    first, again = (opened(cast, ana, room, client_id=client_id) for _ in range(2))

    assert first.location == again.location
    with app.app_context():
        assert len(db.session.scalars(select(Poll)).all()) == 1
        assert len(db.session.scalars(select(Message)).all()) == 1


@pytest.mark.slow
def test_it_is_answered_in_its_place_once(app, cast, client_of, room):
    ana, fragment = client_of(cast.ana), {"HX-Request": "true"}
    opened(cast, ana, room, secrecy="named")
    address = f"/polls/{poll_id(app)}/vote?lang=en"

    card = ana.submit(address, {"choice": "2"}, headers=fragment)
    again = ana.submit(address, {"choice": "1"}, headers=fragment)

    assert "You have voted" in card.text
    assert re.search(r"Martes</span>\s*<b>1</b>", card.text)
    assert again.status_code == 409
    assert "You have already voted" in again.text


def test_who_may_not_read_the_channel_gets_no_card(app, cast, client_of, room):
    opened(cast, client_of(cast.ana), room)
    hidden = client_of(cast.nadia).get(f"/polls/{poll_id(app)}/card")
    nothing = client_of(cast.nadia).get("/polls/0192b5c8-0000-7000-8000-00000000000a/card")

    assert hidden.status_code == nothing.status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        ({"title": ""}, "field-title"),
        ({"option": ["Solo una"]}, "poll-options-error"),
        ({"option": [f"Opción {number}" for number in range(11)]}, "poll-options-error"),
        ({"option": ["Igual", "Igual"]}, "poll-options-error"),
        ({"closes_on": "2020-01-01"}, "field-closes_on"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(app, cast, client_of, room, wrong):
    changed, field = wrong
    refused = opened(cast, client_of(cast.ana), room, **changed)

    assert refused.status_code == 422
    assert field in refused.text
    assert 'name="title"' in refused.text
    with app.app_context():
        assert db.session.scalars(select(Poll)).all() == []
        assert db.session.scalars(select(Message)).all() == []


def test_a_message_with_other_words_beside_the_link_stays_a_message(app, cast, client_of, room):
    ana = client_of(cast.ana)
    opened(cast, ana, room)
    with app.app_context():
        message = db.session.scalars(select(Message)).one()
        message.html = message.html.replace("<p>", "<p>Mirad: ")
        db.session.commit()

    assert card_in(ana.get(f"/c/{room}").text) == ""


@pytest.mark.parametrize("fragment", [{}, {"HX-Request": "true"}])
@pytest.mark.parametrize("day", ["2020-01-01", "0001-01-01", "9999-12-31", "2026-02-31", "mañana"])
def test_a_last_day_that_cannot_be_is_said_in_a_sentence_beside_it(
    cast, client_of, room, day, fragment
):
    sent = {"closes_on": day, "several": "1", "secrecy": "named"}
    sent["post_id"] = str(cast.officer_post.id)
    sent |= {"title": "¿Quién va?", "option": ["Uno", "Dos"]}
    refused = client_of(cast.ana).submit(f"/c/{room}/poll?lang=en", sent, headers=fragment)

    assert refused.status_code == 422
    said = re.search(r'id="field-closes_on-error"[^>]*>(.*?)</p>', refused.text, re.DOTALL)
    assert said
    assert re.search(r"[a-z]{3}.*\.$", re.sub(r"<[^>]*>", "", said[1]).strip())
    for kept in ("¿Quién va?", "Uno", "Dos", day):
        assert f'value="{kept}"' in refused.text
    assert re.search(r'value="1" checked>', refused.text)
    assert re.search(r'value="named" checked>', refused.text)


@pytest.mark.slow
def test_what_no_field_shows_is_said_above_the_form(app, cast, client_of, room):
    sent = {"title": "¿Quién va?", "option": ["Uno", "Dos"], "post_id": "no"}
    refused = client_of(cast.ana).submit(f"/c/{room}/poll?lang=en", sent)

    assert refused.status_code == 422
    form = refused.text.split('action="/c/')[1]
    assert re.search(r"banner--bad.*[a-z]{3}", form, re.DOTALL)
    assert 'value="Uno"' in refused.text
