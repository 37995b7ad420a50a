"""What one says, changes or takes back appears at the others at once, and at nobody else."""

from uuid import uuid4

import pytest

from intranet.extensions import db
from intranet.messaging.conversations.operations import mute
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.absences import set_absence
from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.organisation.people.queries import current_appointments, today_of
from tests.messaging.messages.helpers import channel_of


@pytest.fixture
def channels(app, cast):
    with app.app_context():
        return {name: str(channel_of(getattr(cast, name)).id) for name in NAMES}


NAMES = ("licences", "urban_planning", "procurement", "town_hall")


def message_to(conversation_id, body="Ya están los planos.", **more):
    return {
        "conversation_id": conversation_id,
        "client_id": str(uuid4()),
        "body": body,
        **more,
    }


def test_a_message_reaches_the_people_in_the_channel_and_nobody_else(cast, connect, channels):
    ana, carles, bieito = map(connect, (cast.ana, cast.carles, cast.bieito))

    reply = ana.ask("message:post", message_to(channels["urban_planning"]))

    assert reply["ok"]
    assert carles.next("message:posted")["message"] == reply["message"]
    assert ana.next("message:posted")["message"] == reply["message"]
    assert bieito.heard("message:posted") == []


@pytest.mark.slow
def test_edit_reaction_reply_and_deletion_arrive_in_the_order_of_their_revisions(
    cast, connect, channels
):
    ana, carles = map(connect, (cast.ana, cast.carles))
    said = ana.ask("message:post", message_to(channels["urban_planning"]))["message"]
    ana.ask("message:edit", {"id": said["id"], "body": "Otra.", "body_rev": said["body_rev"]})
    carles.ask("reaction:set", {"message_id": said["id"], "emoji": "👍", "on": True})
    carles.ask("message:post", message_to(channels["urban_planning"], parent_id=said["id"]))
    ana.ask("message:delete", {"id": said["id"]})

    revisions = [carles.next("message:posted")["rev"]]
    revisions += [carles.next("message:changed")["rev"] for _ in range(2)]
    revisions.append(carles.next("message:posted")["rev"])
    revisions += [carles.next("message:changed")["rev"] for _ in range(2)]
    assert revisions == [1, 2, 3, 4, 5, 6]


def test_a_refusal_is_an_acknowledgement_and_the_connection_stays(cast, connect, channels):
    carles = connect(cast.carles)
    hidden = carles.ask("message:post", message_to(channels["licences"]))
    random = carles.ask("message:post", message_to(str(uuid4())))
    assert hidden == random
    assert hidden["error"]["status"] == 404
    empty = carles.ask("message:post", message_to(channels["urban_planning"], body="  "))
    assert empty["error"]["status"] == 422
    assert carles.ask("message:post", message_to(channels["urban_planning"]))["ok"]


def test_reading_moves_the_other_devices_of_the_same_person_alone(cast, connect, channels):
    ana, other_device, carles = map(connect, (cast.ana, cast.ana, cast.carles))
    carles.ask("message:post", message_to(channels["urban_planning"]))
    marked = {"conversation_id": channels["urban_planning"], "seq": 1}
    assert ana.ask("read:mark", marked)["read_seq"] == 1
    assert other_device.next("read:marked")["read_seq"] == 1
    assert carles.heard("read:marked") == []


def test_what_one_schedules_is_told_to_ones_own_screens_alone(cast, connect, channels, client_of):
    ana, carles = map(connect, (cast.ana, cast.carles))
    here = channels["urban_planning"]
    sent = {"body": "Mañana.", "client_id": str(uuid4()), "when": "monday"}
    assert client_of(cast.ana).submit(f"/c/{here}/scheduled", sent).status_code == 303

    assert ana.next("scheduled:changed") == {"conversation_id": here}
    assert carles.heard("scheduled:changed") == []


def test_typing_is_shown_to_who_has_the_conversation_open(cast, connect, channels):
    ana, uxia, carles = map(connect, (cast.ana, cast.uxia, cast.carles))
    here = {"conversation_id": channels["urban_planning"]}
    carles.ask("conversation:watch", here)
    ana.ask("typing:start", here)
    assert carles.next("typing") == {**here, "person_id": str(cast.ana.id)}
    assert uxia.heard("typing") == []


@pytest.mark.slow
def test_who_loses_the_post_loses_the_rooms_within_the_second(app, cast, connect, channels):
    ana, uxia = map(connect, (cast.ana, cast.uxia))
    with app.app_context():
        for appointment in current_appointments(cast.ana.id):
            end_appointment(None, appointment)
    left = {ana.next("conversation:left")["conversation_id"] for _ in range(3)}
    assert left == {channels["licences"], channels["urban_planning"], channels["town_hall"]}
    uxia.ask("message:post", message_to(channels["licences"]))
    assert ana.heard("message:posted") == []
    assert ana.ask("message:post", message_to(channels["licences"]))["error"]["status"] == 404


def test_a_new_post_brings_its_rooms_without_reload(app, cast, connect, channels):
    ana, nadia = map(connect, (cast.ana, cast.nadia))
    with app.app_context():
        person = db.session.get_one(Person, cast.ana.id)
        appoint(None, cast.technician_post, person, starts_on=today_of(person.id))
    assert ana.next("conversation:joined")["conversation_id"] == channels["procurement"]
    nadia.ask("message:post", message_to(channels["procurement"]))
    assert ana.next("message:posted")["conversation_id"] == channels["procurement"]


def test_an_absence_is_seen_where_the_person_is_and_never_why(app, cast, connect, channels):
    carles, bieito = map(connect, (cast.carles, cast.bieito))
    carles.ask("conversation:watch", {"conversation_id": channels["urban_planning"]})
    with app.app_context():
        ana = cast.ana
        today = today_of(ana.id)
        set_absence(ana, ana, starts_on=today, ends_on=today)
    assert carles.next("availability") == {"person_id": str(cast.ana.id), "state": "away"}
    assert bieito.heard("availability") == []


def test_a_mute_is_told_to_ones_own_devices_alone(app, cast, connect, channels):
    ana, uxia = map(connect, (cast.ana, cast.uxia))
    with app.app_context():
        mute(cast.ana, channel_of(cast.licences))
    assert ana.next("read:marked")["muted"] is True
    assert uxia.heard("read:marked") == []
