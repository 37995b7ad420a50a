"""The pages: what each shows and to whom, in few questions, and what is said of bad input."""

import pytest
from sqlalchemy import select

from intranet.attention.moderation.models import Case, Outcome
from intranet.attention.moderation.operations.ruling import write_rules
from intranet.extensions import db
from intranet.messaging.conversations.operations import start_direct_message
from intranet.messaging.spaces.models import Visibility
from intranet.platform.audit.models import AuditLine
from tests.attention.moderation.helpers import BAD, decided, reported, said
from tests.messaging.messages.helpers import channel_of, read_english, say, space_of
from tests.publishing.publications.articles import out
from tests.publishing.publications.helpers import published

HTML = "<script>alert(1)</script>"


def make(app, do):
    with app.app_context():
        row = do()
        return row.id


@pytest.fixture
def english(app, cast):
    for name in ("ana", "carles", "xoel", "dorleta", "rosa", "uxia", "iria"):
        read_english(app, getattr(cast, name))


def test_who_decides_need_not_mute_anybody(app, cast, client_of):
    message_id = make(app, lambda: said(cast.xoel, cast.urban_planning))
    sent = {"reason": "insult"}
    assert client_of(cast.ana).submit(f"/moderation/report/message/{message_id}", sent)
    with app.app_context():
        case_id = db.session.scalars(select(Case.id)).one()

    sent |= {"outcome": "warned", "words": "Con respeto.", "mute_days": ""}
    decided_on = client_of(cast.carles).submit(f"/moderation/cases/{case_id}/decision", sent)

    assert decided_on.status_code == 303


@pytest.mark.slow
@pytest.mark.both
@pytest.mark.usefixtures("english")
def test_from_the_menu_of_a_message_to_the_decision(app, cast, client_of):
    message_id = make(app, lambda: said(cast.xoel, cast.urban_planning))
    form = f"/moderation/report/message/{message_id}"
    ana, carles, xoel = client_of(cast.ana), client_of(cast.carles), client_of(cast.xoel)
    assert "castaño" in ana.get(form).text

    assert ana.submit(form, {"reason": "insult", "words": HTML}).status_code == 303
    assert ana.submit(form, {"reason": "insult"}).status_code == 409
    page = carles.get("/moderation").text
    assert "Xoel Pardo" in page
    assert "1 report" in page
    with app.app_context():
        case_id = db.session.scalars(select(Case.id)).one()
    address = f"/moderation/cases/{case_id}"
    page = carles.get(address).text
    assert "&lt;script&gt;" in page
    assert HTML not in page
    assert "Ana Castro" not in page.split('id="main"')[1]
    sent = {"outcome": "hidden", "reason": "insult", "words": f"No. {HTML}", "mute_days": "3"}
    assert carles.submit(f"{address}/decision", {**sent, "mute_days": "-1"}).status_code == 422
    assert carles.submit(f"{address}/decision", {**sent, "outcome": "x"}).status_code == 422
    assert carles.submit(f"{address}/decision", {**sent, "words": ""}).status_code == 422
    assert carles.submit(f"{address}/decision", sent).status_code == 303
    assert carles.submit(f"{address}/decision", sent).status_code == 409

    with app.app_context():
        channel = channel_of(cast.urban_planning).id
    page = xoel.get(f"/c/{channel}").text
    assert "Hidden by moderators" in page
    assert "castaño" not in page
    assert "you can read here but not write" in page
    page = xoel.get(f"/moderation/mine/{case_id}").text
    assert "castaño" in page
    assert HTML not in page
    assert xoel.submit(f"/moderation/mine/{case_id}/appeal", {"words": "No."}).status_code == 303
    assert xoel.submit(f"/moderation/mine/{case_id}/appeal", {"words": "No."}).status_code == 409
    answer = {"verdict": "undone", "answer": "Vale."}
    assert carles.submit(f"{address}/appeal", answer).status_code == 403
    rosa = client_of(cast.rosa)
    assert "Appeals" in rosa.get("/moderation").text
    assert rosa.submit(f"{address}/appeal", answer).status_code == 303
    assert "castaño" in xoel.get(f"/c/{channel}").text


