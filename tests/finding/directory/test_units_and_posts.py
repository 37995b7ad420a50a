"""Pages of units and posts."""

from datetime import timedelta

import pytest

from intranet.extensions import db
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.people.operations.appointments import appoint
from intranet.platform.core import clock
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work


def test_a_unit_shows_its_people_its_channel_and_what_is_under_it(cast, page_of):
    page = page_of(cast.carles, f"/units/{cast.urban_planning.id}")

    assert "Carles Roig" in page
    assert "Xoel Pardo" in page
    assert f"/units/{cast.licences.id}" in page
    assert 'href="/c/' in page
    assert "Uxía Lema" not in page  # she is below, not in it


def test_its_channel_is_offered_to_who_may_read_it_only(cast, page_of):
    assert "Open channel" in page_of(cast.ana, f"/units/{cast.licences.id}")
    for outsider in (cast.nadia, cast.bieito, cast.dorleta):
        assert "Open channel" not in page_of(outsider, f"/units/{cast.licences.id}")


def test_a_vacancy_stands_among_the_people_with_who_covers_it(cast, page_of):
    page = page_of(cast.nadia, f"/units/{cast.licences.id}")

    assert "Vacant" in page
    assert "Substitute: Ana Castro" in page
    assert f"/posts/{cast.head_of_licences_post.id}" in page


@pytest.mark.both
def test_an_ended_unit_says_where_its_work_goes_on(app, cast, page_of):
    with app.app_context(), unit_of_work():
        unit = db.session.get_one(Unit, cast.procurement.id)
        unit.valid_to = clock.today("Europe/Madrid") - timedelta(days=1)
        unit.successor_id = cast.systems.id

    page = page_of(cast.ana, f"/units/{cast.procurement.id}")
    assert "This unit ended on" in page
    assert f'href="/units/{cast.systems.id}"' in page
    assert "&lt;a" not in page


def test_a_post_shows_who_holds_it_its_name_in_messages_and_how_to_write(cast, page_of):
    page = page_of(cast.bieito, f"/posts/{cast.head_post.id}")

    assert "Carles Roig" in page
    assert f"@{cast.head_post.handle}@monteclaro" in page
    assert f'name="person_id" value="{cast.carles.id}"' in page
    assert "In charge of the unit" in page


def test_a_post_that_is_acted_for_shows_the_vacancy_and_who_acts(cast, page_of):
    page = page_of(cast.carles, f"/posts/{cast.head_of_licences_post.id}")

    assert "Ana Castro" in page
    assert "Acting" in page
    assert "Vacant" in page
    assert f'name="person_id" value="{cast.ana.id}"' in page


def test_a_vacant_post_leads_to_the_one_that_covers_it(app, cast, page_of):
    with app.app_context():
        post = create_post(
            None,
            PostSpec(
                unit=cast.systems,
                title=Localized(es="Analista"),
                fallback=cast.administrator_post,
            ),
        ).id

    page = page_of(cast.ana, f"/posts/{post}")
    assert f"/posts/{cast.administrator_post.id}" in page
    assert "Dorleta Aguirre" in page
    assert f'name="post_id" value="{post}"' in page


@pytest.mark.slow
def test_who_held_a_post_before_is_told_within_the_agency_only(cast, page_of):
    address = f"/posts/{cast.officer_post.id}"

    assert "Eloi Bastida" in page_of(cast.nadia, address)
    assert "Eloi Bastida" not in page_of(cast.bieito, address)


def test_a_new_holder_is_there_the_same_minute(app, cast, page_of):
    address = f"/posts/{cast.technician_post.id}"
    assert "Xoel Pardo" not in page_of(cast.ana, address)

    with app.app_context():
        appoint(None, cast.technician_post, cast.xoel, starts_on=clock.today("Europe/Madrid"))
    assert "Xoel Pardo" in page_of(cast.ana, address)


@pytest.mark.both
def test_an_ended_post_says_so(app, cast, page_of):
    with app.app_context(), unit_of_work():
        post = db.session.get_one(Post, cast.architect_post.id)
        post.valid_to = clock.today("Europe/Madrid") - timedelta(days=1)

    assert "This post ended on" in page_of(cast.ana, f"/posts/{cast.architect_post.id}")


@pytest.mark.parametrize("kind", ["units", "posts", "people"])
def test_what_is_not_there_and_what_is_not_to_be_known_look_alike(cast, page_of, kind):
    rows = {"units": cast.licences, "posts": cast.officer_post, "people": cast.carles}
    random = page_of(cast.ana, f"/{kind}/00000000-0000-7000-8000-000000000000", status=404)
    hidden = page_of(cast.eloi, f"/{kind}/{rows[kind].id}", status=404)

    assert "Page not found" in random
    assert "Page not found" in hidden
