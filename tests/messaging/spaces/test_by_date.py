"""Memberships that begin or end by their date are told to open screens, each once."""

from datetime import timedelta
from uuid import UUID

import pytest

from intranet.messaging.spaces import jobs
from intranet.messaging.spaces.events import MembersChanged
from intranet.messaging.spaces.operations import invite_to_space
from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import Unavailable
from intranet.platform.core.events import bus
from tests.messaging.messages.helpers import space_of

pytestmark = pytest.mark.both


@pytest.fixture
def told(app, monkeypatch):
    """What is told within the transaction, as (joined, left)."""
    heard: list[tuple[set[UUID], set[UUID]]] = []

    def hear(event):
        heard.extend((set(change.joined), set(change.left)) for change in event.changes)

    monkeypatch.setattr(jobs.told, "until", None)
    with app.app_context():
        bus.within(MembersChanged, hear)
        yield heard
        bus._within[MembersChanged].remove(hear)


def test_at_midnight_it_is_told_who_comes_and_who_goes(told, cast):
    tomorrow = clock.today("Europe/Madrid") + timedelta(days=1)
    appoint(None, cast.technician_post, cast.xoel, starts_on=tomorrow, ends_on=tomorrow)
    midnight = clock.start_of(tomorrow, "Europe/Madrid")
    told.clear()

    for instant in (midnight - timedelta(seconds=5), midnight, midnight + timedelta(seconds=20)):
        with clock.freeze(instant):
            jobs.publish_changes()
    assert told == [({cast.xoel.id}, set())]
    told.clear()
    with clock.freeze(clock.end_of(tomorrow, "Europe/Madrid") + timedelta(seconds=1)):
        jobs.publish_changes()
        jobs.publish_changes()
    assert told == [(set(), {cast.xoel.id})]


def test_what_could_not_be_told_is_told_the_next_time(told, cast, monkeypatch):
    tomorrow = clock.today("Europe/Madrid") + timedelta(days=1)
    appoint(None, cast.technician_post, cast.xoel, starts_on=tomorrow)
    midnight = clock.start_of(tomorrow, "Europe/Madrid")
    with clock.freeze(midnight - timedelta(seconds=5)):
        jobs.publish_changes()
    told.clear()

    def fail(*_about):
        raise Unavailable

    with monkeypatch.context() as gone, clock.freeze(midnight):
        gone.setattr(jobs, "unit_of_work", fail)
        with pytest.raises(Unavailable):
            jobs.publish_changes()
    with clock.freeze(midnight + timedelta(seconds=20)):
        jobs.publish_changes()
    assert told == [({cast.xoel.id}, set())]


@pytest.mark.slow
def test_at_the_end_of_the_last_post_it_is_told_that_the_invited_go(told, cast):
    procurement = space_of(cast.procurement)
    invite_to_space(cast.nadia, procurement, cast.elna)
    today = clock.today("Europe/Madrid")
    for appointment in current_appointments(cast.elna.id):
        end_appointment(None, appointment, last_day=today)
    midnight = clock.end_of(today, "Europe/Madrid")

    with clock.freeze(midnight - timedelta(seconds=5)):
        jobs.publish_changes()
    told.clear()
    with clock.freeze(midnight + timedelta(seconds=1)):
        jobs.publish_changes()
    assert told == [(set(), {cast.elna.id})] * 3