@pytest.mark.slow
def test_others_get_what_a_random_id_gets(app, cast, client_of):
    message_id = make(app, lambda: said(cast.xoel, cast.urban_planning))
    with app.app_context():
        case_id = reported(cast.uxia, db.session.get_one(type_of_message(), message_id)).id
    for person in (cast.elna, cast.bieito, cast.nadia):
        client = client_of(person)
        assert client.get(f"/moderation/report/message/{message_id}").status_code == 404
        assert client.get(f"/moderation/cases/{case_id}").status_code == 404
        assert client.get(f"/moderation/mine/{case_id}").status_code == 404
    xoel = client_of(cast.xoel)
    assert xoel.get(f"/moderation/cases/{case_id}").status_code == 404
    assert xoel.get(f"/moderation/mine/{case_id}").status_code == 404  # nothing is decided


def type_of_message():
    from intranet.messaging.messages.models import Message

    return Message


@pytest.mark.slow
@pytest.mark.both
@pytest.mark.usefixtures("english")
def test_a_look_at_a_talk_leaves_a_line_and_after_the_decision_there_is_nothing_to_see(
    app, cast, client_of
):
    with app.app_context():
        talk = start_direct_message(cast.xoel, [cast.ana])
        for number in range(6):
            say(cast.ana, talk, f"Privado {number}.")
        bad = say(cast.xoel, talk, BAD)
        for number in range(6, 10):
            say(cast.ana, talk, f"Privado {number}.")
        case_id = reported(cast.ana, bad).id
    dorleta = client_of(cast.dorleta)
    page = dorleta.get("/moderation").text
    assert "castaño" not in page
    assert "Opening it is recorded" in page
    page = dorleta.get(f"/moderation/cases/{case_id}").text
    assert "castaño" in page
    assert [f"Privado {number}." in page for number in range(10)] == [False] * 4 + [True] * 4 + [
        False
    ] * 2
    with app.app_context():
        lines = db.session.scalars(
            select(AuditLine).where(AuditLine.act == "moderation.read")
        ).all()
        assert [(line.actor_id, line.subject_id) for line in lines] == [
            (cast.dorleta.id, cast.xoel.id)
        ]
        decided(cast.dorleta, db.session.get_one(Case, case_id))
    page = dorleta.get(f"/moderation/cases/{case_id}").text
    assert "castaño" not in page
    assert "Privado" not in page
    assert "castaño" not in dorleta.get("/moderation/decided").text


@pytest.mark.slow
@pytest.mark.usefixtures("english")
def test_a_hidden_article_is_not_there_for_its_readers(app, cast, client_of):
    with app.app_context():
        written = out(cast.carles, visibility=Visibility.AGENCY)
        title = written.texts[0].title
        publication_id = written.id
    iria = client_of(cast.iria)
    page = iria.get(f"/p/{publication_id}").text
    assert f"/moderation/report/publication/{publication_id}" in page
    with app.app_context():
        decided(cast.rosa, reported(cast.iria, written))
    for address in (f"/p/{publication_id}", f"/api/v1/publications/{publication_id}"):
        assert iria.get(address).status_code == 404
    page = client_of(cast.carles).get(f"/p/{publication_id}").text
    assert "Hidden by moderators" in page
    assert title in page  # who writes it still reads it


@pytest.mark.slow
@pytest.mark.usefixtures("english")
def test_who_was_sent_an_announcement_sees_that_it_was_hidden(app, cast, client_of):
    with app.app_context():
        written = published(cast.carles, "Corte de agua", "Mañana no hay.")
        publication_id = written.id
        decided(cast.rosa, reported(cast.ana, written))
    ana = client_of(cast.ana)
    page = ana.get(f"/p/{publication_id}").text
    assert "Hidden by moderators" in page
    assert "Corte de agua" not in page
    assert "Corte de agua" not in ana.get("/publications?view=over").text
    assert "Corte de agua" not in ana.get(f"/api/v1/publications/{publication_id}").text
    assert publication_id.hex not in ana.get("/search?q=corte+agua").text.replace("-", "")
    assert ana.get(f"/moderation/report/publication/{publication_id}").status_code == 403


@pytest.mark.slow
@pytest.mark.usefixtures("english")
def test_a_profile_is_reported_from_its_page(cast, client_of):
    iria = client_of(cast.iria)
    form = f"/moderation/report/profile/{cast.ana.id}"
    assert form in iria.get(f"/people/{cast.ana.id}").text
    assert form not in client_of(cast.ana).get(f"/people/{cast.ana.id}").text
    assert iria.submit(form, {"reason": "misleading"}).status_code == 303
    assert "Ana Castro" in client_of(cast.dorleta).get("/moderation").text
    assert "Waiting" in iria.get("/moderation/mine").text


