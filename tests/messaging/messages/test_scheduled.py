"""Messages that are sent later: at their time, once, by the rights of that moment."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from intranet.attention.notifications.models import Notification
from intranet.delivery.files.operations import store_upload
from intranet.delivery.files.queries import unused_ids
from intranet.extensions import db
from intranet.messaging.conversations.operations import start_direct_message
from intranet.messaging.messages.jobs import send_scheduled
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.posting import post_message
from intranet.messaging.messages.scheduled import NotSent, ScheduledMessage, scheduled_by
from intranet.messaging.messages.scheduling import (
    MAX_SCHEDULED,
    MessagePlan,
    change_scheduled,
    delete_scheduled,
    schedule_message,
    send_now,
)
from intranet.organisation.accounts.operations.accounts import disable_account
from intranet.organisation.people.operations.appointments import end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock, outbox
from intranet.platform.core.errors import Conflict, Forbidden, Invalid, NotFound
from tests.delivery.files.samples import picture
from tests.messaging.messages.helpers import channel_of, say


def plan(body="Mañana, en la sala 2.", hours=1, **more):
    return MessagePlan(body, clock.now() + timedelta(hours=hours), uuid4(), **more)


def bodies(room):
    rows = select(Message.body).where(Message.conversation_id == room.id).order_by(Message.seq)
    return list(db.session.scalars(rows))


def after(hours=2):
    return clock.freeze(clock.now() + timedelta(hours=hours))


@pytest.mark.both
def test_a_scheduled_message_is_posted_at_its_time_and_not_before(app_context, cast):
    room = channel_of(cast.licences)
    schedule_message(cast.ana, room.id, plan("Segundo.", hours=1.5))
    schedule_message(cast.ana, room.id, plan("Primero."))

    send_scheduled()
    assert bodies(room) == []
    with after():
        send_scheduled()
        send_scheduled()

    assert bodies(room) == ["Primero.", "Segundo."]
    assert scheduled_by(cast.ana) == []


def test_it_is_kept_once_for_each_id_of_the_client(app_context, cast):
    room, twice = channel_of(cast.licences), plan()

    first = schedule_message(cast.ana, room.id, twice)
    again = schedule_message(cast.ana, room.id, twice)

    assert first.id == again.id
    with pytest.raises(Conflict):
        schedule_message(cast.ana, room.id, replace(twice, body="Mejor en la sala 3."))


@pytest.mark.both
def test_what_was_posted_under_the_same_id_is_not_posted_again(app_context, cast):
    """As where the process dies after another one's commit, or a tab sends what is scheduled."""
    room, wanted = channel_of(cast.licences), plan()
    schedule_message(cast.ana, room.id, wanted)
    post_message(cast.ana, room.id, wanted.body, client_id=wanted.client_id)

    with after():
        send_scheduled()

    assert bodies(room) == [wanted.body]
    assert scheduled_by(cast.ana) == []


@pytest.mark.slow
@pytest.mark.both
def test_who_lost_the_channel_sends_nothing_keeps_the_text_and_is_told(app_context, cast):
    room = channel_of(cast.licences)
    row = schedule_message(cast.ana, room.id, plan("Solo para quien sigue."))
    for held in current_appointments(cast.ana.id):
        with clock.freeze(clock.now() - timedelta(days=1)):
            end_appointment(None, held)

    with after(48):
        send_scheduled()
        outbox.run_due()

    assert bodies(room) == []
    kept = db.session.get_one(ScheduledMessage, row.id)
    assert (kept.body, kept.failure) == ("Solo para quien sigue.", NotSent.GONE)
    told = db.session.scalars(select(Notification).where(Notification.person_id == cast.ana.id))
    assert [(one.why, one.path) for one in told if one.why == "message_not_sent"] == [
        ("message_not_sent", "/me/scheduled")
    ]


def test_whose_account_was_closed_says_nothing_any_more(app_context, cast):
    """Their appointment may well go on."""
    room = channel_of(cast.licences)
    row = schedule_message(cast.ana, room.id, plan("Lo que preparé."))
    disable_account(None, cast.account_of(cast.ana))

    with after():
        send_scheduled()

    assert bodies(room) == []
    assert db.session.get_one(ScheduledMessage, row.id).failure == NotSent.CLOSED


@pytest.mark.slow
def test_its_files_wait_with_it_and_go_with_it(app_context, cast):
    room = channel_of(cast.licences)
    file = store_upload(cast.ana, picture(), "plano.png")
    row = schedule_message(cast.ana, room.id, plan("", file_ids=[file.id]))

    assert file.id not in unused_ids(clock.now() + timedelta(days=9))
    with pytest.raises(Invalid):
        say(cast.ana, room, file_ids=[file.id])
    message = send_now(cast.ana, row)

    assert [held.file_id for held in message.files] == [file.id]


@pytest.mark.parametrize(
    ("hours", "words"),
    [(-1, "ya ha pasado"), (0, "ya ha pasado"), (9999, "de los próximos doce meses")],
)
def test_a_time_that_is_over_or_too_far_is_refused_by_a_sentence(app_context, cast, hours, words):
    row = schedule_message(cast.ana, channel_of(cast.licences).id, plan())

    with pytest.raises(Invalid, match=r"422") as refused:
        schedule_message(cast.ana, channel_of(cast.licences).id, plan(hours=hours))
    assert words in str(refused.value.errors["send_at"])
    with pytest.raises(Invalid):
        change_scheduled(cast.ana, row, send_at=clock.now() + timedelta(hours=hours))


