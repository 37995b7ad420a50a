"""Forwarding: the words with whose they are; who reads them, who may go there, what takes them."""

import io
import re
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from intranet.delivery.files.access import get_file
from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.messaging.conversations.operations import create_channel, start_direct_message
from intranet.messaging.messages import forwarding, queries
from intranet.messaging.messages.forwarding import forward_message, more_readers
from intranet.messaging.messages.hiding import hide_message, show_message, text_of
from intranet.messaging.messages.models import Forward, Message
from intranet.messaging.messages.operations import delete_message, edit_message, remove_version
from intranet.messaging.spaces.models import Space, Visibility
from intranet.platform.core.errors import Forbidden, Invalid, NotFound
from intranet.platform.core.html import plain_text
from intranet.platform.core.outbox import run_due
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.index.models import SearchDocument
from tests.messaging.messages.helpers import channel_of, read_english, say, shown, space_of
from tests.pages.api.calls import browser

WORDS = "La ordenanza pide la licencia previa."


@pytest.fixture
def talk(app_context, cast):
    """A closed conversation of Ana and Carles."""
    return start_direct_message(cast.ana, [cast.carles])


@pytest.fixture
def said(talk, cast):
    return say(cast.carles, talk, WORDS)


def passed_on(person, message, *conversations, comment="", client_id=None):
    """Forward a message; gives what readers are told of the first one."""
    ids = [row.id for row in conversations]
    sent = forward_message(person, message, ids, comment=comment, client_id=client_id or uuid4())
    return sent[0]


@pytest.mark.slow
def test_the_words_stand_with_author_and_time_under_an_own_comment(talk, said, cast):
    sent = shown(passed_on(cast.ana, said, channel_of(cast.licences), comment="Mirad:"))
    assert sent["body"] == "Mirad:"
    assert sent["author"]["name"] == cast.ana.name
    carried = sent["forwarded"]
    assert (carried["body"], carried["author"]["name"]) == (WORDS, cast.carles.name)
    assert carried["said_at"] == shown(said)["created_at"]
    assert carried["place"] == ""  # a talk has no name for others
    channel = channel_of(cast.urban_planning)
    public = shown(passed_on(cast.ana, say(cast.xoel, channel, "Ya."), talk))
    assert public["forwarded"]["place"] == "Urbanismo y Obras"


@pytest.mark.parametrize("visibility", Visibility)
def test_a_channel_is_named_only_where_everybody_may_look_in(talk, cast, visibility):
    space = space_of(cast.urban_planning)
    channel = create_channel(cast.carles, space, "Expediente López")
    with unit_of_work():
        db.session.get_one(Space, space.id).visibility = visibility
    sent = shown(passed_on(cast.ana, say(cast.ana, channel, "Ya."), talk))
    is_open = visibility in {Visibility.NETWORK, Visibility.PUBLIC}
    there = "Expediente López" if is_open else "Urbanismo y Obras"
    assert sent["forwarded"]["place"] == there


@pytest.mark.slow
def test_what_carries_nothing_says_nothing_of_it(said):
    assert "forwarded" not in shown(said)


@pytest.mark.slow
def test_sent_twice_it_is_there_once_and_in_several_conversations(said, cast):
    rooms = [channel_of(cast.licences), channel_of(cast.urban_planning)]
    once = uuid4()
    first = forward_message(cast.ana, said, [row.id for row in rooms], client_id=once)
    again = forward_message(cast.ana, said, [row.id for row in rooms], client_id=once)
    assert [row.id for row in first] == [row.id for row in again]
    assert db.session.scalar(select(func.count()).select_from(Forward)) == 2


def test_a_forward_of_a_forward_carries_the_first_words(talk, said, cast):
    room = channel_of(cast.licences)
    sent = passed_on(cast.ana, said, room, comment="Primero.")
    second = shown(passed_on(cast.uxia, sent, channel_of(cast.urban_planning)))
    assert second["forwarded"]["body"] == WORDS
    assert second["forwarded"]["author"]["name"] == cast.carles.name
    assert second["body"] == ""


