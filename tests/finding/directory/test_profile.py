"""A person's page says what its reader may know, and no more."""

from datetime import timedelta

import pytest

from intranet.extensions import db
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.absences import set_absence
from intranet.organisation.people.operations.appointments import appoint
from intranet.organisation.people.operations.people import create_person
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from tests.hostile import MARKUP


def change(app, person, **fields):
    with app.app_context(), unit_of_work():
        row = db.session.get_one(Person, person.id)
        for name, value in fields.items():
            setattr(row, name, value)


def test_a_colleague_sees_posts_head_colleagues_hours_and_how_to_write(cast, page_of):
    page = page_of(cast.xoel, f"/people/{cast.ana.id}")

    assert "Ana Castro" in page
    assert "Administrativo/a" in page
    assert "Licencias" in page
    assert "Ayuntamiento de Monteclaro" in page
    assert "Acting" in page
    assert "ext. 1204" in page
    assert "Tramito licencias de obra menor." in page
    assert "atención al público" in page
    assert "8:00 to 15:00" in page or "08:00 to 15:00" in page
    assert f"/people/{cast.carles.id}" in page  # the head
    assert f"/people/{cast.uxia.id}" in page  # a colleague
    assert f'name="person_id" value="{cast.ana.id}"' in page


def test_one_s_own_page_offers_to_edit_and_not_to_write_to_oneself(cast, page_of):
    page = page_of(cast.ana, f"/people/{cast.ana.id}")

    assert "/me/edit" in page
    assert f'name="person_id" value="{cast.ana.id}"' not in page


@pytest.mark.slow
@pytest.mark.both
@pytest.mark.parametrize("field", ["phone", "about", "ask_about", "contact_note"])
def test_a_field_kept_for_the_agency_is_not_seen_outside_and_one_opened_is(
    app, cast, page_of, field
):
    words = "Only for whom it may concern"
    value = [words] if field == "ask_about" else words
    change(app, cast.ana, **{field: value, "reach": {field: "agency"}})
    assert words in page_of(cast.xoel, f"/people/{cast.ana.id}")
    assert words not in page_of(cast.bieito, f"/people/{cast.ana.id}")

    change(app, cast.ana, reach={field: "network"})
    assert words in page_of(cast.bieito, f"/people/{cast.ana.id}")


def test_a_phone_is_for_the_agency_unless_said_otherwise(cast, page_of):
    assert "ext. 1204" not in page_of(cast.bieito, f"/people/{cast.ana.id}")


@pytest.mark.both
def test_the_basis_of_an_appointment_is_seen_outside_only_where_the_agency_says_so(
    app, cast, page_of
):
    address = f"/people/{cast.uxia.id}"
    assert "Interina" in page_of(cast.xoel, address)
    assert "Interina" not in page_of(cast.bieito, address)

    with app.app_context(), unit_of_work():
        db.session.get_one(Agency, cast.monteclaro.id).basis_shown_outside = True
    assert "Interina" in page_of(cast.bieito, address)


def test_posts_held_before_are_told_within_the_agency_only(app, cast, page_of):
    with app.app_context(), unit_of_work():
        appoint(
            None,
            cast.technician_post,
            cast.ana,
            starts_on=clock.today("Europe/Madrid") - timedelta(days=900),
            ends_on=clock.today("Europe/Madrid") - timedelta(days=400),
        )
    page = page_of(cast.xoel, f"/people/{cast.ana.id}")
    assert "Previously: " in page
    assert "Técnico/a de Contratación" in page
    assert "Técnico/a de Contratación" not in page_of(cast.bieito, f"/people/{cast.ana.id}")


def test_an_absence_is_told_with_its_days_and_who_stands_in(app, cast, page_of):
    with app.app_context():
        today = clock.today("Europe/Madrid")
        set_absence(
            cast.ana,
            cast.ana,
            starts_on=today,
            ends_on=today + timedelta(days=3),
            stand_in=cast.uxia,
        )
    page = page_of(cast.bieito, f"/people/{cast.ana.id}")

    assert "Away from" in page
    assert "substitute: Uxía Lema" in page


@pytest.mark.slow
def test_who_holds_posts_in_two_agencies_has_both_on_the_page(cast, page_of):
    page = page_of(cast.ana, f"/people/{cast.bieito.id}")

    assert "Concello de Vilaverde" in page
    assert "Concello de Outeiro" in page
    assert 'lang="gl"' in page


@pytest.mark.both
def test_of_who_holds_no_post_only_the_name_is_told(app, cast, page_of):
    change(app, cast.eloi, about="What I did in Licences", phone="+34 999 000")

    page = page_of(cast.ana, f"/people/{cast.eloi.id}")

    assert "Eloi Bastida" in page
    assert "No current post" in page
    assert "What I did in Licences" not in page
    assert "999 000" not in page
    assert 'name="person_id"' not in page


@pytest.mark.slow
def test_hostile_texts_stay_texts(app, cast, page_of):
    for text in MARKUP:
        change(
            app,
            cast.ana,
            name=text[:120],
            about=text,
            contact_note=text[:300],
            ask_about=[text],
            phone=text[:40],
        )
        page = page_of(cast.xoel, f"/people/{cast.ana.id}")
        if "<" in text and len(text) > 2:
            assert text not in page


def test_a_person_without_account_or_post_may_be_looked_at_by_nobody_without_a_post(
    app, cast, page_of
):
    with app.app_context():
        nobody = create_person(None, cast.monteclaro, "Nobody Yet").id

    unknown = page_of(cast.eloi, f"/people/{nobody}", status=404)
    known = page_of(cast.eloi, f"/people/{cast.ana.id}", status=404)
    assert len(unknown) == len(known)
    assert "Eloi Bastida" in page_of(cast.eloi, f"/people/{cast.eloi.id}")
