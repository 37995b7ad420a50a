"""A message is stored once, in its place, by who may write there."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest

from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.messaging.conversations import queries as conversation_queries
from intranet.messaging.messages import message_parts, queries
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.posting import post_message
from intranet.messaging.spaces.models import Posting
from intranet.messaging.spaces.operations import invite_to_space, set_posting
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid, NotFound, Problem, TooMany
from tests.messaging.messages.helpers import channel_of, say, space_of

pytestmark = pytest.mark.both


def test_messages_take_contiguous_places_and_revisions(app_context, cast):
    channel = channel_of(cast.licences)
    sent = [say(cast.ana, channel), say(cast.uxia, channel), say(cast.ana, channel)]
    assert [message.seq for message in sent] == [1, 2, 3]
    assert [message.rev for message in sent] == [1, 2, 3]


def test_messages_keep_their_order_though_the_clock_goes_back(app_context, cast):
    channel = channel_of(cast.licences)
    first = say(cast.ana, channel, "Primero.")
    with clock.freeze(clock.now() - timedelta(hours=1)):
        second = say(cast.uxia, channel, "Segundo.")

    assert [message.id for message in queries.latest(channel.id)] == [first.id, second.id]


def test_a_message_carries_post_unit_and_agency_as_they_are_called_now(app_context, cast):
    assert say(cast.uxia, channel_of(cast.licences)).caption == (
        "Administrativo/a · Licencias · Ayuntamiento de Monteclaro"
    )


def test_the_rooms_own_post_is_the_default_and_another_may_be_chosen(app_context, cast):
    village = channel_of(cast.outeiro_hall)
    assert "Outeiro" in say(cast.bieito, village).caption
    chosen = say(cast.bieito, village, post_id=cast.vilaverde_post.id)
    assert "Vilaverde" in chosen.caption
    with pytest.raises(Invalid):
        say(cast.bieito, village, post_id=cast.head_post.id)


def test_the_same_client_id_gives_the_first_message_and_nothing_new(app_context, cast):
    channel, client_id = channel_of(cast.licences), uuid4()
    first = post_message(cast.ana, channel.id, "Una.", client_id=client_id)
    again = post_message(cast.ana, channel.id, "Una.", client_id=client_id)
    assert again.id == first.id
    assert channel.last_seq == 1


def test_the_same_client_id_for_another_text_or_room_is_refused(app_context, cast):
    channel, client_id = channel_of(cast.licences), uuid4()
    post_message(cast.ana, channel.id, "Una.", client_id=client_id)
    with pytest.raises(Conflict):
        post_message(cast.ana, channel.id, "Otra.", client_id=client_id)
    with pytest.raises(Conflict):
        post_message(cast.ana, channel_of(cast.urban_planning).id, "Una.", client_id=client_id)


def test_ten_equal_posts_in_parallel_store_one(app, cast):
    client_id = uuid4()

    def send(_number: int):
        with app.app_context():
            ana = db.session.get_one(Person, cast.ana.id)
            channel = channel_of(cast.licences)
            return post_message(ana, channel.id, "Una.", client_id=client_id).id

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(send, range(10)))
    assert len(answers) == 1
    with app.app_context():
        assert channel_of(cast.licences).last_seq == 1


@pytest.mark.slow
def test_twenty_writers_leave_no_hole_and_no_place_twice(app, cast):
    def send(number):
        with app.app_context():
            author = db.session.get_one(Person, (cast.ana if number % 2 else cast.uxia).id)
            channel = channel_of(cast.licences)
            return say(author, channel, f"{number}", posts_per_10s=1000).seq

    with ThreadPoolExecutor(20) as pool:
        places = list(pool.map(send, range(60)))
    assert sorted(places) == list(range(1, 61))
    with app.app_context():
        channel = channel_of(cast.licences)
        assert channel.last_seq == channel.rev == 60


@pytest.mark.parametrize("body", ["", "   \n ", "x" * 10_001, "a\0b", "half \ud800"])
def test_a_body_that_cannot_be_is_refused_and_nothing_is_stored(app_context, cast, body):
    channel = channel_of(cast.licences)
    with pytest.raises(Invalid):
        say(cast.ana, channel, body)
    assert channel.last_seq == 0


@pytest.mark.slow
def test_strangers_and_former_members_do_not_know_the_room(app_context, cast):
    channel = channel_of(cast.licences)
    for person in (cast.carles, cast.bieito, cast.eloi, cast.dorleta):
        with pytest.raises(NotFound):
            say(person, channel)


def test_guests_invited_by_the_head_write(app_context, cast):
    channel = channel_of(cast.licences)
    invite_to_space(cast.ana, space_of(cast.licences), cast.carles)
    assert say(cast.carles, channel).seq == 1


def test_where_only_heads_open_messages_others_reply(app_context, cast):
    channel = channel_of(cast.urban_planning)
    set_posting(cast.carles, space_of(cast.urban_planning), Posting.SPEAKERS)
    opened = say(cast.carles, channel)
    with pytest.raises(Forbidden):
        say(cast.ana, channel)
    assert say(cast.ana, channel, parent_id=opened.id).parent_id == opened.id


def test_a_reply_takes_a_place_and_its_parent_a_revision(app_context, cast):
    channel = channel_of(cast.licences)
    parent = say(cast.ana, channel)
    reply = say(cast.uxia, channel, parent_id=parent.id)
    assert (reply.seq, reply.rev) == (2, 2)
    again = db.session.get_one(Message, parent.id)
    assert (again.reply_count, again.rev, channel.rev) == (1, 3, 3)


def test_a_reply_to_a_reply_joins_the_thread(app_context, cast):
    channel = channel_of(cast.licences)
    parent = say(cast.ana, channel)
    reply = say(cast.uxia, channel, parent_id=parent.id)
    assert say(cast.ana, channel, parent_id=reply.id).parent_id == parent.id


def test_a_reply_to_another_rooms_message_is_refused(app_context, cast):
    elsewhere = say(cast.ana, channel_of(cast.urban_planning))
    with pytest.raises(Invalid):
        say(cast.ana, channel_of(cast.licences), parent_id=elsewhere.id)


def test_twenty_posts_in_ten_seconds_are_enough(app_context, cast):
    channel = channel_of(cast.licences)
    for _ in range(20):
        say(cast.ana, channel)
    with pytest.raises(TooMany) as refused:
        say(cast.ana, channel)
    assert 1 <= refused.value.retry_after <= 11
    assert say(cast.uxia, channel).seq == 21


def test_own_posting_is_read_only_if_all_before_was(app_context, cast):
    channel = channel_of(cast.licences)
    say(cast.ana, channel)
    say(cast.uxia, channel)
    assert conversation_queries.read_position(cast.ana, channel).unread == 1
    say(cast.ana, channel)
    assert conversation_queries.read_position(cast.ana, channel).unread == 2


@pytest.mark.slow
def test_a_person_a_post_and_everybody_are_called_if_they_read_the_room(app_context, cast):
    channel = channel_of(cast.urban_planning)
    say(cast.ana, channel, f"@[Carles](person:{cast.carles.id}) mira")
    say(cast.ana, channel, f"@[Jefatura](post:{cast.head_post.id}) mira")
    say(cast.ana, channel, f"@[channel](channel:{channel.id}) mirad")
    say(cast.ana, channel, f"@[Bieito](person:{cast.bieito.id}) no lee esto")
    assert queries.mention_counts(cast.carles) == {channel.id: 3}
    assert queries.mention_counts(cast.xoel) == {channel.id: 1}
    assert queries.mention_counts(cast.bieito) == {}
    assert queries.mention_counts(cast.ana) == {}


@pytest.fixture
def in_two_rooms(app, cast, monkeypatch):
    """Lets Ana say the same in two rooms at once; both are checked before either is stored."""
    both, own_files = threading.Barrier(2), message_parts.own_files

    def slowly(*about):
        found = own_files(*about)
        with suppress(threading.BrokenBarrierError):  # SQLite lets in one after the other
            both.wait(1)
        return found

    def say_in(unit, about):
        with app.app_context():
            try:
                room = channel_of(getattr(cast, unit))
                return post_message(cast.ana, room.id, **about).seq
            except Problem as refused:
                return refused.status

    def say_in_both(*about):
        with ThreadPoolExecutor(2) as pool:
            return sorted(pool.map(say_in, ("licences", "urban_planning"), about))

    monkeypatch.setattr(message_parts, "own_files", slowly)
    return say_in_both


@pytest.mark.slow
def test_a_file_that_is_sent_to_two_rooms_at_once_hangs_on_one_message(app, cast, in_two_rooms):
    with app.app_context():
        file_id = store_upload(cast.ana, BytesIO(b"Text."), "nota.txt").id
    one, other = ({"body": "", "file_ids": [file_id], "client_id": uuid4()} for _ in range(2))

    assert in_two_rooms(one, other) == [1, 422]


@pytest.mark.slow
def test_a_client_id_that_is_used_in_two_rooms_at_once_stores_one_message(in_two_rooms):
    said = {"body": "Una.", "client_id": uuid4()}

    assert in_two_rooms(said, said) == [1, 409]