@pytest.mark.slow
@pytest.mark.both
def test_more_readers_are_counted_only_out_of_what_is_closed(talk, said, cast):
    room = channel_of(cast.licences)
    there = set(db.session.scalars(_readers(room)))
    expected = len(there - {cast.ana.id, cast.carles.id})
    assert expected > 0
    assert more_readers(cast.ana, said, [room], []) == expected
    assert more_readers(cast.ana, said, [], [cast.bieito.id, cast.carles.id]) == 1
    assert more_readers(cast.ana, said, [talk], []) == 0


def _readers(room):
    from intranet.messaging.conversations.queries import readers

    return readers(room)


@pytest.mark.slow
def test_nothing_is_sent_where_one_of_the_conversations_takes_nothing(said, cast):
    room, hidden = channel_of(cast.licences), start_direct_message(cast.iria, [cast.nadia])
    before = room.last_seq
    with pytest.raises(NotFound):
        forward_message(cast.ana, said, [room.id, hidden.id], client_id=uuid4())
    with pytest.raises(NotFound):
        forward_message(cast.ana, said, [room.id, uuid4()], client_id=uuid4())
    with pytest.raises(Invalid):
        forward_message(cast.ana, said, [], client_id=uuid4())
    db.session.refresh(room)
    assert room.last_seq == before


def test_who_does_not_read_it_forwards_nothing(said, cast):
    with pytest.raises(NotFound):
        passed_on(cast.bieito, said, start_direct_message(cast.bieito, [cast.elna]))


def test_a_deleted_message_is_not_forwarded(said, cast):
    delete_message(cast.carles, said)
    with pytest.raises(Forbidden):
        passed_on(cast.ana, said, channel_of(cast.licences))


@pytest.mark.both
@pytest.mark.parametrize("take", [delete_message, hide_message])
def test_one_taken_away_at_that_moment_leaves_no_copy(said, cast, monkeypatch, take):
    read = forwarding._carried

    def taken_away_since(message):
        carried = read(message)
        take(cast.carles, message)
        return carried

    monkeypatch.setattr(forwarding, "_carried", taken_away_since)
    with pytest.raises(Forbidden):
        passed_on(cast.ana, said, channel_of(cast.licences))
    assert db.session.scalar(select(func.count()).select_from(Forward)) == 0


@pytest.mark.slow
def test_an_edit_leaves_the_copy_and_a_deletion_takes_it_away(said, cast):
    sent = passed_on(cast.ana, said, channel_of(cast.licences))
    edit_message(cast.carles, said, "Otra cosa.", body_rev=said.body_rev)
    assert shown(sent)["forwarded"]["body"] == WORDS
    rev = shown(sent)["rev"]
    delete_message(cast.carles, said)
    assert shown(sent)["forwarded"]["body"] == ""
    assert shown(sent)["forwarded"]["withdrawn"] is True
    assert WORDS not in str(shown(sent))
    assert db.session.get_one(Forward, sent.id).html == ""
    run_due()
    assert shown(sent)["rev"] > rev  # screens are told


@pytest.mark.slow
def test_a_version_taken_away_goes_from_the_copies_of_it_and_of_no_other(said, cast):
    room = channel_of(cast.licences)
    old = passed_on(cast.ana, said, room)
    edit_message(cast.carles, said, "Otra cosa.", body_rev=said.body_rev)
    new = passed_on(cast.ana, said, room)
    remove_version(cast.carles, said, queries.versions(said.id)[0].id)
    assert shown(old)["forwarded"]["withdrawn"] is True
    assert shown(new)["forwarded"]["body"] == "Otra cosa."


