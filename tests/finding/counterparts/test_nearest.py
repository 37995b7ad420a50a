"""A post without its like gets the nearest ones, with what differs, and next steps that work."""

import re

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.operations.appointments import appoint
from intranet.platform.core import clock
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work

pytestmark = pytest.mark.both


@pytest.fixture
def lone(app, cast):
    """A post of Bieito's that has no like anywhere."""
    with app.app_context(), unit_of_work():
        here = db.session.get_one(Post, cast.vilaverde_post.id)
        post = create_post(
            None, PostSpec(unit=here.unit, title=Localized({"gl": "Qzxwv"}), code="lone", level=2)
        )
        bieito = db.session.get_one(Person, cast.bieito.id)
        appoint(None, post, bieito, starts_on=clock.today("Europe/Madrid"))
        return post.id


@pytest.mark.slow
def test_who_has_no_like_sees_the_nearest_and_that_they_are_no_more(
    cast, client_of, elsewhere, lone
):
    client = client_of(cast.bieito)
    assert client.get(f"/api/v1/counterparts?post={lone}").json["items"] == []

    page = client.get(f"/counterparts?lang=en&post={lone}").text

    assert "Nobody in another administration does the same work yet" in page
    assert "Quim" in page
    assert "Other function" in page
    assert page.split("</main>")[0].count("button--primary") == 1


@pytest.mark.slow
def test_a_nearest_post_is_hidden_and_shown_again(cast, client_of, elsewhere, lone):
    client = client_of(cast.bieito)
    address = f"/counterparts/opinions/{elsewhere.vallserena_0}?lang=en"
    search = {"post": str(lone)}

    line = client.submit(address, {**search, "say": "no"}, headers={"HX-Request": "true"}).text
    assert "1 hidden post" in line
    page = client.get(f"/counterparts?lang=en&post={lone}").text
    assert "Quim" not in page
    assert "1 hidden post" in page
    row = client.submit(address, {**search, "say": "none"}, headers={"HX-Request": "true"}).text
    assert "Quim" in row
    assert "Other function" in row


@pytest.mark.slow
def test_an_empty_list_has_next_steps_that_lead_somewhere(cast, client_of, elsewhere):
    client = client_of(cast.bieito)
    page = client.get("/counterparts?lang=en&q=zzyzzyz").text

    (question,) = re.findall(r'href="(/questions/new[^"]*)"', page)
    form = client.get(question.replace("&amp;", "&")).text
    assert "zzyzzyz" in form


@pytest.mark.slow
def test_the_question_to_the_network_has_its_function_and_text(cast, client_of, elsewhere):
    client = client_of(cast.bieito)
    page = client.get("/counterparts?lang=en&q=nominas").text

    (question,) = re.findall(r'href="(/questions/new[^"]*)"', page)
    form = client.get(question.replace("&amp;", "&")).text
    assert "How do you do this in your administration: nominas?" in form
    chosen = form.split('name="function"')[1].split("</select>")[0]
    assert re.search(r'value="[A-Z]{3}" selected', chosen)


def test_an_agency_of_one_person_finds_its_like(app, cast, client_of, elsewhere):
    with app.app_context():
        agency = db.session.get_one(Agency, elsewhere.vallserena)
        held = db.session.scalars(
            select(Appointment.person_id)
            .join(Post, Post.id == Appointment.post_id)
            .where(Post.agency_id == agency.id, Post.id == elsewhere.vallserena_0)
        ).one()
        quim = db.session.get_one(Person, held)
        db.session.expunge(quim)

    found = client_of(quim).get("/api/v1/counterparts?lang=en").json["items"]
    assert "Secretaría-Intervención" in [item["post"]["title"] for item in found]
