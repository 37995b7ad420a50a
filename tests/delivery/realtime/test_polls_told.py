"""Votes on open screens: told to who reads the poll, and not each one for itself."""

import time
from collections import Counter

import pytest

from intranet.collaboration.polls.broadcasts import PUSH_EVERY_SECONDS
from intranet.collaboration.polls.events import PollVoted
from intranet.collaboration.polls.models import Poll
from intranet.collaboration.polls.operations.voting import change_vote, close_poll, vote
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.people.models import Person
from intranet.platform.core.events import dispatcher
from intranet.platform.core.unit_of_work import unit_of_work
from tests.collaboration.polls.helpers import YES, opened
from tests.delivery.realtime.clients import Client, wait_until
from tests.messaging.messages.helpers import channel_of, space_of

VOTES = 200
_told: Counter[int] = Counter()


@pytest.fixture
def poll(app, cast):
    """A poll of a unit for its people, in whose channel the whole agency may look."""
    with app.app_context():
        with unit_of_work():
            space_of(cast.urban_planning).visibility = Visibility.AGENCY
        made = opened(
            cast.carles, cast.urban_planning, visibility=Visibility.MEMBERS, is_secret=False
        )
        return made.publication_id, str(channel_of(cast.urban_planning).id)


@pytest.fixture
def screens(connect, cast, poll):
    """The channel is open before two members, a guest, and a stranger who is refused."""
    _told.clear()
    people = [connect(one) for one in (cast.carles, cast.xoel, cast.iria, cast.bieito)]
    for one in people:
        one.ask("conversation:watch", {"conversation_id": poll[1]})
    return people


def times(screen: Client) -> int:
    """How often it was told by now."""
    _told[id(screen)] += len(screen.heard("poll:changed"))
    return _told[id(screen)]


@pytest.mark.slow
def test_of_many_votes_at_once_only_readers_hear_and_only_twice(app, poll, screens):
    carles, xoel, iria, bieito = screens
    began = time.monotonic()
    with app.app_context():
        for _ in range(VOTES):
            dispatcher().enqueue([PollVoted(poll[0])])
        assert dispatcher().drain()
    took = time.monotonic() - began
    wait_until(lambda: times(carles) >= 2 and times(xoel) >= 2)
    time.sleep(PUSH_EVERY_SECONDS + 0.5)

    assert times(carles) <= 2 + took // PUSH_EVERY_SECONDS
    assert times(xoel) == times(carles)
    assert times(iria) == times(bieito) == 0


@pytest.mark.slow
def test_a_vote_a_changed_one_and_the_end_are_told(app, cast, poll, screens):
    carles = screens[0]
    with app.app_context():
        xoel = db.session.get_one(Person, cast.xoel.id)
        vote(xoel, poll[0], {1: YES})
        wait_until(lambda: times(carles) == 1)
        change_vote(xoel, poll[0], {2: YES})
        wait_until(lambda: times(carles) == 2)
        author = db.session.get_one(Person, cast.carles.id)
        close_poll(author, db.session.get_one(Poll, poll[0]))
        wait_until(lambda: times(carles) == 3)
