"""Pages of questions and criteria: who reads them, what is pointed out, what they cost."""

import io
import re

import pytest
from sqlalchemy import select

from intranet.collaboration.questions.models import Question
from intranet.collaboration.questions.operations.confirming import Validity, confirm_answer
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.publishing.publications.operations.drafting import Written
from tests.collaboration.questions.helpers import answer, asked, first_in, place_fields, solved
from tests.messaging.messages.helpers import read_english

ASKED = {"title": "Pódese?", "body": "", "language": "gl", "visibility": "network"}


def place_of(client):
    return place_fields(client.get("/questions/new").text)


def count(app):
    with app.app_context():
        return len(db.session.scalars(select(Question)).all())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("O DNI é 12345678Z.", "12345678Z"),
        ("NIE X1234567L", "X1234567L"),
        ("ES91 2100 0418 4502 0005 1332", "ES91 2100 0418 4502 0005 1332"),
        ("Chame ao 612 345 678.", "612 345 678"),
        ("Escriba a ana@example.org", "ana@example.org"),
    ],
)
def test_private_data_is_pointed_out_before_anything_is_published(app, cast, client_of, said, what):
    read_english(app, cast.bieito)
    bieito = client_of(cast.bieito)
    form = {**ASKED, **place_of(bieito), "body": said}
    warned = bieito.submit("/questions", form)
    assert warned.status_code == 200
    assert f"<mark>{what}</mark>" in warned.text
    assert warned.text.index("I have removed the data") < warned.text.index('name="anyway"')
    assert count(app) == 0
    named = first_in(r'name="asked"\s+value="([^"]+)"', warned.text)
    sent = bieito.submit("/questions", {**form, "anyway": "1", "asked": named})
    assert sent.status_code == 303
    assert count(app) == 1


@pytest.mark.slow
def test_who_may_not_read_it_finds_nothing_there(app, cast, client_of):
    with app.app_context():
        question = asked(cast.bieito, visibility=Visibility.AGENCY)
        answer(cast.bieito, question)
        within = question.publication_id
    stranger, asker = client_of(cast.elna), client_of(cast.bieito)
    for way in ("", "/edit", "/join", "/criterion"):
        assert stranger.get(f"/questions/{within}{way}").status_code == 404
    for way in ("accepted", "pass", "join", "edit", "withdrawal", "asker", "criterion"):
        assert stranger.submit(f"/questions/{within}/{way}", {"why": "x"}).status_code == 404
    assert str(within) not in stranger.get("/questions").text
    assert str(within) in asker.get("/questions").text


@pytest.mark.slow
def test_a_withdrawn_question_is_there_for_who_wrote_it_alone(app, cast, client_of):
    with app.app_context():
        gone = asked(cast.bieito, "Zarzaparrilla?").publication_id
    reader, asker = client_of(cast.elna), client_of(cast.bieito)
    address = f"/questions/{gone}/withdrawal"
    assert reader.submit(address, {"why": "Repetida."}).status_code == 403
    assert asker.submit(address, {"why": ""}).status_code == 422
    done = asker.submit(address, {"why": "Repetida."})
    assert (done.status_code, done.location) == (303, f"/questions/{gone}")
    for way in ("", "/join"):
        assert reader.get(f"/questions/{gone}{way}").status_code == 404
    assert "Zarzaparrilla" not in reader.get("/questions").text
    assert "Repetida." in asker.get(f"/questions/{gone}").text


@pytest.mark.slow
def test_a_refused_question_keeps_what_was_written(app, cast, client_of):
    bieito = client_of(cast.bieito)
    form = {**ASKED, **place_of(bieito), "title": "", "body": "Texto longo"}
    refused = bieito.submit("/questions", {**form, "file": (io.BytesIO(b"texto"), "prego.txt")})
    assert refused.status_code == 422
    assert "Texto longo" in refused.text
    kept = first_in(r'name="file_ids" value="([^"]+)"', refused.text)
    assert kept in bieito.submit("/questions", {**form, "file_ids": kept}).text
    assert bieito.submit("/questions", {**form, "visibility": "public"}).status_code == 422
    assert bieito.submit("/questions", {**form, "addressee": "moon"}).status_code == 422
    assert count(app) == 0


