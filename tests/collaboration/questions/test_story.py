"""A question to secretaries in two provinces, from asking to a criterion that is outdated."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.attention.notifications.models import Notification
from intranet.collaboration.questions.models import Answer, Criterion, Question
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.outbox import run_due
from tests.collaboration.questions.helpers import (
    FUNCTION,
    expert,
    place_fields,
    routed,
    send_question,
    town,
)
from tests.messaging.messages.helpers import read_english

ASKED = {
    "title": "Pódese prorrogar un contrato menor de obras?",
    "body": "O contratista pide seis meses máis.",
    "language": "gl",
    "addressee": "function",
    "function": FUNCTION,
    "territories": ["ES-GA-36", "ES-GA-27"],
    "visibility": "network",
}


@pytest.fixture
def secretaries(app):
    """Two who take questions, in two provinces, and one in a third."""
    with app.app_context():
        found = {
            name: expert(town(village, code, territory), name, function=FUNCTION)
            for name, village, code, territory in (
                ("Sabela Rial", "Marín", "L01990101", "ES-GA-36"),
                ("Iago Otero", "Foz", "L01990102", "ES-GA-27"),
                ("Noa Paz", "Teo", "L01990103", "ES-GA-15"),
            )
        }
        return {name: person.id for name, person in found.items()}


@pytest.mark.both
def test_a_question_becomes_a_criterion_that_is_found_in_another_language_and_outdated_later(
    app, cast, client_of, secretaries
):
    bieito, elna = client_of(cast.bieito), client_of(cast.elna)
    with app.app_context():
        sabela = db.session.get_one(Person, secretaries["Sabela Rial"])
        db.session.expunge(sabela)
    clerk = client_of(sabela)

    places = place_fields(bieito.get("/questions/new").text)
    asked = send_question(bieito, {**ASKED, **places})
    assert asked.status_code == 303, asked.text
    address = asked.location
    with app.app_context():
        question = db.session.scalars(select(Question)).one()
        asked_of = {secretaries["Sabela Rial"], secretaries["Iago Otero"]}
        assert {row.person_id for row in routed(question)} == asked_of
        conversation_id = question.publication.conversation_id
        run_due()
        told = select(Notification.person_id).where(Notification.why == "asked")
        assert set(db.session.scalars(told)) == asked_of

    page = clerk.get(address).text
    assert "Not me" in page or "Eu non" in page or "responder" in page.lower()
    assert address in clerk.get("/questions?view=asked").text
    assert address in clerk.get("/").text.split('id="due"')[1].split("</section>")[0]
    sent = clerk.submit(
        f"/c/{conversation_id}/messages",
        {
            "body": "Non: o artigo 29.8 da LCSP limita a duración a un ano.",
            "client_id": "0192b5c8-0000-7000-8000-0000000000aa",
        },
    )
    assert sent.status_code in {201, 303}
    with app.app_context():
        answer = db.session.scalars(select(Answer)).one()
        message_id = answer.message_id
    assert "This answer helped" in bieito.get(f"{address}?lang=en").text

    done = bieito.submit(f"{address}/accepted", {"message_id": str(message_id)})
    assert done.status_code == 303
    confirming = bieito.get(f"{address}/criterion").text
    assert "artigo 29.8" in confirming
    confirmed = bieito.submit(
        f"{address}/criterion",
        {
            "title_gl": "Os contratos menores non se prorrogan",
            "body_gl": "A súa duración non pasa dun ano.",
            "title_eu": "Kontratu txikiak ez dira luzatzen",
            "law": "art. 29.8 LCSP",
            "valid_until": "",
            "review_on": "",
        },
    )
    assert confirmed.status_code == 303, confirmed.text
    criterion = confirmed.location
    with app.app_context():
        assert db.session.scalars(select(Criterion)).one().law == "art. 29.8 LCSP"

    read_english(app, cast.elna)
    for words in ("Kontratu luzatzen", "Council secretary", "contratos prorrogan"):
        found = elna.get("/search", query_string={"q": words}).text
        assert criterion.rsplit("/", 1)[-1] in found, words
    shown = elna.get(criterion).text
    assert "It does not replace a formal report" in shown
    assert "art. 29.8 LCSP" in shown
    assert criterion in elna.get("/criteria?q=prorrogan").text

    with clock.freeze(clock.now() + timedelta(days=365)):
        later, reader = client_of(cast.bieito), client_of(cast.elna)
        gone = later.submit(f"{criterion}/outdated", {"why": "Cambiou a lei."})
        assert gone.status_code == 303, gone.text
        shown = reader.get(criterion).text
        assert "Cambiou a lei." in shown
        for there in (criterion, "/criteria", address, "/search?q=contratos+prorrogan"):
            assert "Outdated" in reader.get(there).text
