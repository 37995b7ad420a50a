"""Case files: chosen messages as a document, for who reads them, and what it says and proves."""

import io
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.messaging.messages.operations import delete_message, edit_message
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid, NotFound
from intranet.publishing.case_files.content import MAX_MESSAGES
from intranet.publishing.case_files.models import CaseFile
from intranet.publishing.case_files.operations import forget_documents, make_case_file
from tests.messaging.messages.helpers import channel_of, read_english, say


@pytest.fixture
def talked(app, cast):
    """A channel in which something was said, changed and deleted; its id."""
    read_english(app, cast.ana)
    with app.app_context():
        channel = channel_of(cast.urban_planning)
        first = say(cast.ana, channel, "El plazo es de **diez** días.")
        edit_message(cast.ana, first, "El plazo es de **quince** días.", body_rev=first.body_rev)
        file = store_upload(cast.carles, io.BytesIO(b"uno,dos\n"), "plazos.csv")
        say(cast.carles, channel, "Va el cuadro.\n<b>Sin</b> etiquetas.", file_ids=[file.id])
        gone = say(cast.ana, channel, "Esto no debía estar.")
        delete_message(cast.ana, gone)
        say(cast.ana, channel, "Esto no se elige.")
        return channel.id, file.sha256


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def made_by(client, conversation_id, **sent):
    return client.submit(f"/c/{conversation_id}/case-file", sent)


def test_what_is_chosen_becomes_a_document_with_all_that_is_kept_of_it(cast, client_of, talked):
    conversation_id, file_digest = talked
    client = client_of(cast.ana)
    page = client.get(f"/c/{conversation_id}/case-file?from=1&to=3").text
    assert page.count('name="seq"') == 3

    made = made_by(client, conversation_id, seq=["1", "2", "3"])
    assert made.status_code == 303
    document = client.get(f"{made.headers['Location']}/case-file.pdf")
    text = re.sub(r"\s+", " ", text_of(document.data))

    assert document.mimetype == "application/pdf"
    for words in (
        "Ana Castro",
        "Administrativo/a · Licencias",
        "Version 1",
        "El plazo es de **diez** días.",
        "Version 2",
        "El plazo es de **quince** días.",
        "plazos.csv",
        "<b>Sin</b> etiquetas.",
        "This message has been deleted. Its text was not kept.",
        "This document is not an official notification or a signature",
        "Europe/Madrid",
    ):
        assert words in text, words
    assert file_digest in text.replace(" ", "")
    assert "no debía estar" not in text
    assert "no se elige" not in text


def test_a_range_is_taken_whole_and_five_hundred_at_most(app_context, cast, talked):
    conversation_id, _digest = talked
    from intranet.messaging.conversations.models import Conversation

    channel = db.session.get_one(Conversation, conversation_id)
    assert make_case_file(cast.ana, channel, [1, 2, 3, 4, 99], "es").seqs == [1, 2, 3, 4]
    for wrong in ([], [99], range(1, MAX_MESSAGES + 2)):
        with pytest.raises(Invalid):
            make_case_file(cast.ana, channel, wrong, "es")


@pytest.mark.slow
def test_it_is_made_by_who_reads_the_conversation_and_by_nobody_else(cast, client_of, talked):
    conversation_id, _digest = talked
    for stranger in (cast.nadia, cast.elna, cast.bieito):
        client = client_of(stranger)
        assert client.get(f"/c/{conversation_id}/case-file").status_code == 404
        assert made_by(client, conversation_id, seq="1").status_code == 404
    assert client_of(cast.ana).get(f"/c/{uuid4()}/case-file").status_code == 404


@pytest.mark.slow
@pytest.mark.both
def test_a_choice_that_cannot_be_is_refused_with_a_sentence(app, cast, client_of, talked):
    conversation_id, _digest = talked
    client = client_of(cast.ana)

    for sent in ({}, {"seq": "0"}, {"seq": "x"}, {"first": "5", "last": "1"}, {"seq": str(2**40)}):
        assert made_by(client, conversation_id, **sent).status_code == 422, sent
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(CaseFile)) == 0
    assert made_by(client, conversation_id, first="1", last="2").status_code == 303
    assert made_by(client, conversation_id, first="1", last="100000").status_code == 422


