"""A few letters find people and posts, and nothing that is hidden."""

import pytest

from intranet.messaging.conversations.operations import start_direct_message
from intranet.messaging.conversations.people_search import find_people, suggest
from intranet.messaging.messages.operations import delete_message
from intranet.organisation.people.operations.appointments import end_appointment
from intranet.organisation.people.queries import current_appointments
from tests.messaging.messages.helpers import channel_of, say


@pytest.mark.parametrize("words", ["uxia", "Uxía L", "lema", "lema ux"])
def test_a_person_is_found_without_accents_in_any_order(spanish_request, cast, words):
    assert [face["name"] for face in find_people(cast.ana, words)] == ["Uxía Lema"]


def test_signs_of_the_databases_language_find_only_themselves(spanish_request, cast):
    for words in ("%", "_", "\\", "' or 1=1 --", "*"):
        assert find_people(cast.ana, words) == []


def test_who_holds_no_post_is_not_suggested_and_suggests_nobody(spanish_request, cast):
    assert find_people(cast.ana, "eloi") == []
    assert find_people(cast.eloi, "ana") == []


@pytest.mark.both
def test_who_lost_the_last_post_is_suggested_the_people_of_the_talk_and_no_posts(
    spanish_request, cast
):
    talk = start_direct_message(cast.iria, [cast.bieito])
    assert suggest(cast.iria, talk, "secretaria@vila")[0]
    for appointment in current_appointments(cast.iria.id):
        end_appointment(None, appointment)

    assert suggest(cast.iria, talk, "secretaria@vila")[0] == []
    assert suggest(cast.iria, talk, "alc")[0] == []
    assert [row["name"] for row in suggest(cast.iria, talk, "bie")[0]] == ["Bieito Lourido"]


@pytest.mark.both
def test_in_a_room_its_readers_and_posts_are_suggested(spanish_request, cast):
    found, rings = suggest(cast.ana, channel_of(cast.licences), "ux")
    assert [row["name"] for row in found] == ["Uxía Lema"]
    assert rings
    found, _ = suggest(cast.ana, channel_of(cast.licences), "secretaria@vila")
    assert [row["kind"] for row in found] == ["post"]
    found, _ = suggest(cast.ana, channel_of(cast.licences), "")
    assert found[0]["kind"] == "channel"
    assert found[0]["count"] == len(found[0:1]) + 1


@pytest.mark.slow
@pytest.mark.both
def test_deleting_takes_the_call_back(spanish_request, cast):
    from intranet.messaging.messages import queries

    channel = channel_of(cast.licences)
    message = say(cast.uxia, channel, f"@[Ana](person:{cast.ana.id})")
    delete_message(cast.uxia, message)
    assert queries.mention_counts(cast.ana) == {}
