"""Who asks without their name: no door tells readers, and moderators look it up on the record."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import select

from intranet.attention.notifications.mail_texts import letter
from intranet.attention.notifications.models import Notification
from intranet.collaboration.questions.models import Addressee, Question
from intranet.collaboration.questions.operations.asking import QuestionAddressee
from intranet.collaboration.questions.operations.routing import REVEALING_NOTHING
from intranet.extensions import db
from intranet.finding.counterparts.reasons import from_data
from intranet.platform.audit.models import AuditLine
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.outbox import run_due
from intranet.publishing.publications.follows import FollowKind
from intranet.publishing.publications.operations.following import follow
from tests.collaboration.questions.helpers import FUNCTION, answer, asked, expert, routed, town

WORDS = ("Xoel", "Pardo", "Arquitecto", "Monteclaro", "Urbanismo")
TITLE = "Zarzaparrilla urbanística?"


@pytest.fixture
def hidden(app, cast):
    """The id of a question of Xoel's, who hides; somebody is asked to answer it."""
    with app.app_context():
        expert(town("Foz", "L01990501", "ES-GA-27"), "Iago Otero", function=FUNCTION)
        to = QuestionAddressee(Addressee.FUNCTION, FUNCTION)
        question = asked(cast.xoel, TITLE, "Pasounos onte.", to=to, is_named=False)
        answer(cast.elna, question, "Si.")
        return str(question.publication_id)


def leaks(text):
    """Words of who asks, but for the choice of every administration above a list."""
    text = re.sub(r"<select.*?</select>", "", text, flags=re.DOTALL)
    return [word for word in WORDS if word.lower() in text.lower()]


@pytest.mark.slow
@pytest.mark.both
def test_no_page_no_list_and_no_call_tells_a_reader(app, cast, client_of, hidden):
    reader = client_of(cast.elna)
    with app.app_context():
        follow(cast.elna, FollowKind.PUBLICATION, hidden)
    doors = (
        f"/questions/{hidden}",
        "/questions",
        "/questions?view=answered",
        f"/p/{hidden}/versions",
        f"/p/{hidden}/versions/1",
        f"/api/v1/publications/{hidden}",
        "/search?q=zarzaparrilla",
        "/api/v1/search?q=zarzaparrilla",
        "/publications?view=following",
        "/follows",
        "/publications/nearest?kind=question&q=zarzaparrilla",
        "/messages",
        "/notifications",
    )
    for door in doors:
        found = reader.get(door)
        assert found.status_code == 200, door
        assert leaks(found.text) == [], door


@pytest.mark.slow
@pytest.mark.both
def test_nobody_finds_it_by_who_or_where(app, cast, client_of, hidden):
    reader, colleague = client_of(cast.elna), client_of(cast.ana)
    code, xoel, unit = cast.monteclaro.code, cast.xoel.id, cast.urban_planning.id
    for door in (
        f"/questions?agency={code}",
        f"/api/v1/publications?by={xoel}",
        f"/publications?unit={unit}",
        "/search?q=from:Xoel+zarzaparrilla",
        "/search?q=de:Xoel",
    ):
        for client in (reader, colleague):
            assert hidden not in client.get(door).text, door


@pytest.mark.both
def test_who_is_asked_to_answer_is_told_nothing_of_who_asks(app, cast, hidden):
    with app.app_context():
        question = db.session.scalars(select(Question)).one()
        route = routed(question)[0]
        assert {one.why for one in from_data(route.reasons)} <= REVEALING_NOTHING
        run_due()
        told = db.session.scalars(
            select(Notification).where(Notification.person_id == route.person_id)
        ).one()
        account = cast.account_of(told.person)
        mail = letter(told, account)
        assert leaks(f"{mail.subject} {mail.text}") == []


@pytest.mark.slow
def test_who_asked_cannot_give_themselves_away_in_the_discussion(app, cast, client_of, hidden):
    with app.app_context():
        question = db.session.scalars(select(Question)).one()
        conversation_id = question.publication.conversation_id
        with pytest.raises(Forbidden):
            answer(cast.xoel, question, "Son eu.")
    asker = client_of(cast.xoel)
    message = {"body": "Son eu.", "client_id": str(uuid4())}
    assert asker.submit(f"/c/{conversation_id}/messages", message).status_code == 403
    page = asker.get(f"/questions/{hidden}?lang=en").text
    assert "Readers cannot see who asked the question" in page
    writing = f"/c/{conversation_id}/messages"
    assert f'action="{writing}"' not in page
    assert f'action="{writing}"' in client_of(cast.elna).get(f"/questions/{hidden}").text


@pytest.mark.slow
def test_who_leads_the_place_looks_it_up_and_that_is_written_down(app, cast, client_of, hidden):
    head = client_of(cast.carles)
    page = head.get(f"/questions/{hidden}?lang=en").text
    assert "See who asked" in page
    assert "Xoel" not in page
    shown = head.submit(f"/questions/{hidden}/asker")
    assert "Xoel Pardo" in shown.text
    with app.app_context():
        line = db.session.scalars(select(AuditLine).where(AuditLine.act == "question.unveil")).one()
        assert line.actor_id == cast.carles.id
    for stranger in (cast.elna, cast.nadia):
        assert client_of(stranger).submit(f"/questions/{hidden}/asker").status_code == 403


@pytest.mark.slow
def test_the_asker_still_adds_to_it_and_stays_hidden(app, cast, client_of, hidden):
    asker, reader = client_of(cast.xoel), client_of(cast.elna)
    form = {"title": TITLE, "body": "E hoxe.", "language": "gl", "note": "Máis datos."}
    with app.app_context():
        edition = db.session.scalars(select(Question)).one().publication.edition
    done = asker.submit(f"/questions/{hidden}/edit", {**form, "edition": edition})
    assert done.status_code == 303, done.text
    for door in (f"/questions/{hidden}", f"/p/{hidden}/versions", f"/p/{hidden}/versions/2"):
        assert leaks(reader.get(door).text) == [], door
    assert client_of(cast.elna).get(f"/questions/{hidden}/edit").status_code == 403
