"""What leaves an agency: whether it is found at all, and its people's contact details."""

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.access import get_person, is_findable_by, visible_fields
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound
from intranet.platform.core.unit_of_work import unit_of_work

ADDRESSES = (
    "/people/{ana}",
    "/units/{licences}",
    "/posts/{officer_post}",
    "/api/v1/people/{ana}",
    "/api/v1/units/{licences}",
    "/api/v1/units/{licences}/people",
    "/api/v1/posts/{officer_post}",
)
OF_THE_AGENCY = (
    "/agencies/{}",
    "/agencies/{}/list",
    "/api/v1/agencies/{}",
    "/api/v1/agencies/{}/units",
)


@pytest.fixture
def closed(app, cast):
    """Monteclaro has left the directory of the network."""
    with app.app_context(), unit_of_work():
        db.session.get_one(Agency, cast.monteclaro.id).in_directory = False


def addresses_of(cast):
    ids = {name: getattr(cast, name).id for name in ("ana", "licences", "officer_post")}
    code = cast.monteclaro.code
    return [each.format(**ids) for each in ADDRESSES] + [
        each.format(code) for each in OF_THE_AGENCY
    ]


@pytest.mark.slow
def test_an_agency_that_left_the_directory_is_found_by_its_own_people_alone(
    cast, client_of, closed
):
    own, outside = client_of(cast.carles), client_of(cast.elna)
    for address in addresses_of(cast):
        assert own.get(address).status_code == 200, address
        hidden = outside.get(address)
        assert hidden.status_code == 404, address
    random = outside.get("/people/0190a5f0-0000-7000-8000-000000000000")
    assert len(outside.get(f"/people/{cast.ana.id}").data) == len(random.data)
    assert "Monteclaro" not in outside.get("/agencies").text
    listed = outside.get("/api/v1/agencies").json["items"]
    assert cast.monteclaro.code not in {each["code"] for each in listed}
    assert "Ana Castro" not in outside.get("/switcher?q=ana").text
    assert "Ana Castro" in own.get("/switcher?q=ana").text


@pytest.mark.both
def test_who_held_posts_only_there_is_unknown_too(app, cast, closed):
    with app.app_context():
        known = set(db.session.scalars(select(Person.name).where(is_findable_by(cast.elna))))
        assert {"Elna Puig", "Bieito Lourido"} <= known
        assert not known & {"Ana Castro", "Eloi Bastida", "Carles Roig"}
        with pytest.raises(NotFound):
            get_person(cast.elna, cast.eloi.id)
        assert get_person(cast.carles, cast.eloi.id).name == "Eloi Bastida"


def test_contact_details_leave_only_where_both_the_agency_and_the_person_let_them(app, cast):
    with app.app_context():
        with unit_of_work():
            cast.ana.reach = {"phone": "network"}
        assert "phone" in visible_fields(cast.elna, cast.ana)
        with unit_of_work():
            cast.monteclaro.contact_outside = False
        assert not visible_fields(cast.elna, cast.ana) & {"phone", "contact_note"}
        assert "about" in visible_fields(cast.elna, cast.ana)
        assert {"phone", "contact_note"} <= visible_fields(cast.carles, cast.ana)
