"""Direct talks: one for each exact set of people, begun with anyone who holds a post."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import combinations

import pytest

from intranet.extensions import db
from intranet.messaging.conversations.access import get_conversation
from intranet.messaging.conversations.operations import (
    decline_direct_message,
    start_direct_message,
    start_post_conversation,
)
from intranet.messaging.conversations.queries import reader_ids, standings
from intranet.messaging.messages.operations import add_reaction
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.appointments import end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid, NotFound, TooMany
from tests.messaging.messages.helpers import say


def lose_posts(person):
    for appointment in current_appointments(person.id):
        end_appointment(None, appointment)


@pytest.mark.slow
def test_a_talk_across_agencies_is_its_peoples_alone(app_context, cast):
    talk = start_direct_message(cast.ana, [cast.bieito])
    say(cast.bieito, talk)
    assert reader_ids(talk) == {cast.ana.id, cast.bieito.id}
    for person in (cast.carles, cast.dorleta, cast.elna):
        with pytest.raises(NotFound):
            get_conversation(person, talk.id)


def test_the_same_people_have_one_talk_whoever_begins_it(app_context, cast):
    first = start_direct_message(cast.ana, [cast.bieito, cast.carles])
    assert start_direct_message(cast.carles, [cast.ana, cast.bieito]).id == first.id
    assert start_direct_message(cast.ana, [cast.bieito]).id != first.id


def test_alone_with_more_than_twenty_or_with_who_has_left_there_is_none(app_context, cast):
    with pytest.raises(Invalid):
        start_direct_message(cast.ana, [])
    with pytest.raises(Invalid):
        start_direct_message(cast.ana, [cast.ana])
    with pytest.raises(Invalid):
        start_direct_message(cast.ana, [cast.eloi])


def test_who_declines_hears_nothing_more_until_they_come_back(app_context, cast):
    talk = start_direct_message(cast.ana, [cast.bieito])
    decline_direct_message(cast.bieito, talk)
    assert reader_ids(talk) == {cast.ana.id}
    with pytest.raises(NotFound):
        get_conversation(cast.bieito, talk.id)
    assert start_direct_message(cast.bieito, [cast.ana]).id == talk.id
    assert cast.bieito.id in reader_ids(talk)


@pytest.mark.slow
def test_who_lost_the_last_post_keeps_talks_and_begins_none(app_context, cast):
    talk = start_direct_message(cast.ana, [cast.bieito])
    message = say(cast.bieito, talk)
    lose_posts(cast.ana)
    assert [row.conversation.id for row in standings(cast.ana)] == [talk.id]
    add_reaction(cast.ana, message, "🙏")
    with pytest.raises(Forbidden):
        start_direct_message(cast.ana, [cast.carles])


@pytest.mark.slow
def test_twenty_new_talks_a_day_are_the_most(app_context, cast):
    others = [cast.carles, cast.xoel, cast.uxia, cast.nadia, cast.iria, cast.dorleta, cast.rosa]
    pairs = list(combinations(others, 2))
    for pair in pairs[:20]:
        start_direct_message(cast.ana, pair)
    with pytest.raises(TooMany):
        start_direct_message(cast.ana, pairs[20])
    with pytest.raises(TooMany):
        start_post_conversation(cast.ana, cast.head_post)
    assert start_direct_message(cast.ana, pairs[0]) is not None
    with clock.freeze(clock.now() + timedelta(days=1, minutes=1)):
        start_direct_message(cast.ana, pairs[20])


@pytest.mark.slow
def test_the_last_talk_of_a_day_is_begun_once_by_several_at_the_same_moment(app, cast):
    others = [cast.carles, cast.xoel, cast.uxia, cast.nadia, cast.iria, cast.dorleta, cast.rosa]
    pairs = [[one.id for one in pair] for pair in combinations(others, 2)][:21]
    pairs.append([cast.elna.id, cast.guillem.id])
    with app.app_context():
        for pair in pairs[:19]:
            start_direct_message(cast.ana, [db.session.get_one(Person, one) for one in pair])

    def begin(pair):
        with app.app_context():
            try:
                start_direct_message(cast.ana, [db.session.get_one(Person, one) for one in pair])
            except TooMany:
                return False
            return True

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(begin, pairs[19:])) == [False, False, True]