@pytest.mark.slow
@pytest.mark.usefixtures("english")
def test_the_frame_counts_for_who_moderates_and_says_nothing_to_others(app, cast, client_of):
    make(app, lambda: reported(cast.uxia, said(cast.xoel, cast.urban_planning)))
    assert 'href="/moderation"' in client_of(cast.carles).get("/help").text
    for person in (cast.ana, cast.rosa, cast.dorleta):
        shown = 'href="/moderation"' in client_of(person).get("/help").text
        assert shown == (person.id != cast.xoel.id)
    assert 'href="/moderation"' not in client_of(cast.iria).get("/help").text
    assert client_of(cast.iria).get("/moderation").headers["Location"] == "/moderation/mine"


@pytest.mark.slow
@pytest.mark.usefixtures("english")
def test_who_leads_a_place_names_who_moderates_it(app, cast, client_of):
    with app.app_context():
        space_id = space_of(cast.urban_planning).id
    carles = client_of(cast.carles)
    here = f"/moderation/places/{space_id}"
    assert "Only the head of the space" in carles.get("/moderation/places").text
    assert "Xoel Pardo" in carles.get(f"{here}?q=xoe").text
    assert carles.submit(f"{here}/moderators", {"person_id": str(cast.nadia.id)}).status_code == 422
    assert carles.submit(f"{here}/moderators", {"person_id": str(cast.xoel.id)}).status_code == 303
    assert "Xoel Pardo" in carles.get("/moderation/places").text
    ended = carles.submit(f"{here}/moderators/end", {"person_id": str(cast.xoel.id)})
    assert ended.status_code == 303
    assert client_of(cast.xoel).get(here).status_code == 404


@pytest.mark.slow
@pytest.mark.usefixtures("english")
def test_house_rules_are_written_by_administrators_and_read_by_everybody(app, cast, client_of):
    dorleta, ana, elna = map(client_of, (cast.dorleta, cast.ana, cast.elna))
    code = cast.monteclaro.code
    assert "No rules yet" in ana.get(f"/agencies/{code}/rules").text
    form = f"/admin/{code}/rules"
    sent = {"body_es": f"# Trato\n\n- Sin insultos\n\n{HTML}", "version": "0"}
    assert ana.submit(form, sent).status_code == 404
    assert dorleta.submit(form, sent).status_code == 303
    assert dorleta.submit(form, sent).status_code == 409
    assert dorleta.submit(form, {"body_es": "x" * 10_001, "version": "1"}).status_code == 422
    page = elna.get(f"/agencies/{code}/rules").text
    assert "<li>Sin insultos</li>" in page
    assert HTML not in page
    message_id = make(app, lambda: said(cast.xoel, cast.urban_planning))
    assert f"/agencies/{code}/rules" in ana.get(f"/moderation/report/message/{message_id}").text


def test_empty_rules_are_none(app_context, cast):
    write_rules(cast.dorleta, cast.monteclaro, {"es": "  "}, version=0)
    from intranet.attention.moderation.queries import rules_of

    assert rules_of(cast.monteclaro.id) is None


@pytest.mark.slow
def test_the_queue_asks_no_more_for_being_long(app, cast, client_of, count_queries):
    def many(count):
        with app.app_context():
            for number in range(count):
                author = (cast.xoel, cast.ana)[number % 2]
                reported(cast.uxia, said(author, cast.urban_planning, f"Malo {number}"))

    carles = client_of(cast.carles)
    many(2)
    carles.get("/moderation")
    with count_queries() as few:
        carles.get("/moderation")
    many(12)
    with count_queries() as more:
        page = carles.get("/moderation").text
    assert page.count("case-row") == 14
    assert len(more) == len(few)


@pytest.mark.slow
@pytest.mark.both
def test_lists_go_on_by_key(app, cast, client_of, monkeypatch):
    from intranet.attention.moderation import queries

    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    with app.app_context():
        for number in range(5):
            case = reported(cast.uxia, said(cast.xoel, cast.urban_planning, f"Malo {number}"))
            if number < 3:
                decided(cast.carles, case, Outcome.WARNED)
    carles = client_of(cast.carles)
    first = carles.get("/moderation/decided").text
    assert first.count("case-row") == 2
    following = first.split("cursor=")[1].split('"')[0].replace("&amp;", "&")
    assert carles.get(f"/moderation/decided?cursor={following}").text.count("case-row") == 1
    assert carles.get("/moderation?cursor=nonsense").status_code == 422
