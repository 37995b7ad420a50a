"""Edits, deletions, reactions and pins: who may, what remains, what changes the revision."""

from datetime import timedelta
from uuid import uuid4

import pytest

from intranet.messaging.messages import queries
from intranet.messaging.messages.operations import (
    add_reaction,
    delete_message,
    edit_message,
    pin_message,
    remove_reaction,
    unpin_message,
)
from intranet.messaging.spaces.operations import invite_to_space
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid, NotFound
from tests.messaging.messages.helpers import channel_of, say, shown, space_of

THUMB = "👍"


@pytest.fixture
def message(app_context, cast):
    return say(cast.ana, channel_of(cast.licences), "El plazo es de *diez* días.")


def test_an_edit_keeps_what_was_said_before(cast, message):
    edit_message(cast.ana, message, "El plazo es de quince días.", body_rev=message.body_rev)
    assert [row.body for row in queries.versions(message.id)] == ["El plazo es de *diez* días."]
    assert message.edited_at is not None
    assert message.rev == message.body_rev == 2


def test_the_second_of_two_editors_is_told_and_a_reaction_is_no_obstacle(cast, message):
    before = message.body_rev
    add_reaction(cast.uxia, message, THUMB)
    edit_message(cast.ana, message, "Uno.", body_rev=before)
    with pytest.raises(Conflict):
        edit_message(cast.ana, message, "Dos.", body_rev=before)
    assert message.body == "Uno."


def test_only_the_author_edits_and_only_for_a_day(cast, message):
    with pytest.raises(Forbidden):
        edit_message(cast.uxia, message, "No.", body_rev=message.body_rev)
    with pytest.raises(NotFound):
        edit_message(cast.carles, message, "No.", body_rev=message.body_rev)
    with clock.freeze(clock.now() + timedelta(hours=25)), pytest.raises(Forbidden):
        edit_message(cast.ana, message, "Tarde.", body_rev=message.body_rev)


def test_a_deleted_message_keeps_its_place_and_nothing_else(cast, message):
    add_reaction(cast.uxia, message, THUMB)
    edit_message(cast.ana, message, "Otro.", body_rev=message.body_rev)
    delete_message(cast.ana, message)
    left = shown(message)
    assert left == {
        "id": str(message.id),
        "conversation_id": str(message.conversation_id),
        "seq": 1,
        "rev": 4,
        "parent_id": None,
        "deleted": True,
    }
    assert queries.versions(message.id) == []
    assert delete_message(cast.ana, message).rev == 4


def test_the_author_and_the_head_of_the_space_delete(app_context, cast):
    channel = channel_of(cast.licences)
    theirs = say(cast.uxia, channel)
    invite_to_space(cast.ana, space_of(cast.licences), cast.carles)
    with pytest.raises(Forbidden):
        delete_message(cast.carles, theirs)
    delete_message(cast.ana, theirs)
    assert theirs.deleted_by_id == cast.ana.id


def test_a_reaction_counts_once_for_each_person(cast, message):
    for person in (cast.ana, cast.uxia, cast.uxia):
        add_reaction(person, message, THUMB)
    signs = shown(message)["reactions"]
    assert [(row["emoji"], row["count"]) for row in signs] == [(THUMB, 2)]
    remove_reaction(cast.uxia, message, THUMB)
    remove_reaction(cast.uxia, message, THUMB)
    assert shown(message)["reactions"][0]["count"] == 1
    assert message.rev == 4


@pytest.mark.parametrize("emoji", ["👍🏽", "👩‍💻", "🇪🇸", "1️⃣", "❤️", "✅"])
def test_any_emoji_may_be_a_reaction(cast, message, emoji):
    add_reaction(cast.uxia, message, emoji)


@pytest.mark.parametrize("word", ["ok", "<b>", "👍👍", "", "x👍", "1", "👍" * 20])
def test_words_and_several_signs_are_none(cast, message, word):
    with pytest.raises(Invalid):
        add_reaction(cast.uxia, message, word)


def test_strangers_react_to_nothing(cast, message):
    with pytest.raises(NotFound):
        add_reaction(cast.carles, message, THUMB)


def test_heads_and_those_they_name_pin(cast, message):
    with pytest.raises(Forbidden):
        pin_message(cast.uxia, message)
    pin_message(cast.ana, message)
    assert [row.id for row in queries.pinned(message.conversation_id)] == [message.id]
    unpin_message(cast.ana, message)
    assert queries.pinned(message.conversation_id) == []


def test_nothing_is_done_to_a_deleted_message(cast, message):
    delete_message(cast.ana, message)
    for act in (
        lambda: edit_message(cast.ana, message, "Vuelve.", body_rev=message.body_rev),
        lambda: add_reaction(cast.uxia, message, THUMB),
        lambda: pin_message(cast.ana, message),
    ):
        with pytest.raises(Forbidden):
            act()


def test_a_random_id_is_answered_like_a_strangers_room(app_context, cast):
    from intranet.messaging.messages.access import get_message

    hidden = say(cast.ana, channel_of(cast.licences))
    answers = []
    for message_id in (hidden.id, uuid4()):
        with pytest.raises(NotFound) as refused:
            get_message(cast.carles, message_id)
        answers.append(refused.value.as_json())
    assert answers[0] == answers[1]