def test_a_copy_is_checked_by_whoever_holds_one_and_taken_by_who_made_it(
    app, cast, client_of, talked
):
    conversation_id, _digest = talked
    read_english(app, cast.elna)
    maker, other = client_of(cast.ana), client_of(cast.elna)
    address = made_by(maker, conversation_id, seq=["1", "2"]).headers["Location"]
    content = maker.get(f"{address}/case-file.pdf").data

    page = other.get(address).text
    assert "Urbanismo" not in page
    assert "Download" not in page
    assert other.get(f"{address}/case-file.pdf").status_code == 404
    assert client_of(cast.carles).get(f"{address}/case-file.pdf").status_code == 404
    same = other.submit(address, {"file": (io.BytesIO(content), "a.pdf")})
    assert "The document is authentic." in same.text
    changed = other.submit(address, {"file": (io.BytesIO(content + b" "), "a.pdf")})
    assert "The document does not match the original." in changed.text
    assert other.get("/case-files/AAAA-AAAA-AAAA").status_code == 404
    assert "/signin" in app.test_client().get(address).headers["Location"]


def test_it_says_whether_the_messages_still_stand_as_they_did(app, cast, client_of, talked):
    conversation_id, _digest = talked
    client = client_of(cast.ana)
    address = made_by(client, conversation_id, seq="1").headers["Location"]
    assert "have not changed since" in client.get(address).text

    with app.app_context():
        from intranet.messaging.messages.models import Message

        asked = select(Message).where(Message.conversation_id == conversation_id, Message.seq == 1)
        message = db.session.scalars(asked).one()
        edit_message(cast.ana, message, "Otro plazo.", body_rev=message.body_rev)

    assert "been edited or deleted since" in client.get(address).text


def test_that_it_was_made_stands_in_the_audit_log(app_context, cast, talked):
    conversation_id, _digest = talked
    from intranet.messaging.conversations.models import Conversation

    made = make_case_file(cast.ana, db.session.get_one(Conversation, conversation_id), [1], "es")

    line = db.session.scalars(select(AuditLine).where(AuditLine.act == "case_file.make")).one()
    assert line.agency_id == cast.monteclaro.id
    assert line.subject_id == conversation_id
    assert line.detail == {"code": made.code, "messages": 1}


@pytest.mark.both
def test_the_document_goes_after_a_month_and_its_digest_stays(app_context, cast, talked):
    conversation_id, _digest = talked
    from intranet.messaging.conversations.models import Conversation

    made = make_case_file(cast.ana, db.session.get_one(Conversation, conversation_id), [1], "es")
    code, digest = made.code, made.sha256
    forget_documents(clock.now() + timedelta(days=29))
    assert db.session.get_one(CaseFile, code).file_id
    forget_documents(clock.now() + timedelta(days=31))

    assert db.session.get_one(CaseFile, code).file_id is None
    assert db.session.get_one(CaseFile, code).sha256 == digest


def test_who_no_longer_reads_it_makes_none(app_context, cast):
    channel = channel_of(cast.urban_planning)
    say(cast.ana, channel)

    with pytest.raises(NotFound):
        make_case_file(cast.eloi, channel, [1], "es")


@pytest.mark.slow
def test_a_long_one_asks_as_many_questions_as_a_short_one(app_context, cast, count_queries):
    channel = channel_of(cast.urban_planning)
    for number in range(8):
        say(cast.ana, channel, f"Mensaje {number}")
    with count_queries() as few:
        make_case_file(cast.ana, channel, range(1, 4), "es")
    with count_queries() as many:
        make_case_file(cast.ana, channel, range(1, 9), "es")

    assert len(many) == len(few)
