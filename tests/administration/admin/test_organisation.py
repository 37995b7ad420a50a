import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.models import Post, PostFunction, Unit
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import current_appointments
from tests.cast import today

TOWN = "/admin/L01990012"


@pytest.fixture
def dorleta(cast, client_of):
    return client_of(cast.dorleta)


def one(app, kind, *conditions):
    with app.app_context():
        return db.session.scalars(select(kind).where(*conditions)).one()


def fields_of(page):
    """What a browser would send of the first form with fields on a page."""
    form = page.text.split('<form class="form"', 1)[1].split("</form>", 1)[0]
    found = {}
    for field in re.findall(r"<input [^>]*>", form, re.DOTALL):
        name = re.search(r'name="([^"]+)"', field)
        value = re.search(r'value="([^"]*)"', field)
        unchecked = re.search(r'type="(checkbox|radio)"', field) and " checked" not in field
        if name and not unchecked and name[1] != "csrf_token":
            found[name[1]] = value[1] if value else ""
    for select_field in re.findall(r"<select .*?</select>", form, re.DOTALL):
        [name] = re.findall(r'name="([^"]+)"', select_field)
        chosen = re.findall(r'<option value="([^"]*)"[^>]*selected', select_field)
        found[name] = chosen[0] if chosen else ""
    return found


def the_appointment(app, person, post):
    return one(app, Appointment, Appointment.person_id == person.id, Appointment.post_id == post.id)


def test_the_first_page_shows_what_ends_soon(dorleta, cast):
    page = dorleta.get(TOWN)

    assert page.status_code == 200
    assert "Uxía Lema" in page.text
    assert "20 " in page.text


@pytest.mark.slow
@pytest.mark.both
def test_units_are_walked_and_searched(dorleta, cast):
    top = dorleta.get(f"{TOWN}/units").text
    assert "Urbanismo y Obras" in top
    assert ">Licencias<" not in top
    assert "Licencias" in dorleta.get(f"{TOWN}/units?under={cast.urban_planning.id}").text
    assert "Licencias" in dorleta.get(f"{TOWN}/units?q=licen").text
    assert "Licencias" in dorleta.get(f"{TOWN}/units?q=urb-lic").text
    assert "Licencias" not in dorleta.get(f"{TOWN}/units?q=%25").text


def test_a_unit_is_made_by_its_form(app, dorleta, cast):
    form = {"name_es": "Disciplina", "parent": "Urbanismo y Obras (URB)"}
    page = dorleta.submit(f"{TOWN}/units/new", form)

    assert page.status_code == 303
    assert one(app, Unit, Unit.code == "disciplina").parent_id == cast.urban_planning.id


def test_a_unit_is_found_by_its_code_or_a_name_that_only_one_has(app, dorleta, cast):
    for number, typed in enumerate(("urbanismo y obras", "URB", "Lo que sea (URB)")):
        form = {"name_es": f"Nueva {number}", "parent": typed}
        assert dorleta.submit(f"{TOWN}/units/new", form).status_code == 303


@pytest.mark.both
@pytest.mark.parametrize("typed", ["", "Nada (XX)", "%", "Innovació"])
def test_what_cannot_be_found_is_said_beside_its_field(dorleta, cast, typed):
    page = dorleta.submit(f"{TOWN}/units/new", {"name_es": "Mi unidad", "parent": typed})

    assert page.status_code == 422
    assert 'value="Mi unidad"' in page.text
    assert 'href="#field-parent"' in page.text


def test_a_unit_is_renamed_and_moved(app, dorleta, cast):
    where = f"{TOWN}/units/{cast.licences.id}"
    fields = fields_of(dorleta.get(where))
    assert fields["parent"] == "Urbanismo y Obras (URB)"

    page = dorleta.submit(where, {**fields, "name_es": "Licencias y Obras", "parent": "CON"})

    assert page.status_code == 303
    unit = one(app, Unit, Unit.id == cast.licences.id)
    assert unit.name.text("es") == "Licencias y Obras"
    assert unit.parent_id == cast.procurement.id


