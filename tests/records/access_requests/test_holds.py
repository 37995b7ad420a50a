"""Requests and holds: what was deleted under one is found, and whom one hides is told later."""

import io
from datetime import timedelta

import pytest

from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.messaging.conversations.operations import start_direct_message
from intranet.messaging.messages.operations import delete_message, edit_message
from intranet.organisation.agencies.operations.administrations import give_role
from intranet.organisation.agencies.roles import AgencyRole
from intranet.platform.core import clock
from intranet.platform.core.keeping import offer
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.records.access_requests.models import AccessDecision, AccessKind, FoundKind
from intranet.records.access_requests.operations.deciding import decide, open_finding
from intranet.records.access_requests.operations.exporting import faults_of
from intranet.records.access_requests.operations.finding import search
from intranet.records.access_requests.operations.requests import open_request, take_request
from intranet.records.access_requests.operations.telling import tell_due, tell_readers
from intranet.records.access_requests.outgoing import Outgoing
from intranet.records.access_requests.queries import findings_of
from intranet.records.holds.models import TargetKind
from intranet.records.holds.operations import HoldTerms, end_hold, erase_ended, place_hold
from tests.attention.search.test_files import pdf
from tests.messaging.messages.helpers import channel_of, say
from tests.records.access_requests.conftest import told, work_off
from tests.records.access_requests.test_acceptance import exported, include_all

pytestmark = pytest.mark.both


@pytest.fixture
def hold(officer, cast):
    """Iria places holds of Monteclaro on people."""

    def make(person, *, is_confidential=False):
        terms = HoldTerms(
            title="Asunto",
            reason="Lo ordena el juzgado.",
            reference="",
            since=clock.today("Europe/Madrid") - timedelta(days=9),
            until=None,
            is_confidential=is_confidential,
            targets=((TargetKind.PERSON, person.id, ""),),
        )
        return place_hold(officer, cast.monteclaro, terms)

    return make


def deleted(person, channel, words, **more):
    """Say something, edit it, and delete it."""
    message = say(person, channel, words, **more)
    edit_message(person, message, f"{words} Corregido.", body_rev=message.body_rev)
    delete_message(person, message)
    work_off()
    db.session.rollback()


def test_what_was_deleted_under_a_hold_is_found_read_and_goes_out(asked, hold, officer, cast):
    placed = hold(cast.ana)
    file = store_upload(cast.ana, io.BytesIO(pdf("Vado catorce")), "vado.pdf")
    deleted(cast.ana, channel_of(cast.licences), "La caléndula primera.", file_ids=[file.id])
    deleted(cast.uxia, channel_of(cast.licences), "Otra caléndula, que nadie retiene.")

    assert search(officer, asked, "calendula").added == 2
    kept, on_it = findings_of(asked)
    assert (kept.kind, on_it.kind) == (FoundKind.HELD, FoundKind.FILE)
    thing = open_finding(officer, kept)
    assert [text.text for text in thing.sections[0].texts] == [
        "La caléndula primera. Corregido.",
        "La caléndula primera.",
    ]
    assert thing.sections[0].author.text == cast.ana.name
    include_all(officer, asked)
    with exported(officer, asked) as package:
        assert "caléndula primera" in package.read("items/0001.html").decode()

    end_hold(officer, placed, "Archivado.")
    with clock.freeze(clock.now() + timedelta(days=8)):
        erase_ended()
        db.session.expire_all()
        assert open_finding(officer, findings_of(asked)[0]).is_gone
        assert dict(faults_of(Outgoing.of(asked)))["1"]


def test_deleted_direct_messages_wait_for_the_second_person(asked, hold, officer, cast):
    hold(cast.ana)
    deleted(cast.ana, start_direct_message(cast.ana, [cast.carles]), "Un secreto de azafrán.")
    assert search(officer, asked, "azafrán").added == 0
    asked.private_until = clock.now() + timedelta(days=1)
    db.session.commit()
    assert search(officer, asked, "azafrán").added == 1


def test_an_officer_whom_a_hold_names_does_not_read_what_it_keeps(asked, hold, officer, cast):
    hold(cast.ana)
    deleted(cast.ana, channel_of(cast.licences), "La caléndula primera.")
    give_role(None, cast.monteclaro, cast.head_of_licences_post, AgencyRole.RECORDS)
    take_request(cast.ana, asked)
    assert search(cast.ana, asked, "caléndula").added == 0
    take_request(officer, asked)
    assert search(officer, asked, "caléndula").added == 1


def test_who_an_erased_person_was_is_in_no_request(asked, hold, officer, cast):
    hold(cast.carles)
    with unit_of_work():
        offer([cast.carles])
    asked.private_until = clock.now() + timedelta(days=1)
    db.session.commit()
    assert search(officer, asked, cast.carles.name, kind=FoundKind.HELD).added == 0


def test_own_data_say_nothing_of_a_confidential_hold(hold, officer, cast):
    own = open_request(
        officer,
        cast.monteclaro,
        kind=AccessKind.OWN,
        asker=cast.ana.name,
        subject=cast.ana,
        matter="Datos propios",
        due_on=clock.today("Europe/Madrid") + timedelta(days=20),
        language="es",
    )
    hold(cast.ana, is_confidential=True)
    deleted(cast.ana, channel_of(cast.licences), "La caléndula primera.")
    assert search(officer, own, "caléndula").added == 0
    hold(cast.ana)
    deleted(cast.ana, channel_of(cast.licences), "La caléndula segunda.")
    assert search(officer, own, "caléndula").added == 1


def test_other_words_of_a_kept_item_are_still_decided_one_by_one(asked, hold, officer, cast):
    hold(cast.ana)
    deleted(cast.ana, channel_of(cast.licences), "La caléndula primera.")
    search(officer, asked, "caléndula", kind=FoundKind.HELD)
    [kept] = findings_of(asked)
    thing = open_finding(officer, kept)
    decide(officer, kept, AccessDecision.LEFT_OUT, "No es de interés.", thing.digest)
    assert search(officer, asked, "caléndula").added == 0
    assert search(officer, asked, "caléndula", kind=FoundKind.DAY).added == 0


def test_whom_a_confidential_hold_names_is_told_once_it_has_ended(asked, hold, officer, cast):
    placed = hold(cast.ana, is_confidential=True)
    for person in (cast.ana, cast.uxia):
        say(person, channel_of(cast.licences), "La caléndula de hoy.")
    work_off()
    db.session.rollback()
    search(officer, asked, "caléndula")
    open_finding(officer, findings_of(asked)[0])
    tell_readers(asked, clock.now())
    assert told(asked) == [cast.uxia.id]
    with clock.freeze(clock.now() + timedelta(days=40)):
        tell_due()
        assert told(asked) == [cast.uxia.id]
        end_hold(officer, placed, "Archivado.")
    with clock.freeze(clock.now() + timedelta(days=50)):
        tell_due()
        assert set(told(asked)) == {cast.uxia.id, cast.ana.id}
