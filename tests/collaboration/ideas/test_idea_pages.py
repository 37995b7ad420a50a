"""The pages of ideas: as plain forms, in a number of questions that does not grow."""

from datetime import timedelta
from uuid import uuid4

import pytest

from intranet.collaboration.ideas.models import Idea, IdeaBox
from intranet.collaboration.ideas.operations.merging import join_ideas
from intranet.extensions import db
from intranet.platform.core import clock
from tests.collaboration.ideas.helpers import box_of, idea_in
from tests.messaging.messages.helpers import read_english


@pytest.fixture
def box_id(app, cast):
    with app.app_context():
        return box_of(cast.rosa, cast.town_hall, cast.head_post).id


def proposed(app, cast, box_id, title="Dos pantallas", days_ago=0):
    with app.app_context(), clock.freeze(clock.now() - timedelta(days=days_ago)):
        return idea_in(cast.ana, db.session.get_one(IdeaBox, box_id), title).publication_id


@pytest.mark.slow
@pytest.mark.both
def test_an_idea_is_proposed_supported_and_answered_as_plain_forms(app, cast, client_of, box_id):
    for person in (cast.ana, cast.xoel, cast.carles):
        read_english(app, person)
    ana, xoel, carles = map(client_of, (cast.ana, cast.xoel, cast.carles))
    form = {"box_id": str(box_id), "title": "Dos pantallas", "body": "", "language": "es"}
    form |= {"post_id": str(cast.officer_post.id), "visibility": "agency"}
    assert ana.get(f"/ideas/new?box={box_id}").status_code == 200
    page = ana.submit("/ideas", form).location

    assert "Answer due by" in xoel.get(page).text
    assert xoel.submit(f"{page}/support", {"do": "support"}).status_code == 303
    assert "Withdraw your support" in xoel.get(page).text
    assert xoel.submit(f"{page}/answer", {"answer": "No."}).status_code == 403
    assert carles.submit(f"{page}/answer", {"answer": " "}).status_code == 422
    sent = {"answer": "Sí.", "status": "accepted"}
    assert carles.submit(f"{page}/answer", sent).status_code == 303
    shown = ana.get(page).text
    assert "Jefe/a de Servicio de Urbanismo" in shown
    assert "Accepted" in shown


def test_the_form_shows_what_was_proposed_already_and_names_its_readers(
    app, cast, client_of, box_id
):
    read_english(app, cast.ana)
    proposed(app, cast, box_id, "Aparcabicis cubierto en el patio")
    ana = client_of(cast.ana)
    form = ana.get(f"/ideas/new?box={box_id}").text
    assert 'hx-get="/publications/nearest?kind=idea"' in form
    assert "Only Ayuntamiento de Monteclaro" in form
    like = "/publications/nearest?kind=idea&title=Un+aparcabicis+cubierto+para+el+patio"
    near = ana.get(like, headers={"HX-Request": "true"}).text
    assert "Similar ideas: you can support one instead" in near
    assert "Aparcabicis cubierto en el patio" in near


@pytest.mark.slow
@pytest.mark.both
def test_a_missed_term_is_shown_to_every_reader(app, cast, client_of, box_id):
    read_english(app, cast.bieito)
    idea_id = proposed(app, cast, box_id, days_ago=60)
    bieito = client_of(cast.bieito)
    page = bieito.get(f"/ideas/{idea_id}").text
    assert "The deadline passed on" in page
    assert "without an answer" in page
    assert "without an answer" in bieito.get("/ideas?order=late").text


@pytest.mark.slow
def test_the_address_of_a_joined_idea_leads_on(app, cast, client_of, box_id):
    read_english(app, cast.ana)
    first, second = (proposed(app, cast, box_id, title) for title in ("Una", "Otra"))
    with app.app_context():
        join_ideas(cast.carles, *(db.session.get_one(Idea, one) for one in (first, second)))
    ana = client_of(cast.ana)
    answer = ana.get(f"/ideas/{first}")
    assert answer.status_code == 302
    assert f"/ideas/{second}" in answer.location
    assert "has been merged with this one" in ana.get(answer.location).text
    assert ana.get(f"/ideas/{first}?stay=1").status_code == 200
    late = ana.submit(f"/ideas/{first}/support", {"do": "support"})
    assert late.status_code == 403
    assert "This idea was merged with another" in late.text


@pytest.mark.slow
def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(app, cast, client_of, box_id):
    read_english(app, cast.ana)
    ana = client_of(cast.ana)
    form = {"box_id": str(box_id), "title": " ", "body": "Kept.", "language": "es"}
    form |= {"post_id": str(cast.officer_post.id), "visibility": "agency"}
    answer = ana.submit("/ideas", form)
    assert answer.status_code == 422
    assert "Enter some text here." in answer.text
    assert "Kept." in answer.text
    assert ana.submit("/ideas", form | {"title": "x" * 201}).status_code == 422
    foreign = ana.submit("/ideas", form | {"title": "x", "post_id": str(cast.head_post.id)})
    assert foreign.status_code == 403
    assert ana.submit("/ideas", form | {"box_id": str(uuid4())}).status_code == 404


@pytest.mark.slow
@pytest.mark.both
def test_a_box_of_a_place_that_one_does_not_read_is_not_there(app, cast, client_of, box_id):
    bieito, ana = client_of(cast.bieito), client_of(cast.ana)
    assert ana.get(f"/ideas?box={box_id}").status_code == 200
    for missing in (box_id, uuid4()):
        assert bieito.get(f"/ideas?box={missing}").status_code == 404
        assert bieito.get(f"/ideas/new?box={missing}").status_code == 404
    assert ana.get(f"/ideas/boxes/{box_id}").status_code == 403


@pytest.mark.slow
def test_the_list_asks_as_often_for_many_as_for_few(app, cast, client_of, box_id, count_queries):
    numbers = []
    for count in (2, 20):
        for number in range(count):
            proposed(app, cast, box_id, f"Idea {number}")
        ana = client_of(cast.ana)
        ana.get("/ideas")
        with count_queries() as counted:
            assert ana.get("/ideas").status_code == 200
        numbers.append(len(counted))
    assert numbers[0] == numbers[1]
