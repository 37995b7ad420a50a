"""What many do at the same moment is done once, and nobody gets a fault (ASVS 2.3.3, 2.3.4)."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from intranet.extensions import db
from tests.messaging.messages.helpers import channel_of
from tests.pages.api import calls

pytestmark = pytest.mark.both

AT_ONCE = 8


def together(*works):
    """Do all of these at the same moment."""
    with ThreadPoolExecutor(len(works)) as threads:
        return [done.result() for done in [threads.submit(work) for work in works]]


@pytest.fixture
def devices(app):
    """Several browsers of one person."""

    def make(person, count=AT_ONCE):
        return [calls.browser(app, person) for _ in range(count)]

    return make


@pytest.fixture
def room(app, cast):
    with app.app_context():
        return str(channel_of(cast.licences).id)


def said_once(devices, room):
    sent = {"client_id": str(uuid4()), "body": "Once."}
    return devices[0].post(f"/conversations/{room}/messages", sent).json["id"]


@pytest.mark.slow
def test_one_talk_is_begun_by_all_who_begin_it(cast, devices):
    ana, uxia = devices(cast.ana, 4), devices(cast.uxia, 4)

    answers = together(
        *(
            lambda one=one: one.post("/conversations", {"person_ids": [str(cast.uxia.id)]})
            for one in ana
        ),
        *(
            lambda one=one: one.post("/conversations", {"person_ids": [str(cast.ana.id)]})
            for one in uxia
        ),
    )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1


@pytest.mark.slow
def test_one_reaction_of_a_person_counts_once(cast, devices, room):
    mine = devices(cast.ana)
    message = said_once(mine, room)

    answers = together(
        *(lambda one=one: one.put(f"/messages/{message}/reactions/👍") for one in mine)
    )

    assert {answer.status_code for answer in answers} == {200}
    assert mine[0].get(f"/messages/{message}").json["reactions"][0]["count"] == 1


@pytest.mark.slow
def test_a_reaction_set_and_taken_back_at_once_is_one_or_the_other(cast, devices, room):
    mine = devices(cast.ana)
    message = said_once(mine, room)
    path = f"/messages/{message}/reactions/👍"

    answers = together(
        *(
            lambda one=one, number=number: (one.put if number % 2 else one.delete)(path)
            for number, one in enumerate(mine)
        )
    )

    assert {answer.status_code for answer in answers} == {200}
    assert len(mine[0].get(f"/messages/{message}").json["reactions"]) <= 1


@pytest.mark.slow
def test_the_first_marks_of_reading_from_several_devices_are_one(cast, devices, room):
    message_seq = (
        devices(cast.ana, 1)[0]
        .post(f"/conversations/{room}/messages", {"client_id": str(uuid4()), "body": "x"})
        .json["seq"]
    )
    mine = devices(cast.carles)
    planning_place = {"seq": message_seq}

    uxia = devices(cast.uxia)
    answers = together(
        *(lambda one=one: one.put(f"/conversations/{room}/read", planning_place) for one in uxia)
    )
    muted = together(*(lambda one=one: one.put(f"/conversations/{room}/mute") for one in uxia))

    assert {answer.status_code for answer in answers + muted} == {200}
    assert {one.get(f"/conversations/{room}").status_code for one in mine} == {404}
    assert uxia[0].get(f"/conversations/{room}").json["read_seq"] == message_seq


@pytest.mark.slow
def test_of_several_edits_from_one_text_one_is_taken_and_the_others_are_told(cast, devices, room):
    mine = devices(cast.ana)
    message = said_once(mine, room)

    answers = together(
        *(
            lambda one=one, text=f"Text {number}": one.patch(
                f"/messages/{message}", {"body": text, "body_rev": 1}
            )
            for number, one in enumerate(mine)
        )
    )

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200] + [409] * (AT_ONCE - 1)
    assert len(mine[0].get(f"/messages/{message}/versions").json["items"]) == 1


@pytest.mark.slow
def test_an_edit_a_deletion_and_pins_at_once_leave_one_sound_message(cast, devices, room):
    mine = devices(cast.ana, 4)
    message = said_once(mine, room)
    path = f"/messages/{message}"

    answers = together(
        lambda: mine[0].patch(path, {"body": "Other.", "body_rev": 1}),
        lambda: mine[1].delete(path),
        lambda: mine[2].put(f"{path}/pin"),
        lambda: mine[3].put(f"{path}/reactions/👍"),
    )

    assert all(answer.status_code in {200, 403, 409} for answer in answers)
    shown = mine[0].get(path).json
    assert shown["deleted"] is True
    assert "body" not in shown


@pytest.mark.slow
def test_channels_of_one_name_at_once_are_one(cast, devices, room):
    mine = devices(cast.ana)
    space = mine[0].get(f"/conversations/{room}").json["space_id"]

    answers = together(
        *(
            lambda one=one: one.post("/conversations", {"space_id": space, "name": "Obras"})
            for one in mine
        )
    )

    assert sorted(answer.status_code for answer in answers) == [201] + [422] * (AT_ONCE - 1)


@pytest.mark.slow
def test_the_last_place_of_a_post_is_given_once(cast, devices):
    mine = devices(cast.dorleta, 4)
    people = [cast.carles, cast.xoel, cast.rosa, cast.nadia]
    sent = {"post_id": str(cast.head_of_licences_post.id), "starts_on": "2030-01-01"}

    answers = together(
        *(
            lambda one=one, person=person: one.post(
                "/admin/appointments", {**sent, "person_id": str(person.id)}
            )
            for one, person in zip(mine, people, strict=True)
        )
    )

    assert sorted(answer.status_code for answer in answers) == [201, 422, 422, 422]


def test_an_appointment_is_ended_once(app, cast, devices):
    from sqlalchemy import select

    from intranet.organisation.people.models import Appointment

    with app.app_context():
        held = db.session.scalars(
            select(Appointment).where(Appointment.person_id == cast.xoel.id)
        ).one()
        path = f"/admin/appointments/{held.id}"
    mine = devices(cast.dorleta, 4)

    answers = together(*(lambda one=one: one.patch(path, {"ended": True}) for one in mine))

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


@pytest.mark.slow
def test_one_person_is_invited_once(cast, devices):
    mine = devices(cast.dorleta, 4)
    sent = {
        "name": "Brais Lema",
        "email": "brais@monteclaro.example",
        "post_id": str(cast.officer_post.id),
        "starts_on": "2026-01-01",
        "kind": "substitute",
    }

    answers = together(*(lambda one=one: one.post("/admin/people", sent) for one in mine))

    assert all(answer.status_code < 500 for answer in answers)
    found = mine[0].get("/admin/people?q=brais").json["items"]
    assert len(found) == 1


def test_a_file_hangs_on_one_message_though_two_send_it(cast, devices, room):
    from io import BytesIO

    mine = devices(cast.ana, 4)
    file = mine[0].post("/files", data={"file": (BytesIO(b"Text."), "nota.txt")}).json["id"]

    answers = together(
        *(
            lambda one=one: one.post(
                f"/conversations/{room}/messages",
                {"client_id": str(uuid4()), "body": "", "file_ids": [file]},
            )
            for one in mine
        )
    )

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 201
    assert set(statuses[1:]) <= {409, 422}


@pytest.mark.slow
def test_people_are_invited_while_the_organisation_changes(cast, devices):
    mine = devices(cast.dorleta, AT_ONCE)
    post = {"post_id": str(cast.officer_post.id), "starts_on": "2026-01-01", "kind": "substitute"}

    def invite(one, number):
        sent = {"name": "Brais Lema", "email": f"brais{number}@monteclaro.example", **post}
        return one.post("/admin/people", sent)

    def rename(one, number):
        sent = {"names": {"es": f"Licencias {number}"}}
        unit = f"/admin/units/{cast.licences.id}"
        version = one.get(unit).headers["ETag"]
        return one.patch(unit, sent, headers={"If-Match": version})

    answers = together(
        *(
            lambda one=one, number=number: (invite if number % 2 else rename)(one, number)
            for number, one in enumerate(mine)
        )
    )

    statuses = [answer.status_code for answer in answers]
    assert set(statuses[1::2]) == {201}
    assert set(statuses[::2]) <= {200, 412}
