"""Whoever was away asks what changed, and then has what REST has."""

from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, select

from intranet.backups.settling import settle
from intranet.delivery.realtime import as_json
from intranet.extensions import db
from intranet.messaging.messages import endpoints, queries
from intranet.messaging.messages.access import get_message
from intranet.messaging.messages.forms import Sync
from intranet.messaging.messages.models import Reaction
from intranet.messaging.messages.operations import add_reaction, delete_message, edit_message
from intranet.messaging.messages.serializers import message_json
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.appointments import end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import epochs
from intranet.platform.core.errors import NotFound
from intranet.platform.core.unit_of_work import unit_of_work
from tests.delivery.realtime.clients import wait_until
from tests.messaging.messages.helpers import channel_of, say

pytestmark = pytest.mark.both


def catch_up(person, channel, rev):
    """Ask until complete; the messages by id, and the revision reached."""
    known: dict[str, dict[str, Any]] = {}
    for _ in range(50):
        form = Sync.parse({"conversations": [{"id": str(channel.id), "rev": rev}]})
        [answer] = endpoints.sync(person, form)["conversations"]
        known |= {row["id"]: row for row in answer["messages"]}
        rev = answer["rev"]
        if answer["complete"]:
            return known, rev
    raise AssertionError("never complete")


@pytest.mark.slow
def test_state_by_catching_up_equals_state_by_reading(app_context, cast):
    channel = channel_of(cast.licences)
    sent = [
        say(cast.ana, channel, f"**{number}** " + "x" * 5000, posts_per_10s=1000)
        for number in range(120)
    ]
    edit_message(cast.ana, sent[3], "Otro.", body_rev=sent[3].body_rev)
    delete_message(cast.ana, sent[7])
    add_reaction(cast.uxia, sent[5], "🙏")
    say(cast.uxia, channel, parent_id=sent[0].id)

    known, rev = catch_up(cast.uxia, channel, 0)

    read = [message_json(row) for row in queries.after(channel.id, 0, 1000)]
    assert sorted(known.values(), key=lambda row: row["seq"]) == read
    assert rev == channel.rev


def test_only_what_changed_since_is_told(app_context, cast):
    channel = channel_of(cast.licences)
    first = say(cast.ana, channel)
    say(cast.ana, channel)
    known, rev = catch_up(cast.uxia, channel, 0)
    add_reaction(cast.uxia, first, "👍")
    known, _ = catch_up(cast.uxia, channel, rev)
    assert list(known) == [str(first.id)]


@pytest.mark.slow
def test_a_page_is_bounded_in_messages_and_bytes(app_context, cast):
    channel = channel_of(cast.licences)
    for _ in range(60):
        say(cast.ana, channel, "y" * 9000, posts_per_10s=1000)
    form = Sync.parse({"conversations": [{"id": str(channel.id), "rev": 0}]})
    [answer] = endpoints.sync(cast.uxia, form)["conversations"]
    assert not answer["complete"]
    assert 1 <= len(answer["messages"]) < 60


def size_of(answers):
    return len(as_json(answers).encode())


@pytest.mark.slow
def test_a_page_is_bounded_in_bytes_whatever_is_said(app_context, cast):
    licences, planning = channel_of(cast.licences), channel_of(cast.urban_planning)
    for channel in (planning, licences):
        for _ in range(20):
            say(cast.ana, channel, "語" * 9000, posts_per_10s=1000)  # three bytes each
    form = Sync.parse(
        {"conversations": [{"id": str(row.id), "rev": 0} for row in (planning, licences)]}
    )

    answers = endpoints.sync(cast.ana, form)["conversations"]

    assert size_of(answers) <= 256 * 1024
    assert [answer["complete"] for answer in answers] == [False, False]
    assert len(catch_up(cast.ana, planning, 0)[0]) == len(catch_up(cast.ana, licences, 0)[0]) == 20


@pytest.mark.slow
def test_reactions_count_for_the_bound_as_well(app_context, cast):
    channel = channel_of(cast.licences)
    people = [Person(name=f"N {number}", sort_key=f"n {number}") for number in range(50)]
    with unit_of_work() as work:
        work.add(*people)
        work.flush()
    for _ in range(10):
        message = say(cast.ana, channel)
        with unit_of_work() as work:
            work.add(
                *(
                    Reaction(message_id=message.id, person_id=person.id, emoji=emoji)
                    for person in people
                    for emoji in "👍🙏🎉😀😂😍🤔😅😎🙂🙃😉😊😇🥰😋😜🤓🧐🤗"
                )
            )
    form = Sync.parse({"conversations": [{"id": str(channel.id), "rev": 0}]})

    [answer] = endpoints.sync(cast.ana, form)["conversations"]

    assert size_of(answer) <= 256 * 1024
    assert not answer["complete"]


