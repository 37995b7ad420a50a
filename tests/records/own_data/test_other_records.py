"""Hand-overs, plans, holds, requests and packages: what of them is a person's, and what goes."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.administration.reorganisation.models import PlanImage, PlanNote
from intranet.administration.reorganisation.undoing import undo
from intranet.delivery.files.models import File
from intranet.delivery.files.operations import store_upload
from intranet.delivery.files.storage import storage
from intranet.delivery.files.storage_interface import new_key
from intranet.extensions import db
from intranet.messaging.messages.drafting import save_draft
from intranet.messaging.messages.models import MessageDraft
from intranet.messaging.messages.operations import delete_message
from intranet.messaging.spaces.models import SpaceMember
from intranet.organisation.people.models import Appointment, Person
from intranet.platform.core import clock
from intranet.platform.core.outbox import run_due
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.records.access_requests.models import (
    AccessKind,
    AccessNotice,
    AccessPackage,
    AccessRequest,
    AccessSearch,
    PackageState,
)
from intranet.records.access_requests.operations.requests import open_request
from intranet.records.hand_over.models import (
    HandOver,
    HandOverCheck,
    HandOverLine,
    HandOverNotice,
)
from intranet.records.holds.models import HeldFile, HeldItem, TargetKind
from intranet.records.holds.operations import HoldTerms, end_hold, erase_ended, place_hold
from intranet.records.portability.models import OrderState, PackageOrder
from intranet.records.portability.operations import forget_old
from intranet.records.portability.scope import PackageKind
from tests.administration.reorganisation.plans import applied
from tests.messaging.messages.helpers import channel_of, say
from tests.records.own_data.helpers import dump, erase, made_for

WORDS = "La llave del archivo cuelga detrás de la puerta."
SECRET = "expediente Tejo"


def handed_over(cast):
    """Xoel left words, a point and a talk, which Carles accepted; both were told."""
    row = db.session.scalars(select(Appointment).where(Appointment.person_id == cast.xoel.id)).one()
    with unit_of_work() as work:
        work.add(
            HandOver(appointment_id=row.id, words=WORDS, edition=1, written_at=clock.now()),
            HandOverCheck(appointment_id=row.id, position=0, words="Devolver la tarjeta"),
            HandOverLine(
                appointment_id=row.id,
                kind="talk",
                thing_id=row.id,
                title=f"{cast.xoel.name}, {cast.rosa.name}",
                accepted_at=clock.now(),
                accepted_by_id=cast.carles.id,
            ),
            *(
                HandOverNotice(appointment_id=row.id, person_id=each.id)
                for each in (cast.xoel, cast.carles)
            ),
        )
    return row


def asked_for(officer, cast):
    """Xoel asked for access to his own data, and got a package."""
    name = cast.xoel.name
    asked = open_request(
        officer,
        cast.monteclaro,
        kind=AccessKind.OWN,
        asker=f"Sr. {name}",
        matter=f"Todo sobre {name}",
        due_on=clock.today("Europe/Madrid") + timedelta(days=20),
        language="es",
        subject=cast.xoel,
    )
    file = store_upload(officer, io.BytesIO(f"Sobre {name}".encode()), "acceso.txt")
    with unit_of_work() as work:
        work.add(
            AccessSearch(request_id=asked.id, words=name, made_by_id=officer.id),
            AccessPackage(
                request_id=asked.id,
                state=PackageState.READY,
                made_by_id=officer.id,
                file_id=file.id,
                sha256="0" * 64,
            ),
        )
    return asked


def ordered(cast):
    """Xoel ordered what he contributed to groups that he left."""
    key = new_key()
    storage().put(key, io.BytesIO(f"De {cast.xoel.name}".encode()))
    with unit_of_work() as work:
        order = PackageOrder(
            kind=PackageKind.OWN,
            subject_id=cast.xoel.id,
            agency_id=cast.monteclaro.id,
            state=OrderState.READY,
            asked_by_id=cast.xoel.id,
            made_at=clock.now(),
            expires_at=clock.now() + timedelta(days=7),
            key=key,
        )
        work.add(order)
    return order


def held(officer, cast, title, *, is_confidential, word=""):
    """A hold on what Xoel wrote, or on whatever has a word."""
    terms = HoldTerms(
        title,
        "Lo ordena el juzgado.",
        "",
        clock.today("Europe/Madrid") - timedelta(days=300),
        None,
        is_confidential,
        ((TargetKind.WORD, None, word) if word else (TargetKind.PERSON, cast.xoel.id, ""),),
    )
    return place_hold(officer, cast.monteclaro, terms)


def notice(asked, person, told_at):
    """A notice to a person of whom something was read."""
    with unit_of_work() as work:
        work.add(AccessNotice(request_id=asked.id, person_id=person.id, told_at=told_at))


@pytest.mark.both
def test_the_words_of_a_leaver_are_theirs_and_who_accepted_is_not(app_context, cast):
    handed_over(cast)

    found = made_for(cast.xoel)

    assert [row["words"] for row in found.lines("hand_overs")] == [WORDS]
    assert [row["words"] for row in found.lines("hand_over_checks")] == ["Devolver la tarjeta"]
    (line,) = found.lines("hand_over_lines")
    assert not {"accepted_by_id", "accepted_by_name", "title"} & set(line)
    assert [row["person_id"] for row in found.lines("hand_over_notices")] == [str(cast.xoel.id)]
    other = made_for(cast.carles)
    assert WORDS.encode() not in other.everything()


@pytest.mark.both
def test_that_something_was_read_stands_there_once_they_were_told(officer, cast):
    own = asked_for(officer, cast)
    notice(own, cast.carles, None)
    notice(own, cast.rosa, clock.now())

    assert made_for(cast.carles).lines("access_notices") == []
    assert made_for(cast.carles).lines("access_requests") == []
    (told,) = made_for(cast.rosa).lines("access_notices")
    assert told["request_id"] == str(own.id)
    assert made_for(officer).lines("access_requests") == []
    (asked,) = made_for(cast.xoel).lines("access_requests")
    assert asked["asker"] == f"Sr. {cast.xoel.name}"
    assert "officer_id" not in asked


@pytest.mark.both
def test_a_confidential_hold_and_what_it_keeps_is_never_in_the_file(officer, cast):
    held(officer, cast, "Causa callada", is_confidential=True)
    file = store_upload(cast.xoel, io.BytesIO(b"plano del tejo"), "tejo.txt")
    kept = store_upload(cast.xoel, io.BytesIO(b"plano del roble"), "roble.txt")
    channel = channel_of(cast.urban_planning)
    said = say(cast.xoel, channel, SECRET, file_ids=[file.id])
    say(cast.xoel, channel, "Otra vez.", file_ids=[kept.id])
    delete_message(cast.xoel, said)
    item = db.session.scalars(select(HeldItem)).one()
    assert item.body == SECRET
    with unit_of_work() as work:  # as when a message that forwarded it is withdrawn
        work.add(HeldFile(item_id=item.id, file_id=kept.id))

    found = made_for(cast.xoel)

    whole = found.everything().decode("utf-8", "replace")
    assert "callada" not in whole
    assert SECRET not in whole
    assert "tejo.txt" not in whole
    assert f"files/{kept.id}-roble.txt" in found.paths  # it is still his, as in the room
    assert found.lines("legal_holds") == []

    held(officer, cast, "Causa dicha", is_confidential=False)
    (told,) = made_for(cast.xoel).lines("legal_holds")
    assert told["title"] == "Causa dicha"
    assert "placed_by_id" not in told
    assert made_for(cast.carles).lines("legal_holds") == []


@pytest.mark.both
def test_erasure_leaves_no_name_in_hand_overs_requests_and_packages(officer, cast):
    row = handed_over(cast)
    asked, order = asked_for(officer, cast), ordered(cast)
    xoel_id, name = cast.xoel.id, cast.xoel.name

    erase(cast, cast.xoel)
    forget_old(clock.now() + timedelta(minutes=1))
    run_due()
    db.session.expire_all()

    assert [where for where, value in dump() if name in value] == []
    pseudonym = db.session.get_one(Person, xoel_id).name
    assert db.session.get_one(HandOver, row.id).words == WORDS
    assert pseudonym in db.session.scalars(select(HandOverLine.title)).one()
    told = db.session.scalars(select(HandOverNotice.person_id)).all()
    assert told == [cast.carles.id]
    asked = db.session.get_one(AccessRequest, asked.id)
    assert (asked.asker, asked.matter) == (pseudonym, f"Todo sobre {pseudonym}")
    package = db.session.scalars(select(AccessPackage)).one()
    assert (package.file_id, package.sha256) == (None, "0" * 64)
    assert db.session.get_one(PackageOrder, order.id).state == OrderState.GONE
    assert db.session.get(AccessNotice, (asked.id, xoel_id))  # of when it was opened: he was told


@pytest.mark.both
def test_an_undone_plan_brings_back_nothing_of_an_erased_person(officer, cast):
    draft = "Borrador del tejo, sin enviar"
    save_draft(cast.xoel, channel_of(cast.urban_planning), draft)
    plan = applied(
        cast.dorleta,
        cast.monteclaro,
        {"kind": "move_post", "post": cast.architect_post.id, "parent": cast.procurement.id},
    )
    while run_due():
        pass
    xoel_id = cast.xoel.id
    images = str(db.session.scalars(select(PlanImage.rows)).all())
    assert draft in images
    assert xoel_id.hex in images
    assert db.session.scalar(select(PlanNote.id).where(PlanNote.person_id == xoel_id))

    erase(cast, cast.xoel)

    images = str(db.session.scalars(select(PlanImage.rows)).all())
    assert draft not in images
    assert xoel_id.hex not in images
    assert db.session.scalar(select(PlanNote.id).where(PlanNote.person_id == xoel_id)) is None
    undo(cast.dorleta, plan)
    assert not db.session.scalars(select(MessageDraft)).all()
    there = select(SpaceMember).where(SpaceMember.person_id == xoel_id, SpaceMember.until.is_(None))
    assert not db.session.scalars(there).all()


def test_what_a_hold_keeps_of_an_erased_person_stays_as_it_was_until_it_ends(officer, cast):
    hold = held(officer, cast, "Causa callada", is_confidential=True, word=SECRET)
    name, call = cast.xoel.name, f"@[{cast.xoel.name}](person:{cast.xoel.id})"
    said = say(cast.xoel, channel_of(cast.urban_planning), f"{SECRET} de {call}")
    delete_message(cast.xoel, said)

    erase(cast, cast.xoel)

    assert db.session.scalars(select(HeldItem.body)).all() == [f"{SECRET} de {call}"]
    found = {where for where, value in dump() if name in value}
    assert found == {"held_items.body"}
    end_hold(officer, hold, "Archivado.")
    with clock.freeze(clock.now() + timedelta(days=8)):
        erase_ended()
    assert [where for where, value in dump() if name in value] == []
    assert db.session.scalars(select(File.name)).all() == []
