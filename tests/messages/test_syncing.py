"""Whoever was away asks what changed, and then has what REST has."""

from uuid import uuid4

import pytest

from intranet.messages import doors, queries
from intranet.messages.forms import Sync
from intranet.messages.operations import add_reaction, delete_message, edit_message
from intranet.messages.serializers import message_json
from tests.messages.helpers import channel_of, say


@pytest.fixture
def context(app):
    with app.app_context():
        yield


def catch_up(person, channel, rev):
    """Ask until complete; the messages by id, and the revision reached."""
    known = {}
    for _ in range(50):
        form = Sync.parse({"conversations": [{"id": str(channel.id), "rev": rev}]})
        [answer] = doors.sync(person, form)
        known |= {row["id"]: row for row in answer["messages"]}
        rev = answer["rev"]
        if answer["complete"]:
            return known, rev
    raise AssertionError("never complete")


def test_state_by_catching_up_equals_state_by_reading(context, cast):
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


def test_only_what_changed_since_is_told(context, cast):
    channel = channel_of(cast.licences)
    first = say(cast.ana, channel)
    say(cast.ana, channel)
    known, rev = catch_up(cast.uxia, channel, 0)
    add_reaction(cast.uxia, first, "👍")
    known, _ = catch_up(cast.uxia, channel, rev)
    assert list(known) == [str(first.id)]


def test_a_page_is_bounded_in_messages_and_bytes(context, cast):
    channel = channel_of(cast.licences)
    for _ in range(60):
        say(cast.ana, channel, "y" * 9000, posts_per_10s=1000)
    form = Sync.parse({"conversations": [{"id": str(channel.id), "rev": 0}]})
    [answer] = doors.sync(cast.uxia, form)
    assert not answer["complete"]
    assert 1 <= len(answer["messages"]) < 60


def test_a_hidden_conversation_is_answered_like_a_random_id(context, cast):
    channel = channel_of(cast.licences)
    say(cast.ana, channel)
    form = Sync.parse(
        {"conversations": [{"id": str(channel.id), "rev": 0}, {"id": str(uuid4()), "rev": 0}]}
    )
    hidden, random = doors.sync(cast.carles, form)
    assert {**hidden, "id": ""} == {**random, "id": ""}


def test_who_knows_more_than_there_is_begins_anew(context, cast):
    channel = channel_of(cast.licences)
    say(cast.ana, channel)
    form = Sync.parse({"conversations": [{"id": str(channel.id), "rev": 99}]})
    [answer] = doors.sync(cast.uxia, form)
    assert answer["reset"]
    assert answer["rev"] == 1