@pytest.mark.slow
def test_a_refused_correction_and_a_refused_criterion_keep_what_was_written(app, cast, client_of):
    with app.app_context():
        question = asked(cast.bieito)
        solved(cast.bieito, question, answer(cast.elna, question))
        asking = f"/questions/{question.publication_id}"
    bieito, elna = client_of(cast.bieito), client_of(cast.elna)
    form = {"title_gl": "Criterio", "body_gl": "Texto longo", "valid_until": "onte"}
    old = {"title": "Outra", "body": "Texto longo", "language": "gl", "note": "x", "edition": "0"}
    confirm = f"{asking}/criterion"
    for address, sent, status in ((f"{asking}/edit", old, 409), (confirm, form, 422)):
        refused = bieito.submit(address, sent)
        assert refused.status_code == status
        assert "Texto longo" in refused.text
    assert elna.submit(confirm, {**form, "valid_until": ""}).status_code == 403
    criterion = bieito.submit(confirm, {**form, "valid_until": ""}).location
    for address in (f"{criterion}/edit", f"{criterion}/renewal"):
        refused = bieito.submit(address, form)
        assert refused.status_code == 422
        assert "Texto longo" in refused.text


def test_html_in_a_question_is_shown_as_what_it_is(app, cast, client_of):
    with app.app_context():
        question = asked(cast.bieito, "<script>alert(1)</script>", "<img src=x onerror=alert(1)>")
        there = question.publication_id
    for address in (f"/questions/{there}", "/questions", f"/questions/{there}/join"):
        page = client_of(cast.bieito).get(address).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


@pytest.mark.slow
@pytest.mark.both
def test_lists_take_as_many_queries_for_one_as_for_many(app, cast, client_of, count_queries):
    def make(number):
        with app.app_context():
            for each in range(number):
                question = asked(cast.bieito, f"Pregunta {each}?")
                solved(cast.bieito, question, answer(cast.elna, question))
                confirm_answer(
                    cast.bieito, question, {"gl": Written("Criterio", "Así.")}, Validity()
                )

    make(1)
    reader = client_of(cast.elna)
    addresses = ("/questions", "/questions?view=answered", "/criteria", "/questions?q=pregunta")
    first = {}
    for address in addresses:
        reader.get(address)
        with count_queries() as counted:
            reader.get(address)
        first[address] = len(counted)
    make(8)
    for address in addresses:
        with count_queries() as counted:
            assert reader.get(address).status_code == 200
        assert len(counted) == first[address], address


@pytest.mark.slow
def test_a_page_takes_as_many_queries_for_one_answer_as_for_many(
    app, cast, client_of, count_queries
):
    with app.app_context():
        question = asked(cast.bieito)
        answer(cast.elna, question)
        there = f"/questions/{question.publication_id}"
    reader = client_of(cast.nadia)
    reader.get(there)
    with count_queries() as one:
        reader.get(there)
    with app.app_context():
        question = db.session.scalars(select(Question)).one()
        for person in (cast.ana, cast.carles, cast.xoel, cast.rosa, cast.uxia):
            answer(person, question)
    with count_queries() as many:
        reader.get(there)
    assert len(many) <= len(one) + 1


def test_a_criterion_says_how_to_cite_it(app, cast, client_of):
    with app.app_context():
        question = asked(cast.bieito)
        solved(cast.bieito, question, answer(cast.elna, question))
        texts = {"gl": Written("Non se prorroga", "Nunca.")}
        made = confirm_answer(cast.bieito, question, texts, Validity("art. 29.8 LCSP"))
        there = f"/criteria/{made.publication_id}"
    read_english(app, cast.elna)
    page = client_of(cast.elna).get(there).text
    assert "Concello de Vilaverde" in page
    assert re.search(r"«Non se prorroga», criterion dated .*, version 1\.", page)
    assert there in page.split("<copy-text")[1]
    assert "It does not replace a formal report" in page
    assert client_of(cast.bieito).submit(f"{there}/withdrawal", {"why": "x"}).location == there