def test_the_number_of_queries_does_not_grow_with_the_conversations(
    app_context, cast, count_queries
):
    rooms = [channel_of(unit) for unit in (cast.licences, cast.urban_planning, cast.town_hall)]
    known = [{"id": str(room.id), "rev": room.rev} for room in rooms]
    with count_queries() as one:
        endpoints.sync(cast.ana, Sync.parse({"conversations": known[:1]}))
    with count_queries() as all_of_them:
        endpoints.sync(cast.ana, Sync.parse({"conversations": known}))

    assert len(all_of_them) == len(one)


def test_of_a_channel_it_is_not_asked_who_reads_publications(app_context, cast, count_queries):
    channel = channel_of(cast.licences)
    say(cast.ana, channel)
    with count_queries() as asked:
        assert len(synced(cast.uxia, channel, 0)[0]["messages"]) == 1
    assert not [statement for statement in asked if "publications" in statement]


@pytest.mark.slow
def test_long_messages_are_not_all_read_where_few_fit(app_context, cast, count_queries):
    channel = channel_of(cast.licences)
    for _ in range(queries.FIRST_BATCH_SIZE + 1):
        say(cast.ana, channel, "x" * 9_000, posts_per_10s=1000)
    with count_queries() as asked:
        [answer] = synced(cast.uxia, channel, 0)
    assert not answer["complete"]
    assert len([statement for statement in asked if "messages.rev >" in statement]) == 1


def test_several_who_lack_the_same_are_answered_by_reading_it_once(app, app_context, cast):
    channel = channel_of(cast.licences)
    for _ in range(3):
        say(cast.ana, channel)
    channel_id, people = channel.id, [cast.uxia.id, cast.ana.id, cast.ana.id, cast.carles.id]
    room = endpoints.SYNC_BYTES - endpoints.FRAME_BYTES
    key = (channel_id, 0, None, room, epochs.FIRST, True)
    answers: dict[int, Any] = {}
    read = []

    def ask(number):
        with app.app_context():
            person = db.session.get_one(Person, people[number])
            form = Sync.parse({"conversations": [{"id": str(channel_id), "rev": 0}]})
            answers[number] = endpoints.sync(person, form)["conversations"][0]

    def first_waits_for_others(_connection, _cursor, statement, *_more):
        if "messages.rev >" in statement:
            read.append(statement)
            if len(read) == 1:
                for thread in threads[1:]:
                    thread.start()
                wait_until(lambda: len(endpoints._line._lines[key]) == 2)

    threads = [Thread(target=ask, args=(number,)) for number in range(len(people))]
    event.listen(db.engine, "before_cursor_execute", first_waits_for_others)
    try:
        threads[0].start()
        for thread in threads:
            wait_until(lambda thread=thread: thread.ident)
            thread.join()
    finally:
        event.remove(db.engine, "before_cursor_execute", first_waits_for_others)

    assert len(read) == 2
    assert [len(answers[number]["messages"]) for number in range(len(people))] == [3, 3, 3, 0]
    assert answers[3]["gone"]


def test_what_is_read_for_several_is_as_new_as_what_each_of_them_has_seen(app, app_context, cast):
    channel, uxia = channel_of(cast.licences), cast.uxia
    say(cast.ana, channel)

    def say_more():
        with app.app_context():
            say(cast.ana, channel_of(cast.licences))

    assert db.session.scalar(select(Person.id).limit(1))  # on SQLite the moment of what follows
    other = Thread(target=say_more)
    other.start()
    other.join()

    [answer] = synced(uxia, channel, 0)
    assert len(answer["messages"]) == 2


@pytest.mark.slow
def test_by_rest_an_answer_may_come_long_after_what_it_answers(client_of, app, cast):
    with app.app_context():
        channel = channel_of(cast.licences)
        address = f"/api/v1/conversations/{channel.id}/messages?since_rev=0&limit=200"
        first = say(cast.ana, channel)
        answer = say(cast.uxia, channel, parent_id=first.id)
        for _ in range(queries.FIRST_BATCH_SIZE):
            say(cast.ana, channel, posts_per_10s=1000)
        add_reaction(cast.ana, answer, "🙏")

    found = client_of(cast.uxia).get(address)
    assert len(found.json["items"]) == queries.FIRST_BATCH_SIZE + 2