def test_what_moderation_hides_is_hidden_in_copies_and_comes_back(said, cast):
    sent = passed_on(cast.ana, said, channel_of(cast.licences))
    hide_message(cast.rosa, said)
    assert shown(sent)["forwarded"]["body"] == ""
    assert WORDS not in db.session.get_one(Message, sent.id).said
    show_message(said)
    db.session.expire_all()
    assert shown(sent)["forwarded"]["body"] == WORDS


@pytest.mark.slow
def test_a_hidden_forward_says_to_moderators_what_it_carried(said, cast):
    sent = passed_on(cast.ana, said, channel_of(cast.licences))
    hide_message(cast.rosa, sent)
    assert WORDS not in str(shown(sent))
    assert WORDS in text_of(sent)


def test_deleting_the_forward_takes_what_it_carried(said, cast):
    sent = passed_on(cast.ana, said, channel_of(cast.licences))
    delete_message(cast.ana, sent)
    assert shown(sent)["deleted"] is True
    assert db.session.get(Forward, sent.id) is None
    assert shown(said)["body"] == WORDS


@pytest.mark.slow
def test_files_travel_with_it_and_go_with_the_first_message(talk, cast):
    file = store_upload(cast.carles, io.BytesIO(b"plans"), "planos.txt")
    said = say(cast.carles, talk, "Los planos.", file_ids=[file.id])
    with pytest.raises(NotFound):
        get_file(cast.uxia, file.id)
    sent = passed_on(cast.ana, said, channel_of(cast.licences))
    assert [one["name"] for one in shown(sent)["forwarded"]["files"]] == ["planos.txt"]
    assert get_file(cast.uxia, file.id).id == file.id
    with pytest.raises(NotFound):
        get_file(cast.bieito, file.id)
    delete_message(cast.carles, said)
    with pytest.raises(NotFound):
        get_file(cast.uxia, file.id)


@pytest.mark.slow
def test_it_is_found_and_told_by_the_words_it_carries(said, cast):
    sent = passed_on(cast.ana, said, channel_of(cast.licences))
    document = select(SearchDocument.body).where(SearchDocument.subject_id == sent.id)
    assert "ordenanza" in (db.session.scalar(document) or "")
    assert WORDS in plain_text(sent.said)
    delete_message(cast.carles, said)
    run_due()
    assert "ordenanza" not in (db.session.scalar(document) or "")


@pytest.mark.slow
def test_the_way_there_opens_only_for_who_may_go(app, cast, client_of):
    with app.app_context():
        talk = start_direct_message(cast.ana, [cast.carles])
        said = say(cast.carles, talk, WORDS)
        room = channel_of(cast.licences)
        passed_on(cast.ana, said, room)
        here, there = f"/c/{room.id}", f"/c/{talk.id}/m/{said.seq}"
    for person in (cast.ana, cast.uxia):
        read_english(app, person)
    mine = client_of(cast.ana).get(here).text
    other = client_of(cast.uxia).get(here).text
    assert WORDS in mine
    assert WORDS in other
    assert f'<a href="{there}">' in mine
    assert f'href="{there}"' not in other


@pytest.mark.slow
def test_the_form_warns_finds_and_sends_without_a_script(app, cast, client_of):
    with app.app_context():
        talk = start_direct_message(cast.ana, [cast.carles])
        said = say(cast.carles, talk, WORDS)
        room = channel_of(cast.licences)
        address, target = f"/c/{talk.id}/m/{said.seq}/forward", f"c-{room.id}"
        room_id = room.id
    read_english(app, cast.ana)
    ana = client_of(cast.ana)
    page = ana.get(address, query_string={"q": "lice"}).text
    assert f'value="{target}"' in page
    assert "more people will be able to read" not in page
    sent = {"to": target, "body": "Mirad."}
    warned = ana.submit(address, sent)
    more = re.search(r'name="seen" value="(\d+)"', warned.text)
    assert more
    assert "will be able to read this message." in warned.text
    assert "Mirad." in warned.text
    done = ana.submit(address, {**sent, "seen": more[1]})
    assert done.status_code == 303
    assert f"/c/{room_id}" in done.location
    assert ana.submit(address, {"to": ""}).status_code == 422


