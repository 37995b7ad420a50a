"""Private content that a hold keeps, read once a second person agreed, and who knows of holds."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.conversations.operations import start_direct_message
from intranet.messaging.messages.operations import delete_message
from intranet.organisation.agencies.operations.administrations import give_role
from intranet.organisation.agencies.roles import AgencyRole
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import clock
from intranet.platform.core.keeping import offer
from intranet.platform.core.step_up import ConfirmationNeeded, confirmed_since
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.models import PublicationVersion
from intranet.records.holds.models import HoldReading, LegalHold
from intranet.records.holds.privacy import answer, ask_to_read, waiting_for
from tests.messaging.messages.helpers import channel_of, read_english, say
from tests.publishing.publications.helpers import published
from tests.records.holds.test_acceptance import HOLDS, place
from tests.records.own_data.helpers import leave

pytestmark = pytest.mark.both
OPEN, PRIVATE = "Dicho en el canal.", "Dicho entre dos."
WORD = {"since": "2020-01-01", "title": "T", "reason": "R", "do": "check"}


@pytest.fixture
def offices(app, cast, client_of):
    """Browsers: Xoel keeps records, Nadia audits, Uxía keeps records too, Dorleta administers."""
    with app.app_context():
        give_role(None, cast.monteclaro, cast.architect_post, AgencyRole.RECORDS)
        give_role(None, cast.monteclaro, cast.head_of_procurement_post, AgencyRole.AUDITOR)
    for person in (cast.xoel, cast.nadia, cast.dorleta):
        read_english(app, person)
    return {name: client_of(getattr(cast, name)) for name in ("xoel", "nadia", "dorleta")}


@pytest.fixture
def hold_id(app, cast, offices):
    """A confidential hold on Carles, who then deletes a message in a channel and one to Ana."""
    placed = place(offices["xoel"], cast, is_confidential="1")
    with app.app_context():
        talk = start_direct_message(cast.carles, [cast.ana])
        for there, words in ((channel_of(cast.urban_planning), OPEN), (talk, PRIVATE)):
            delete_message(cast.carles, say(cast.carles, there, words))
    return placed


def test_direct_messages_wait_for_a_second_person(app, offices, hold_id, client_of, cast):
    xoel, nadia = offices["xoel"], offices["nadia"]
    kept = f"{HOLDS}/{hold_id}/kept"
    page = xoel.get(kept).text
    assert OPEN in page
    assert PRIVATE not in page
    assert "fewer than 10" in page
    assert PRIVATE not in xoel.get(f"{kept}?q=dos").text

    asked = xoel.submit(f"{HOLDS}/{hold_id}/private", {"private_reason": "Lo pide el juez."})
    assert asked.status_code == 303
    with app.app_context():
        reading = db.session.scalars(select(HoldReading)).one()
    agreeing = f"{HOLDS}/{hold_id}/private/{reading.id}"
    assert xoel.submit(agreeing, {"do": "agree"}).status_code == 404
    assert offices["dorleta"].submit(agreeing, {"do": "agree"}).status_code == 404
    assert "Lo pide el juez." in nadia.get(f"{HOLDS}/{hold_id}").text
    nadia.submit(agreeing, {"do": "agree"})
    assert PRIVATE in xoel.get(kept).text
    assert PRIVATE not in nadia.get(kept).text

    with clock.freeze(clock.now() + timedelta(days=31)):
        again = client_of(cast.xoel).get(kept).text
    assert PRIVATE not in again
    assert "has lapsed" in again


def test_a_reason_that_is_replaced_or_has_lapsed_is_agreed_to_no_more(app, offices, hold_id, cast):
    asked, readings = f"{HOLDS}/{hold_id}/private", []
    for reason in ("Curiosidad.", "Lo pide el juez."):
        assert offices["xoel"].submit(asked, {"private_reason": reason}).status_code == 303
        with app.app_context():
            readings.append(db.session.scalars(select(HoldReading)).one().id)
    with app.app_context(), clock.freeze(clock.now() + timedelta(days=31)):
        hold = db.session.get_one(LegalHold, UUID(hold_id))
        assert waiting_for(cast.nadia, hold) == []
    agreeing = f"{asked}/{readings[0]}"
    assert offices["nadia"].submit(agreeing, {"do": "agree"}).status_code == 404
    page = offices["nadia"].get(f"{HOLDS}/{hold_id}").text
    assert "Lo pide el juez." in page
    assert "Curiosidad." not in page


def test_asking_and_agreeing_need_a_fresh_confirmation(app, cast, offices, hold_id):
    with app.test_request_context(), clock.freeze(clock.now()):
        hold = db.session.get_one(LegalHold, UUID(hold_id))
        with pytest.raises(ConfirmationNeeded):
            ask_to_read(cast.xoel, hold, "Lo pide el juez.")
        confirmed_since(clock.now())
        reading_id = ask_to_read(cast.xoel, hold, "Lo pide el juez.").id
        confirmed_since(None)
        with pytest.raises(ConfirmationNeeded):
            answer(cast.nadia, hold, reading_id, agrees=True)
        answer(cast.nadia, hold, reading_id, agrees=False)


def test_a_refusal_leaves_them_closed(app, offices, hold_id):
    offices["xoel"].submit(f"{HOLDS}/{hold_id}/private", {"private_reason": "Curiosidad."})
    with app.app_context():
        reading = db.session.scalars(select(HoldReading)).one()
    offices["nadia"].submit(f"{HOLDS}/{hold_id}/private/{reading.id}", {"do": "refuse"})
    page = offices["xoel"].get(f"{HOLDS}/{hold_id}/kept").text
    assert PRIVATE not in page
    assert "refused on" in page


def test_who_asked_without_a_name_is_shown_to_nobody(app, cast, offices):
    hold_id = place(offices["xoel"], cast, is_confidential="1")
    with app.app_context(), unit_of_work() as work:
        question = published(cast.carles, "Pregunta", "Asunto delicado.")
        question.published_by_id = None
        work.flush()
        versions = select(PublicationVersion).where(
            PublicationVersion.publication_id == question.id
        )
        offer(db.session.scalars(versions).all(), cast.carles.id)
    kept = f"{HOLDS}/{hold_id}/kept"
    assert "Asunto delicado." not in offices["xoel"].get(kept).text
    with app.app_context(), unit_of_work() as work:
        reading = HoldReading(hold_id=UUID(hold_id), reader_id=cast.xoel.id, reason="R")
        reading.answered_by_id, reading.answered_at = cast.nadia.id, clock.now()
        reading.until = clock.now() + timedelta(days=1)
        work.add(reading)
    results = offices["xoel"].get(kept).text.partition('id="results"')[2]
    assert "Asunto delicado." in results
    assert cast.carles.name not in results


def test_the_log_shows_acts_on_holds_only_to_who_may_know(offices, hold_id):
    log = "/admin/L01990012/audit?act=all"
    assert "placed a legal hold" in offices["nadia"].get(log).text
    page = offices["dorleta"].get(log).text
    assert "legal hold" not in page.partition('id="results"')[2]
    assert "Legal hold placed" not in page
    export = offices["dorleta"].submit("/admin/L01990012/audit/export?act=all", {"format": "json"})
    assert "hold.place" not in export.text


def test_whom_a_confidential_hold_names_reads_no_count_of_others(offices, cast):
    form = {**WORD, "target": f"person:{cast.nadia.id}", "word": "alcornoque"}
    log = "/admin/L01990012/audit?act=hold.count"
    offices["xoel"].submit(f"{HOLDS}/new", form)
    counted = "counted what a legal hold"
    assert counted in offices["nadia"].get(log).text
    offices["xoel"].submit(f"{HOLDS}/new", {**form, "do": "place", "is_confidential": "1"})
    assert counted not in offices["nadia"].get(log).text


def test_counting_is_logged_and_limited(app, cast, offices):
    form = {**WORD, "word": "alcornoque"}
    page = offices["xoel"].submit(f"{HOLDS}/new", form)
    assert "fewer than 10" in page.text
    for _again in range(19):
        offices["xoel"].submit(f"{HOLDS}/new", form)
    assert "counted often" in offices["xoel"].submit(f"{HOLDS}/new", form).text
    with app.app_context():
        lines = db.session.scalars(select(AuditLine).where(AuditLine.act == "hold.count")).all()
        assert [line.detail["words"] for line in lines] == ["alcornoque"] * 20
    placing = {**form, "do": "place"}
    for _again in range(10):
        assert offices["xoel"].submit(f"{HOLDS}/new", placing).status_code == 303
    assert "counted often" in offices["xoel"].submit(f"{HOLDS}/new", placing).text
    with app.app_context():
        lines = db.session.scalars(select(AuditLine).where(AuditLine.act == "hold.place")).all()
        assert [line.detail["words"] for line in lines] == ["alcornoque"] * 10


def test_the_reach_of_a_hold_is_told_in_steps_on_a_press_that_is_logged(app, offices, hold_id):
    page = f"{HOLDS}/{hold_id}"
    for words in ("fewer than 10", "or more"):
        assert words not in offices["nadia"].get(page).text
    counted = main_of(offices["nadia"].submit(f"{page}/count").text)
    assert counted.count("fewer than 10") == 5
    assert offices["dorleta"].submit(f"{page}/count").status_code == 404
    with app.app_context():
        (line,) = db.session.scalars(select(AuditLine).where(AuditLine.act == "hold.count"))
        assert str(line.subject_id) == hold_id


def test_private_items_are_counted_in_steps_even_without_any(offices, cast):
    placed = place(offices["xoel"], cast)
    assert "fewer than 10" in offices["xoel"].get(f"{HOLDS}/{placed}/kept").text


@pytest.mark.parametrize("word", ["a b c", "al", "_ _ _"])
def test_a_word_has_to_be_whole(offices, word):
    page = offices["xoel"].submit(f"{HOLDS}/new", {**WORD, "word": word})
    assert "at least 3 letters" in page.text


def test_administrators_read_the_same_of_an_erasure_with_a_hold_as_without(app, cast, offices):
    with app.app_context():
        leave(cast.carles)
    page = f"/admin/L01990012/erasures/{cast.carles.id}"
    before = main_of(offices["dorleta"].get(page).text)
    assert "Ask to erase this person" in before
    place(offices["xoel"], cast, is_confidential="1")
    assert main_of(offices["dorleta"].get(page).text) == before


def main_of(page):
    """The page without what is drawn at random for each answer."""
    return re.sub(r'value="[^"]{30,}"', "", page.partition("<main")[2])