def test_what_is_posted_is_not_asked_for_again(app_context, cast, count_queries):
    channel = channel_of(cast.licences)
    say(cast.ana, channel)
    with count_queries() as asked:
        endpoints.stored(say(cast.ana, channel))
    assert not [text for text in asked if "messages.edited_at" in text]


@pytest.mark.slow
def test_of_a_message_that_is_hidden_as_much_is_asked_as_of_none(app_context, cast, count_queries):
    hidden, carles = say(cast.ana, channel_of(cast.licences)).id, cast.carles
    asked = []
    for message_id in (uuid4(), hidden, uuid4()):
        with count_queries() as statements, pytest.raises(NotFound):
            get_message(carles, message_id)
        asked.append(statements)
    assert asked[1] == asked[2]


def test_a_hidden_conversation_is_answered_like_a_random_id(app_context, cast):
    channel = channel_of(cast.licences)
    say(cast.ana, channel)
    form = Sync.parse(
        {"conversations": [{"id": str(channel.id), "rev": 0}, {"id": str(uuid4()), "rev": 0}]}
    )
    hidden, random = endpoints.sync(cast.carles, form)["conversations"]
    assert {**hidden, "id": ""} == {**random, "id": ""}


def test_who_knows_more_than_there_is_begins_anew(app_context, cast):
    channel = channel_of(cast.licences)
    say(cast.ana, channel)
    form = Sync.parse({"conversations": [{"id": str(channel.id), "rev": 99}]})
    [answer] = endpoints.sync(cast.uxia, form)["conversations"]
    assert answer["reset"]
    assert answer["rev"] == 1


def test_who_was_told_of_what_a_restore_took_away_begins_anew(app_context, cast):
    channel = channel_of(cast.licences)
    for _ in range(3):
        say(cast.ana, channel)
    settle(None, signs_out=False)
    say(cast.uxia, channel, "Otra cosa.")

    for known in (4, 5, 500):  # given before, and lost
        [answer] = synced(cast.uxia, channel, known)
        assert answer["reset"]
        assert answer["messages"] == []
    [kept] = synced(cast.uxia, channel, 3)  # had seen nothing that was lost
    assert [row["body"] for row in kept["messages"]] == ["Otra cosa."]
    everything, rev = catch_up(cast.uxia, channel, 0)
    assert sorted(row["seq"] for row in everything.values()) == [1, 2, 3, 4]
    assert synced(cast.uxia, channel, rev)[0]["messages"] == []


def test_who_was_away_for_two_restores_begins_anew_as_well(app_context, cast):
    channel = channel_of(cast.licences)
    say(cast.ana, channel)
    settle(None, signs_out=False)
    say(cast.uxia, channel)
    told_between = channel.rev + 1
    settle(None, signs_out=False)
    say(cast.uxia, channel)

    assert "reset" not in synced(cast.uxia, channel, 1)[0]
    assert synced(cast.uxia, channel, 2)[0]["reset"]
    assert "reset" not in synced(cast.uxia, channel, told_between - 1)[0]
    assert synced(cast.uxia, channel, told_between)[0]["reset"]


def test_who_names_another_epoch_begins_anew_whatever_the_revision(app_context, cast):
    channel = channel_of(cast.licences)
    say(cast.ana, channel)
    assert "reset" not in synced(cast.uxia, channel, channel.rev, epoch="0")[0]
    now = settle(None, signs_out=False).epoch
    for rev in (0, 1, channel.rev):
        assert synced(cast.uxia, channel, rev, epoch="0")[0]["reset"]
        assert "reset" not in synced(cast.uxia, channel, rev, epoch=now)[0]


def synced(person, channel, rev, **more):
    form = Sync.parse({"conversations": [{"id": str(channel.id), "rev": rev}], **more})
    return endpoints.sync(person, form)["conversations"]


@pytest.mark.slow
def test_what_is_said_after_a_right_ended_is_not_told_to_who_was_just_asking(
    app, app_context, cast
):
    channel = channel_of(cast.licences)
    say(cast.ana, channel, "Before.")
    uxia = cast.uxia
    done: list[str] = []

    def end_and_say():
        with app.app_context():
            [held] = current_appointments(cast.uxia.id)
            end_appointment(None, held)
            say(cast.ana, channel_of(cast.licences), "After.")

    def between(_connection, _cursor, statement, *_more):
        if "ORDER BY messages.rev" in statement and not done:
            done.append(statement)
            other = Thread(target=end_and_say)
            other.start()
            other.join()

    event.listen(db.engine, "before_cursor_execute", between)
    try:
        known, _rev = catch_up(uxia, channel, 0)
    finally:
        event.remove(db.engine, "before_cursor_execute", between)

    assert done
    assert "After." not in {message["body"] for message in known.values()}