def test_its_text_and_time_can_be_changed_until_then(app_context, cast):
    room = channel_of(cast.licences)
    row = schedule_message(cast.ana, room.id, plan("Antes."))
    change_scheduled(cast.ana, row, body="Después.", send_at=clock.now() + timedelta(hours=3))

    with after(2):
        send_scheduled()
    assert bodies(room) == []
    with after(4):
        send_scheduled()
    assert bodies(room) == ["Después."]


def test_one_that_was_not_sent_waits_again_with_a_new_time(app_context, cast):
    room = channel_of(cast.licences)
    row = schedule_message(cast.ana, room.id, plan())
    row.failed_at, row.failure = clock.now(), NotSent.CLOSED
    db.session.commit()

    change_scheduled(cast.ana, row, send_at=clock.now() + timedelta(hours=1))
    with after():
        send_scheduled()

    assert bodies(room) == ["Mañana, en la sala 2."]


@pytest.mark.slow
def test_it_is_nobody_elses(app_context, cast):
    room = channel_of(cast.licences)
    row = schedule_message(cast.ana, room.id, plan())

    with pytest.raises(NotFound):
        delete_scheduled(cast.carles, row)
    with pytest.raises(NotFound):
        schedule_message(cast.nadia, room.id, plan())
    delete_scheduled(cast.ana, row)
    assert scheduled_by(cast.ana) == []


@pytest.mark.slow
def test_who_reads_as_a_guest_schedules_nothing(app_context, cast):
    with pytest.raises((Forbidden, NotFound)):
        schedule_message(cast.bieito, channel_of(cast.licences).id, plan())


@pytest.mark.slow
def test_a_hundred_wait_at_most(app_context, cast):
    room = channel_of(cast.licences)
    for number in range(MAX_SCHEDULED):
        schedule_message(cast.ana, room.id, plan(f"{number}"))

    with pytest.raises(Invalid) as refused:
        schedule_message(cast.ana, room.id, plan())
    assert "send_at" in refused.value.errors


@pytest.mark.slow
def test_too_many_at_once_are_sent_a_little_later_in_their_order(app_context, cast):
    room = channel_of(cast.licences)
    for number in range(25):
        schedule_message(cast.ana, room.id, plan(f"{number}", hours=1 + number / 1000))

    with after():
        send_scheduled()
        assert bodies(room) == [str(number) for number in range(20)]
    with after(2.1):
        send_scheduled()
    assert bodies(room) == [str(number) for number in range(25)]


@pytest.mark.slow
def test_the_pages_of_later_work_as_plain_forms(app, cast, client_of):
    with app.app_context():
        room_id = channel_of(cast.licences).id
    ana = client_of(cast.ana)
    form = ana.submit(f"/c/{room_id}/later?lang=en", {"body": "Hola, mañana."})
    assert "Hola, mañana." in form.text
    sent = {"body": "Hola, mañana.", "client_id": str(uuid4()), "when": "monday"}
    refused = ana.submit(
        f"/c/{room_id}/scheduled", data={**sent, "when": "at", "day": "2020-01-01", "hour": "08:00"}
    )
    assert refused.status_code == 422
    assert "Esa hora ya ha pasado. Elige otra posterior." in refused.text
    assert "Hola, mañana." in refused.text
    assert ana.submit(f"/c/{room_id}/scheduled", sent).status_code == 303

    page = ana.get(f"/c/{room_id}").text
    assert "Hola, mañana." in page.split('class="scheduled"')[1]
    with app.app_context():
        (row,) = scheduled_by(cast.ana)
        address = f"/me/scheduled/{row.id}"
    assert "Hola, mañana." in ana.get("/me/scheduled").text
    assert "Hola, mañana." in ana.get(address).text
    deleted = ana.submit(address, data={"do": "delete"})
    assert "Hola, mañana.</textarea>" in deleted.text
    assert ana.get(address).status_code == 404


@pytest.mark.parametrize("do", ["", "send"])
def test_a_form_saves_or_sends_it(app, cast, client_of, do):
    with app.app_context():
        room = channel_of(cast.licences)
        row_id = schedule_message(cast.ana, room.id, plan()).id
    ana = client_of(cast.ana)
    sent = {"do": do, "body": "Otra.", "when": "start"}

    assert ana.submit(f"/me/scheduled/{row_id}", data=sent).status_code == 303
    with app.app_context():
        said = bodies(channel_of(cast.licences))
        waiting = [row.body for row in scheduled_by(cast.ana)]
    assert (said, waiting) == (["Mañana, en la sala 2."], []) if do else ([], ["Otra."])


def test_to_somebody_in_their_quiet_hours_it_goes_when_these_end(app, cast, client_of):

    friday_night = datetime(2026, 11, 27, 21, tzinfo=UTC)
    with app.app_context():
        talk_id = start_direct_message(cast.ana, [cast.carles]).id
    with clock.freeze(friday_night):
        menu = (
            client_of(cast.ana)
            .get(f"/c/{talk_id}/later?lang=en", headers={"HX-Request": "true"})
            .text
        )

    assert "When the recipient’s quiet hours end" in menu
    assert "on Monday at 08:00" in menu