@pytest.mark.slow
@pytest.mark.parametrize("which", ["the words", "the forward"])
def test_the_form_shows_no_words_that_are_hidden(app, cast, client_of, which):
    """Also where the form was open before, and is sent after."""
    with app.app_context():
        said = say(cast.carles, start_direct_message(cast.ana, [cast.carles]), WORDS)
        room = channel_of(cast.licences)
        sent = passed_on(cast.ana, said, room)
        address = f"/c/{room.id}/m/{sent.seq}/forward"
        hide_message(cast.rosa, said if which == "the words" else sent)
    uxia = client_of(cast.uxia)
    for answer in (uxia.get(address), uxia.submit(address, {"to": f"c-{uuid4()}"})):
        assert answer.status_code == 403
        assert WORDS not in answer.text


@pytest.mark.slow
def test_programs_forward_too_once(app, cast, client_of):
    with app.app_context():
        said = say(cast.carles, channel_of(cast.urban_planning), WORDS)
        room_id, message_id = channel_of(cast.licences).id, said.id
    ana = client_of(cast.ana)
    body = {"conversation_ids": [str(room_id)], "client_id": str(uuid4()), "body": ""}
    proof = {"X-CSRF-Token": ana.token()}
    first = ana.post(f"/api/v1/messages/{message_id}/forwards", json=body, headers=proof)
    assert first.status_code == 201, first.text
    again = ana.post(f"/api/v1/messages/{message_id}/forwards", json=body, headers=proof)
    assert first.json["items"][0]["id"] == again.json["items"][0]["id"]
    assert first.json["items"][0]["forwarded"]["body"] == WORDS


@pytest.mark.slow
def test_nothing_of_it_tells_whence_the_words_came(app, cast, client_of):
    with app.app_context():
        talk, channel = start_direct_message(cast.ana, [cast.carles]), channel_of(cast.licences)
        said = say(cast.carles, talk, WORDS)
        none = say(cast.ana, channel, "Antes.").seq
        sent = passed_on(cast.ana, said, channel, comment="Mirad:")
        passed_on(cast.ana, sent, channel_of(cast.urban_planning))
        assert shown(sent)["forwarded"]["author"] == {
            "name": cast.carles.name,
            "caption": said.caption,
        }
        secrets = {str(talk.id), str(cast.carles.id), str(said.id)}
        origin = f"/c/{talk.id}/m/{said.seq}"
        room, seq, message_id = channel.id, sent.seq, sent.id

    uxia, api = client_of(cast.uxia), browser(app, cast.uxia)
    saved = api.put(f"/messages/{message_id}/saved", {})
    answers = [saved] + [
        api.get(address)
        for address in (
            f"/conversations/{room}/messages",
            f"/messages/{message_id}",
            "/search?q=ordenanza",
            "/mentions",
            "/saved",
        )
    ]
    pages = (f"/c/{room}", f"/c/{room}/m/{seq}", "/messages/saved", "/search?q=ordenanza")
    answers += [uxia.get(address) for address in pages]
    for answer in answers:
        assert answer.status_code == 200, answer.request.path
        assert not [one for one in secrets if one in answer.text], answer.request.path
    for nowhere in (seq, none, 999):
        assert uxia.get(f"/c/{room}/m/{nowhere}/origin").status_code == 404
    asked = uxia.get(f"/c/{room}/m/{seq}/origin", headers={"HX-Request": "true"})
    assert (asked.status_code, asked.text) == (204, "")
    assert client_of(cast.nadia).get(f"/c/{room}/m/{seq}/origin").status_code == 404
    way = client_of(cast.ana).get(f"/c/{room}/m/{seq}/origin")
    assert (way.status_code, way.location) == (303, origin)
