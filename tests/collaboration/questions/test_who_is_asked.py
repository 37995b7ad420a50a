"""The form of a question names who will be asked before anything is sent."""

from html import unescape

import pytest
from sqlalchemy import select

from intranet.collaboration.questions.models import Question
from intranet.extensions import db
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.operations.agencies import root_unit
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.people.operations.absences import set_absence
from intranet.organisation.people.operations.appointments import appoint
from intranet.platform.core.types import Localized
from tests.cast import LONG_AGO, today
from tests.collaboration.questions.helpers import (
    FUNCTION,
    expert,
    first_in,
    place_fields,
    routed,
    send_question,
    town,
)

ASKED = {"title": "Pódese prorrogar?", "body": "", "language": "gl", "visibility": "network"}
CHOSEN = r'value="([^"]+)"\s+checked[^>]*name="visibility"'
TO_SECRETARIES = {**ASKED, "addressee": "function", "function": FUNCTION}


@pytest.fixture
def sabela(app, cast):
    """Head of a village who takes questions."""
    with app.app_context():
        person = expert(town("Marín", "L01990101", "ES-GA-36"), "Sabela Rial", function=FUNCTION)
        db.session.expunge(person)
    return person


def form_of(client, fields):
    return {**fields, **place_fields(client.get("/questions/new").text)}


@pytest.mark.slow
@pytest.mark.both
def test_nothing_is_sent_before_its_author_has_seen_who_will_be_asked(app, cast, client_of, sabela):
    bieito = client_of(cast.bieito)
    form = form_of(bieito, TO_SECRETARIES)
    shown = bieito.submit("/questions", form)
    assert shown.status_code == 200
    part = shown.text.split('id="asked"')[1]
    for words in ("Sabela Rial", "Secretaría-Intervención", "Marín"):
        assert words in part
    with app.app_context():
        assert db.session.scalars(select(Question)).all() == []
    assert send_question(bieito, form).status_code == 303
    with app.app_context():
        question = db.session.scalars(select(Question)).one()
        assert [row.person_id for row in routed(question)] == [sabela.id]


@pytest.mark.slow
def test_others_than_those_shown_are_not_asked_unseen(app, cast, client_of, sabela):
    bieito = client_of(cast.bieito)
    form = form_of(bieito, TO_SECRETARIES)
    named = first_in(r'name="asked"\s+value="([^"]+)"', bieito.submit("/questions", form).text)
    with app.app_context():
        expert(town("Foz", "L01990102", "ES-GA-27"), "Iago Otero", function=FUNCTION)
    again = bieito.submit("/questions", {**form, "asked": named})
    assert again.status_code == 200
    assert "Iago Otero" in again.text
    with app.app_context():
        assert db.session.scalars(select(Question)).all() == []


@pytest.mark.slow
def test_the_part_that_follows_the_typing_says_the_same(cast, client_of, sabela):
    bieito = client_of(cast.bieito)
    form = form_of(bieito, TO_SECRETARIES)
    part = bieito.submit("/questions/asked", form)
    assert part.status_code == 200
    assert "<html" not in part.text
    assert "Sabela Rial" in part.text
    unfinished = bieito.submit("/questions/asked", {**form, "title": "", "visibility": "moon"})
    assert unfinished.status_code == 200
    assert "Sabela Rial" not in unfinished.text


@pytest.mark.slow
def test_who_could_not_read_it_or_is_away_is_not_named(app, cast, client_of, sabela):
    bieito = client_of(cast.bieito)
    form = form_of(bieito, TO_SECRETARIES)
    for visibility in ("members", "agency"):
        part = bieito.submit("/questions/asked", {**form, "visibility": visibility})
        assert "Sabela Rial" not in part.text
    with app.app_context():
        person = db.session.merge(sabela)
        set_absence(person, person, starts_on=today(), ends_on=today())
    assert "Sabela Rial" not in bieito.submit("/questions/asked", form).text


def test_a_form_begins_with_ones_own_unit_and_its_people_alone(app, cast, client_of):
    with app.app_context():
        unit = db.session.scalars(select(Space.id).where(Space.unit_id == cast.licences.id)).one()
    page = client_of(cast.ana).get("/questions/new").text
    assert first_in(r'name="space_id".*?<option value="([^"]+)"\s+selected', page) == str(unit)
    assert first_in(CHOSEN, page) == "members"


def test_a_post_elsewhere_is_asked_so_that_it_can_read_the_question(app, cast, client_of):
    ana = client_of(cast.ana)
    for post, visibility in (
        (cast.innovation_post, "network"),
        (cast.head_of_procurement_post, "agency"),
    ):
        page = ana.get(f"/questions/new?post={post.id}").text
        assert first_in(CHOSEN, page) == visibility


def test_posts_of_equal_title_are_told_apart(app, cast, client_of):
    # Bieito is secretary of two villages, by the same title.
    page = client_of(cast.bieito).get("/questions/new").text
    options = first_in(r'<select[^>]*name="post_id"(.*?)</select>', page)
    names = [unescape(one.split("<")[0].strip()) for one in options.split(">")[2::2]]
    assert len(names) == len(set(names)) >= 2
    assert any("Outeiro" in name for name in names)


@pytest.mark.slow
def test_posts_of_equal_title_in_one_unit_are_told_apart_by_who_holds_them(app, cast, client_of):
    with app.app_context():
        unit = root_unit(cast.vilaverde)
        for _number in range(2):
            post = create_post(None, PostSpec(unit=unit, title=Localized({"gl": "Auxiliar"})))
            appoint(None, post, cast.bieito, starts_on=LONG_AGO)
        asked = post.id
    page = client_of(cast.ana).get(f"/questions/new?post={asked}").text
    assert "Auxiliar" in page
    assert "Bieito" in page.split('id="to-post"')[1].split("</div>")[0]
