"""Scheduled messages whose sending breaks, and two that are scheduled at once."""

import threading
from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from sqlalchemy import event, select, text

from intranet.attention.notifications.models import Notification
from intranet.extensions import db
from intranet.messaging.messages.jobs import send_scheduled
from intranet.messaging.messages.later import scheduled_view_models
from intranet.messaging.messages.scheduled import (
    NotSent,
    ScheduledMessage,
    scheduled_by,
    scheduled_count,
)
from intranet.messaging.messages.scheduling import (
    MAX_SCHEDULED,
    change_scheduled,
    schedule_message,
)
from intranet.organisation.people.models import Person
from intranet.platform.core import clock, outbox
from intranet.platform.core.errors import Invalid
from intranet.platform.core.unit_of_work import unit_of_work
from tests.messaging.messages.helpers import channel_of
from tests.messaging.messages.test_scheduled import bodies, plan


def refuse(_connection, _cursor, statement, parameters, _context, _many):
    """Break where a message of these words is written, as a fault of ours would."""
    if statement.startswith("INSERT INTO messages") and "Roto." in str(parameters):
        raise RuntimeError("broken")


@pytest.fixture
def broken(app_context):
    event.listen(db.engine, "before_cursor_execute", refuse)
    yield
    mend()


def mend():
    if event.contains(db.engine, "before_cursor_execute", refuse):
        event.remove(db.engine, "before_cursor_execute", refuse)


def told(person):
    outbox.run_due()
    rows = select(Notification).where(
        Notification.person_id == person.id, Notification.why == "message_not_sent"
    )
    return db.session.scalars(rows).all()


@pytest.mark.slow
def test_one_that_breaks_is_tried_with_growing_waits_and_then_its_author_is_told(broken, cast):
    room = channel_of(cast.licences)
    row = schedule_message(cast.ana, room.id, plan("Roto."))
    schedule_message(cast.ana, room.id, plan("Sano.", hours=1.001))
    at, tries = row.send_at, []
    for _second in range(600):
        before = db.session.get_one(ScheduledMessage, row.id, populate_existing=True).attempts
        with clock.freeze(at):
            send_scheduled()
        kept = db.session.get_one(ScheduledMessage, row.id, populate_existing=True)
        if kept.attempts > before:
            tries.append(at)
        if kept.failed_at:
            break
        assert told(cast.ana) == []
        at += timedelta(seconds=1)
        assert len(tries) <= outbox.MAX_ATTEMPTS

    waits = [(after - first).total_seconds() for first, after in pairwise(tries)]
    assert len(tries) == outbox.MAX_ATTEMPTS
    assert waits == [2, 4, 8, 16, 32, 64, 128]
    assert bodies(room) == ["Sano."]
    (shown,) = scheduled_view_models(cast.ana, room.id)
    assert (kept.failure, shown.body) == (NotSent.BROKEN, "Roto.")
    assert shown.failure

    mend()
    with clock.freeze(at):
        assert len(told(cast.ana)) == 1
        change_scheduled(cast.ana, kept, send_at=at + timedelta(hours=1))
        assert (kept.attempts, kept.try_after, kept.failure) == (0, None, None)
    with clock.freeze(at + timedelta(hours=1)):
        send_scheduled()
    assert bodies(room) == ["Sano.", "Roto."]


def test_one_that_broke_once_is_sent_when_it_works_again(broken, cast):
    room = channel_of(cast.licences)
    row = schedule_message(cast.ana, room.id, plan("Roto."))
    with clock.freeze(row.send_at):
        send_scheduled()
    mend()
    with clock.freeze(row.send_at + timedelta(seconds=1)):
        send_scheduled()
        assert bodies(room) == []
    with clock.freeze(row.send_at + timedelta(seconds=2)):
        send_scheduled()
    assert bodies(room) == ["Roto."]
    assert scheduled_by(cast.ana) == []
    assert told(cast.ana) == []


def slow_inserts():
    """Let each row take a while, so that others count before it is there."""
    db.session.execute(
        text(
            "CREATE FUNCTION dawdle() RETURNS trigger AS "
            "'BEGIN PERFORM pg_sleep(0.3); RETURN NEW; END' LANGUAGE plpgsql"
        )
    )
    db.session.execute(
        text(
            "CREATE TRIGGER dawdles BEFORE INSERT ON scheduled_messages "
            "FOR EACH ROW EXECUTE FUNCTION dawdle()"
        )
    )
    db.session.commit()


@pytest.mark.both
def test_of_two_at_the_same_moment_one_passes_the_limit(app, cast):
    with app.app_context():
        room_id = channel_of(cast.licences).id
        with unit_of_work() as work:
            for _ in range(MAX_SCHEDULED - 1):
                work.add(
                    ScheduledMessage(
                        author_id=cast.ana.id,
                        conversation_id=room_id,
                        client_id=uuid4(),
                        body="Una más.",
                        send_at=clock.now() + timedelta(hours=1),
                    )
                )
        if db.session.get_bind().dialect.name == "postgresql":
            slow_inserts()
    number = 6
    start, refused = threading.Barrier(number), []

    def schedule():
        with app.app_context():
            author = db.session.get_one(Person, cast.ana.id)
            start.wait()
            try:
                schedule_message(author, room_id, plan())
            except Invalid as fault:
                refused.append(fault)
            db.session.remove()

    threads = [threading.Thread(target=schedule) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert scheduled_count(cast.ana.id) == MAX_SCHEDULED
    assert len(refused) == number - 1
