"""A hold on Carles: he deletes, the auditor reads, the hold ends, and it is gone for good."""

import io
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from intranet.delivery.files.models import File
from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.messaging.messages.models import Message, MessageVersion
from intranet.messaging.messages.operations import delete_message, edit_message
from intranet.organisation.agencies.operations.administrations import give_role
from intranet.organisation.agencies.roles import AgencyRole
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import clock
from intranet.records.holds.models import HeldItem, LegalHold
from intranet.records.holds.operations import erase_ended
from tests.messaging.messages.helpers import channel_of, read_english, say

pytestmark = pytest.mark.both
SECRET = "alcornoque"
HOLDS = "/admin/L01990012/holds"


@pytest.fixture
def officer(app, cast, client_of):
    """Xoel keeps the records of Monteclaro."""
    with app.app_context():
        give_role(None, cast.monteclaro, cast.architect_post, AgencyRole.RECORDS)
    read_english(app, cast.xoel)
    return client_of(cast.xoel)


@pytest.fixture
def auditor(app, cast, client_of):
    """Nadia may read what is held, and change nothing."""
    with app.app_context():
        give_role(None, cast.monteclaro, cast.head_of_procurement_post, AgencyRole.AUDITOR)
    read_english(app, cast.nadia)
    return client_of(cast.nadia)


@pytest.fixture
def said(app, cast):
    """Two messages: one of Carles' with a file and an earlier text, and an answer of Xoel's."""
    with app.app_context():
        file = store_upload(cast.carles, io.BytesIO(b"A,B\n1,2\n"), "plan.csv")
        channel = channel_of(cast.urban_planning)
        message = say(cast.carles, channel, f"El {SECRET} primero.", file_ids=[file.id])
        edit_message(cast.carles, message, "Ya no lo digo.", body_rev=message.body_rev)
        other = say(cast.xoel, channel, "De acuerdo.")
        return {"message": message.id, "file": file.id, "other": other.id}


def place(officer, cast, **more):
    form = {
        "do": "place",
        "title": "Contrato 14",
        "reason": "Lo ordena el juzgado.",
        "since": "2020-01-01",
        "target": f"person:{cast.carles.id}",
        **more,
    }
    answer = officer.submit(f"{HOLDS}/new", form)
    assert answer.status_code == 303, answer.text
    return answer.location.rsplit("/", 1)[1]


def test_what_he_deletes_is_kept_read_and_destroyed_after_the_end(
    app, cast, officer, auditor, said
):
    hold_id = place(officer, cast)

    with app.app_context():
        delete_message(cast.carles, db.session.get_one(Message, said["message"]))
        delete_message(cast.xoel, db.session.get_one(Message, said["other"]))

    with app.app_context():
        gone = db.session.get_one(Message, said["message"])
        assert gone.body == ""
        assert not db.session.scalar(select(func.count()).select_from(MessageVersion))
        assert db.session.get(File, said["file"])
        (item,) = db.session.scalars(select(HeldItem))
        assert item.body == "Ya no lo digo."
    assert auditor.get(f"/files/{said['file']}").status_code == 404
    assert f"/files/{said['file']}" not in auditor.get("/search?q=plan.csv").text

    page = auditor.get(f"{HOLDS}/{hold_id}/kept")
    assert SECRET in page.text
    assert "plan.csv" in page.text
    assert SECRET in auditor.get(f"{HOLDS}/{hold_id}/kept?q=ALCORNOQUE").text
    assert SECRET not in auditor.get(f"{HOLDS}/{hold_id}/kept?q=cipres").text
    file = f"{HOLDS}/{hold_id}/kept/{item.id}/files/{said['file']}"
    assert auditor.get(file).data == b"A,B\n1,2\n"
    with app.app_context():
        readings = db.session.scalars(select(AuditLine).where(AuditLine.act == "hold.read")).all()
        assert [line.actor_id for line in readings] == [cast.nadia.id] * 4
        assert SECRET not in str([line.detail for line in readings])

    assert auditor.submit(f"{HOLDS}/{hold_id}/end", {"reason": "No."}).status_code == 403
    assert officer.submit(f"{HOLDS}/{hold_id}/end", {"reason": "Archivado."}).status_code == 303
    with app.app_context():
        erase_ended()
        assert db.session.scalar(select(HeldItem)) is not None
    with app.app_context(), clock.freeze(clock.now() + timedelta(days=8)):
        erase_ended()
        assert db.session.scalar(select(HeldItem)) is None
        assert db.session.get(File, said["file"]) is None
        assert db.session.get_one(LegalHold, UUID(hold_id)).erased_at
        assert db.session.get_one(Message, said["message"]).seq == gone.seq


def test_a_hold_that_ended_can_be_resumed_for_a_week(app, cast, officer, said):
    hold_id = place(officer, cast)
    officer.submit(f"{HOLDS}/{hold_id}/end", {"reason": "Error."})
    officer.submit(f"{HOLDS}/{hold_id}/resume")
    with app.app_context(), clock.freeze(clock.now() + timedelta(days=30)):
        delete_message(cast.carles, db.session.get_one(Message, said["message"]))
        erase_ended()
        assert db.session.scalar(select(HeldItem))


def test_the_person_named_is_told_unless_it_is_confidential(app, cast, officer, client_of):
    carles = client_of(cast.carles)
    read_english(app, cast.carles)
    place(officer, cast, is_confidential="1", title="Callado")
    assert "Callado" not in carles.get("/me/holds").text
    place(officer, cast, title="Dicho")
    assert "Dicho" in carles.get("/me/holds").text
    assert "Callado" not in carles.get("/me/holds").text


def test_what_nobody_holds_is_deleted_at_once(app, cast, said):
    with app.app_context():
        delete_message(cast.carles, db.session.get_one(Message, said["message"]))
        assert db.session.scalar(select(HeldItem)) is None
        assert db.session.get(File, said["file"]) is None
