"""Own lists of what one may no longer read: it can be let go, and tells nothing any more."""

from uuid import uuid4

import pytest
from sqlalchemy import update

from intranet.collaboration.groups.listing import talks_of
from intranet.extensions import db
from intranet.messaging.conversations.events import OwnListsChanged
from intranet.messaging.conversations.models import Conversation, Place
from intranet.messaging.conversations.operations import add_favourite, start_direct_message
from intranet.messaging.messages.drafting import save_draft
from intranet.messaging.messages.forwarding import forward_message
from intranet.messaging.messages.models import (
    Following,
    Forward,
    Message,
    MessageDraft,
    SavedMessage,
    ThreadPlace,
)
from intranet.messaging.messages.own_lists import Excerpts, last_replies
from intranet.messaging.messages.page import conversation_list
from intranet.messaging.messages.saving import save_message
from intranet.messaging.messages.threads import set_following
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.people.models import Person
from intranet.platform.core.events import bus
from intranet.platform.core.outbox import run_due
from intranet.platform.core.unit_of_work import unit_of_work
from tests.collaboration.groups.helpers import group_of, main_channel
from tests.messaging.messages.helpers import channel_of, say, space_of
from tests.pages.api.calls import browser


@pytest.fixture
def kept(app, cast):
    """What Xoel keeps of a channel at which he looks by its visibility, until it is closed."""
    with app.app_context():
        with unit_of_work():
            space_of(cast.urban_planning).visibility = Visibility.AGENCY
        room = channel_of(cast.urban_planning)
        message = say(cast.carles, room, "Empiezo.")
        say(cast.carles, room, "Sigo.", parent_id=message.id)
        iria = db.session.get_one(Person, cast.iria.id)
        save_message(iria, message)
        set_following(iria, message, Following.FOLLOWED)
        save_draft(iria, room, "Lo que empecé.")
        add_favourite(iria, room)
        found = room.id, message.id, message.seq
        with unit_of_work():
            space_of(cast.urban_planning).visibility = Visibility.MEMBERS
    return found


@pytest.mark.slow
def test_what_is_no_longer_read_is_let_go_by_programs(app, cast, kept):
    room, message, _seq = kept
    iria = browser(app, cast.iria)
    assert iria.get(f"/messages/{message}").status_code == 404
    for address in (message, message, uuid4()):
        answer = iria.delete(f"/messages/{address}/saved")
        assert (answer.status_code, answer.text) == (204, "")
    for there in (room, uuid4()):
        assert iria.delete(f"/conversations/{there}/favourite").status_code == 404
        assert iria.put(f"/conversations/{there}/draft", {"body": ""}).status_code == 404
    for parent in (message, uuid4()):
        left = iria.put(f"/messages/{parent}/following", {"state": "left"})
        assert left.status_code == 404
    _nothing_is_left(app, cast, kept)


@pytest.mark.slow
def test_what_is_no_longer_read_is_let_go_on_the_pages(app, cast, kept, client_of):
    room, message, seq = kept
    iria = client_of(cast.iria)
    with app.app_context():
        draft = db.session.query(MessageDraft).filter_by(person_id=cast.iria.id).one().id
    for _ in range(2):
        gone = iria.submit(f"/messages/saved/{message}", {"do": "remove"})
        assert gone.status_code == 303
        assert iria.submit(f"/messages/drafts/{draft}/delete", {}).status_code == 303
        assert iria.submit(f"/c/{room}/favourite", {"on": "0"}).status_code == 404
        assert iria.submit(f"/c/{room}/m/{seq}/save", {"on": "0"}).status_code == 404
    _nothing_is_left(app, cast, kept, but_following=True)


def _nothing_is_left(app, cast, kept, *, but_following=False):
    room, message, _seq = kept
    with app.app_context():
        assert db.session.get(SavedMessage, (cast.iria.id, message)) is None
        assert not db.session.get_one(Place, (cast.iria.id, room)).is_favourite
        assert db.session.query(MessageDraft).filter_by(person_id=cast.iria.id).count() == 0
        place = db.session.get_one(ThreadPlace, (cast.iria.id, message))
        assert but_following or place.state == Following.LEFT


def test_another_person_lets_go_nothing(app, cast, kept):
    room, message, _seq = kept
    ana = browser(app, cast.ana)
    assert ana.delete(f"/messages/{message}/saved").status_code == 204
    ana.put(f"/conversations/{room}/draft", {"body": ""})
    ana.delete(f"/conversations/{room}/favourite")
    with app.app_context():
        assert db.session.get(SavedMessage, (cast.iria.id, message))
        assert db.session.get_one(Place, (cast.iria.id, room)).is_favourite
        assert db.session.query(MessageDraft).filter_by(person_id=cast.iria.id).count() == 1


def test_a_forward_without_a_comment_is_no_empty_line(app_context, cast):
    talk, room = start_direct_message(cast.ana, [cast.carles]), channel_of(cast.licences)
    said = say(cast.carles, talk, "La ordenanza.")
    (sent,) = forward_message(cast.ana, said, [room.id], client_id=uuid4())
    save_message(cast.ana, sent)
    line = Excerpts(cast.ana, [sent.id]).of(sent.id)
    assert line
    assert "La ordenanza." in line["text"]
    group = group_of(cast.carles)
    forward_message(cast.carles, said, [main_channel(group).id], client_id=uuid4())
    db.session.expire_all()
    assert "La ordenanza." in talks_of(conversation_list(cast.carles))[group.space_id].text
    parent = say(cast.ana, room, "¿Qué dice?")
    reply = say(cast.ana, room, "Esto.", parent_id=parent.id)
    with unit_of_work():  # as a reply would carry it
        db.session.execute(
            update(Forward).where(Forward.message_id == sent.id).values(message_id=reply.id)
        )
        db.session.execute(update(Message).where(Message.id == reply.id).values(body=""))
    db.session.expire_all()
    assert "La ordenanza." in last_replies(cast.ana, [parent.id])[parent.id]["text"]


def test_only_who_reads_a_thread_hears_of_its_replies(app, cast, kept):
    heard: list[OwnListsChanged] = []
    with app.app_context():
        hear = heard.append
        bus.within(OwnListsChanged, hear)
        try:
            room = db.session.get_one(Conversation, kept[0])
            say(cast.xoel, room, "Y yo.", parent_id=kept[1])
            while run_due():
                pass
        finally:
            bus._within[OwnListsChanged].remove(hear)
    told = {person_id for event in heard for person_id in event.person_ids}
    assert cast.carles.id in told
    assert cast.iria.id not in told