@pytest.mark.slow
def test_the_second_of_two_keeps_what_they_typed_and_sees_what_is_there(dorleta, cast):
    where = f"{TOWN}/units/{cast.licences.id}"
    mine = fields_of(dorleta.get(where))
    dorleta.submit(where, {**mine, "name_es": "Lo del otro"})

    page = dorleta.submit(where, {**mine, "name_es": "Lo mío"})

    assert page.status_code == 409
    assert "Lo del otro" in page.text
    assert fields_of(page)["name_es"] == "Lo mío"
    assert dorleta.submit(where, fields_of(page)).status_code == 303
    assert fields_of(dorleta.get(where))["name_es"] == "Lo mío"


@pytest.mark.slow
def test_a_unit_ends_with_a_successor(app, dorleta, cast):
    where = f"{TOWN}/units/{cast.licences.id}/end"
    fields = fields_of(dorleta.get(where))
    assert dorleta.submit(where, fields).status_code == 422

    page = dorleta.submit(where, {**fields, "successor": "URB"})

    assert page.status_code == 303
    assert one(app, Post, Post.id == cast.officer_post.id).unit_id == cast.urban_planning.id


@pytest.mark.both
def test_a_post_is_made_from_its_title(app, dorleta, cast):
    form = {"title_es": "Auxiliar de biblioteca", "unit": "SIS", "kind": "employee", "places": "2"}
    page = dorleta.submit(f"{TOWN}/posts/new", form)

    assert page.status_code == 303
    post = one(app, Post, Post.handle == "auxiliar-de-biblioteca")
    assert (post.level, post.places) == (5, 2)
    function = one(app, PostFunction, PostFunction.post_id == post.id)
    assert (function.function_code, function.is_suggested) == ("BIB", True)


@pytest.mark.slow
@pytest.mark.both
def test_a_post_is_changed_by_its_form(app, dorleta, cast):
    where = f"{TOWN}/posts/{cast.officer_post.id}"
    shown = dorleta.get(where)
    fields = fields_of(shown)
    assert "object at 0x" not in shown.text

    page = dorleta.submit(
        where,
        {**fields, "places": "6", "kind": "trust", "fallback": f"@{cast.head_post.handle}"},
    )

    assert page.status_code == 303
    post = one(app, Post, Post.id == cast.officer_post.id)
    assert (post.places, post.kind, post.fallback_id) == (6, "trust", cast.head_post.id)


@pytest.mark.slow
def test_each_value_that_cannot_be_is_said_beside_its_field(dorleta, cast):
    where = f"{TOWN}/posts/{cast.officer_post.id}"
    fields = fields_of(dorleta.get(where))
    for name, value in (
        ("places", "many"),
        ("places", "0"),
        ("level", "9"),
        ("kind", "king"),
        ("handle", "Con Espacio"),
        ("unit", "???"),
        ("title_es", ""),
        ("title_es", "x" * 161),
        ("title_es", "a\0b"),
        ("fallback", "nobody"),
    ):
        page = dorleta.submit(where, {**fields, name: value})
        assert page.status_code == 422, (name, value)
        assert f'href="#field-{name}"' in page.text, (name, value)


@pytest.mark.both
def test_posts_are_listed_by_unit_and_free_places(dorleta, cast):
    below = dorleta.get(f"{TOWN}/posts?unit={cast.urban_planning.id}").text
    assert "Arquitecto/a municipal" in below
    assert "Alcaldía" not in below
    vacant = dorleta.get(f"{TOWN}/posts?vacant=1").text
    assert "Técnico/a de Contratación" in vacant
    assert "Arquitecto/a municipal" not in vacant


