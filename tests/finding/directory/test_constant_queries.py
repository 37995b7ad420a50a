"""A path asks the database as often for two people as for two hundred."""

import pytest

from intranet.organisation.agencies.operations.posts import PostSpec, create_posts
from intranet.organisation.agencies.operations.units import create_unit
from intranet.organisation.people.operations.appointments import AppointmentSpec, appoint_all
from intranet.organisation.people.operations.people import ProfileContents, create_people
from intranet.platform.core import clock
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work

MOST = 40  # within working hours, when it is asked who is there


@pytest.fixture
def grow(app, cast):
    """Fills Licences with people, and hangs units with heads below it and below the top."""

    def add(number):
        with app.app_context(), unit_of_work():
            town = cast.monteclaro
            units = [
                create_unit(None, parent, Localized(es="Unidad"))
                for parent in (cast.licences, cast.town_hall)
                for _ in range(number)
            ]
            posts = create_posts(
                None,
                town,
                [
                    PostSpec(unit=unit, title=Localized(es="Jefatura"), is_head=True)
                    for unit in units
                ]
                + [
                    PostSpec(unit=cast.licences, title=Localized(es=f"Plaza {n}"))
                    for n in range(60)
                ],
            )
            people = create_people(
                None, town, [("Persona Nueva", ProfileContents()) for _ in posts]
            )
            today = clock.today("Europe/Madrid")
            appoint_all(
                None,
                town,
                [
                    AppointmentSpec(post=post, person=person, starts_on=today)
                    for post, person in zip(posts, people, strict=True)
                ],
            )

    return add


@pytest.mark.slow
@pytest.mark.usefixtures("at_work")
def test_the_number_of_queries_does_not_grow_with_the_agency(cast, client_of, count_queries, grow):
    addresses = (
        "/agencies/L01990012",
        "/agencies/L01990012?open=all",
        "/agencies/L01990012/list",
        "/agencies/L01990012/list?q=a&only=heads",
        f"/units/{cast.licences.id}",
        f"/posts/{cast.officer_post.id}",
        f"/people/{cast.ana.id}",
        f"/people/{cast.carles.id}",
        f"/people/{cast.ana.id}/absences",
    )
    client = client_of(cast.ana)

    def asked(address):
        with count_queries() as statements:
            assert client.get(address).status_code == 200
        return len(statements)

    def asked_when_grown_by(count):
        grow(count)
        for address in addresses:
            client.get(address)  # counts and candidates are kept until the organisation changes
        return {address: asked(address) for address in addresses}

    before = asked_when_grown_by(1)
    after = asked_when_grown_by(12)

    assert after == before
    assert max(after.values()) <= MOST
