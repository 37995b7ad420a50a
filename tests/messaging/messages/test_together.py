"""Who posts at the same time is written together, and gets what is theirs alone."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation, Place
from intranet.messaging.messages import bulk_posting, posting, serializers
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.posting import post_message
from intranet.platform.core import unit_of_work as core
from intranet.platform.core.errors import Conflict, Forbidden, NotFound, Problem
from intranet.platform.core.unit_of_work import unit_of_work
from tests.delivery.realtime.clients import PATIENCE, wait_until
from tests.messaging.messages.helpers import channel_of

pytestmark = pytest.mark.both


@pytest.fixture
def rounds(monkeypatch):
    """How many were written together, each time."""
    found = []
    real = bulk_posting.BatchWriter.store

    def store(self):
        found.append(len(self.several))
        real(self)

    monkeypatch.setattr(bulk_posting.BatchWriter, "store", store)
    return found


def together(app, channel_id, posts):
    """Let these be posted at once: the first is kept in its transaction until all have come."""
    locked, go_on = threading.Event(), threading.Event()

    def hold():
        with app.app_context(), unit_of_work() as work:
            work.locked(Conversation, channel_id)
            locked.set()
            assert go_on.wait(PATIENCE)

    def send(post):
        author, body, about = post
        with app.app_context():
            try:
                return post_message(author, channel_id, body, **{"client_id": uuid4(), **about})
            except Problem as refused:
                return refused

    with ThreadPoolExecutor(len(posts) + 1) as pool:
        holder = pool.submit(hold)
        assert locked.wait(PATIENCE)
        sent = []
        for number, post in enumerate(posts):
            sent.append(pool.submit(send, post))
            # The first has to stand at its lock: until then it takes what was queued behind it.
            wait_until(lambda: stands_at_its_lock(channel_id))
            wait_until(lambda wanted=number: waiting(channel_id) == wanted)
        go_on.set()
        holder.result(PATIENCE)
        return [each.result(PATIENCE) for each in sent]


def stands_at_its_lock(channel_id):
    locks = (core._writer, core._rows[channel_id.int % core.STRIPE_COUNT])
    return any(lock._line for lock in locks)


def waiting(channel_id):
    line = posting._line._lines.get(channel_id)
    return -1 if line is None else len(line)


def test_several_posts_are_one_transaction_in_the_order_of_coming(app, cast, rounds):
    with app.app_context():
        channel_id = channel_of(cast.urban_planning).id
    people = [cast.carles, cast.ana, cast.xoel, cast.carles]
    posts: list[Any] = [(person, f"Number {n}", {}) for n, person in enumerate(people)]
    found = together(app, channel_id, posts)
    assert rounds == [4]
    assert [(row.seq, row.rev, row.body) for row in found] == [
        (n, n, f"Number {n - 1}") for n in range(1, 5)
    ]
    assert [row.author.id for row in found] == [person.id for person in people]


@pytest.mark.parametrize(("order", "read"), [("caca", {"c": 1}), ("ccac", {"c": 2})])
def test_ones_own_are_read_up_to_what_others_said(app, cast, order, read):
    people = {"c": cast.carles, "a": cast.ana}
    with app.app_context():
        channel_id = channel_of(cast.urban_planning).id
    together(app, channel_id, [(people[who], "Good.", {}) for who in order])
    with app.app_context():
        places = {
            who: db.session.get(Place, (person.id, channel_id)) for who, person in people.items()
        }
        assert {who: place.read_seq for who, place in places.items() if place} == read


def test_who_may_not_is_refused_alone(app, cast, rounds):
    with app.app_context():
        channel_id = channel_of(cast.urban_planning).id
        first = post_message(cast.ana, channel_id, "Before.", client_id=uuid4())
        elsewhere = channel_of(cast.licences).id
        again = uuid4()
        post_message(cast.ana, elsewhere, "Elsewhere.", client_id=again)
    rounds.clear()
    found = together(
        app,
        channel_id,
        [
            (cast.carles, "Good.", {}),
            (cast.bieito, "A stranger.", {}),
            (cast.ana, "Another text.", {"client_id": again}),
            (cast.ana, "An answer.", {"parent_id": first.id}),
        ],
    )
    assert rounds == [4]
    assert [type(found[1]), type(found[2])] == [NotFound, Conflict]
    assert [(row.seq, row.rev) for row in (found[0], found[3])] == [(2, 2), (3, 3)]
    with app.app_context():
        parent = db.session.get_one(Message, first.id)
        assert (parent.reply_count, parent.rev) == (1, 4)


def test_one_that_spoils_it_for_all_spoils_its_own_alone(app, cast, rounds, monkeypatch):
    with app.app_context():
        channel_id = channel_of(cast.urban_planning).id
    real = serializers.message_json

    def fails(message):
        if message.body == "Bad.":
            raise Forbidden
        return real(message)

    monkeypatch.setattr("intranet.messaging.messages.bulk_posting.message_json", fails)
    posts: list[Any] = [(cast.carles, "One.", {}), (cast.ana, "Bad.", {}), (cast.ana, "Two.", {})]
    one, bad, two = together(app, channel_id, posts)
    assert rounds == [3, 1, 1, 1]
    assert isinstance(bad, Forbidden)
    assert [(row.seq, row.body) for row in (one, two)] == [(1, "One."), (2, "Two.")]