def test_a_post_that_ends_is_lost_by_its_holders(app, dorleta, cast):
    where = f"{TOWN}/posts/{cast.architect_post.id}/end"
    page = dorleta.get(where)
    assert "Xoel Pardo" in page.text

    yesterday = (today() - timedelta(days=1)).isoformat()
    assert dorleta.submit(where, {**fields_of(page), "last_day": yesterday}).status_code == 303
    with app.app_context():
        assert current_appointments(cast.xoel.id) == []


def test_somebody_is_appointed_by_form(app, dorleta, cast):
    page = dorleta.get(f"{TOWN}/appointments/new?person={cast.xoel.id}")
    fields = fields_of(page)
    assert fields["person"] == "Xoel Pardo (xoel@monteclaro.example)"

    last_day = (today() + timedelta(days=60)).isoformat()
    form = {**fields, "post": "Técnico/a de Contratación", "kind": "acting", "ends_on": last_day}
    assert dorleta.submit(f"{TOWN}/appointments/new", form).status_code == 303

    row = the_appointment(app, cast.xoel, cast.technician_post)
    assert (row.kind, row.ends_on) == ("acting", date.fromisoformat(last_day))


@pytest.mark.both
def test_a_full_post_is_refused_and_nothing_typed_is_lost(dorleta, cast):
    form = {
        "person": "Xoel Pardo",
        "post": "Alcaldía",
        "starts_on": today().isoformat(),
        "basis": "accidental",
    }
    page = dorleta.submit(f"{TOWN}/appointments/new", form)

    assert page.status_code == 422
    assert 'value="accidental"' in page.text


@pytest.mark.slow
def test_ending_an_appointment_says_what_is_lost_and_takes_effect_now(app, dorleta, cast):
    row = the_appointment(app, cast.iria, cast.technician_post)
    where = f"{TOWN}/appointments/{row.id}/end"
    page = dorleta.get(where)
    assert "Contratación Pública" in page.text

    assert dorleta.submit(where, fields_of(page)).status_code == 303
    with app.app_context():
        assert current_appointments(cast.iria.id) == []


@pytest.mark.slow
@pytest.mark.both
def test_an_appointment_ends_with_a_day(app, dorleta, cast):
    row = the_appointment(app, cast.xoel, cast.architect_post)
    where = f"{TOWN}/appointments/{row.id}/end"
    last_day = (today() + timedelta(days=14)).isoformat()

    page = dorleta.submit(where, {"when": "day", "last_day": last_day, "version": "1"})

    assert page.status_code == 303
    assert "Xoel Pardo" in dorleta.get(f"{TOWN}/appointments?when=ending").text
    stale = dorleta.submit(where, {"when": "now", "version": "1"})
    assert stale.status_code == 409


@pytest.mark.slow
@pytest.mark.both
def test_lists_over_fifty_go_on_by_key(app, dorleta, cast):
    for number in range(53):
        form = {"name_es": f"Negociado {number:02}", "parent": "CON"}
        dorleta.submit(f"{TOWN}/units/new", form)

    first = dorleta.get(f"{TOWN}/units?under={cast.procurement.id}").text
    assert "Negociado 49" in first
    assert "Negociado 50" not in first
    with app.app_context():
        last = db.session.scalars(select(Unit).where(Unit.code == "negociado-49")).one().id
        next_first = db.session.scalars(select(Unit).where(Unit.code == "negociado-50")).one().id
    second = dorleta.get(f"{TOWN}/units?under={cast.procurement.id}&after={last}").text
    assert "Negociado 52" in second
    back = dorleta.get(f"{TOWN}/units?under={cast.procurement.id}&before={next_first}").text
    assert "Negociado 00" in back
    assert "Negociado 50" not in back


def test_suggestions_are_options_of_a_list(dorleta, cast):
    found = dorleta.get(f"{TOWN}/suggestions/units?parent=licen").text
    assert 'value="Licencias (URB-LIC)"' in found
    assert dorleta.get(f"{TOWN}/suggestions/planets?q=x").status_code == 404
