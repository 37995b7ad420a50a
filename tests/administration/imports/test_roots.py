"""An agency stands once in its own tree: what a file has as its root is the agency itself."""

import pytest
from sqlalchemy import select

from intranet.administration.imports.importer import ImportScope
from intranet.extensions import db
from intranet.finding.directory.jobs import reconcile as directory_differs
from intranet.messaging.conversations.access import readable_among
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.agencies.operations.agencies import root_unit
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.agencies.operations.storing import ROOT_CODE
from intranet.organisation.agencies.operations.units import create_unit, end_unit, move_unit
from intranet.organisation.people.operations.appointments import appoint
from intranet.platform.audit.queries import first_broken_number
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from tests.administration.imports.helpers import apply, fates, look, table
from tests.administration.imports.test_applying import DONE, agency_by_code, rooms_are_true, twice
from tests.cast import today
from tests.messaging.messages.helpers import channel_of, say
from tests.organisation.agencies.test_units import paths_are_true

UNITS = "code;name;agency_code;parent_code;lang;kind;valid_from;valid_to"
TOWN = "Ayuntamiento de Nuevo"


@pytest.fixture
def town(app_context, cast):
    """The code of an agency without units, whose root has a code of our own."""
    apply("agencies", table("code;name;lang", f"NUEVO;{TOWN};es"))
    return "NUEVO"


def tree_of(code):
    """Each unit in force by its code, with the code of the one above."""
    db.session.expire_all()
    units = db.session.scalars(
        select(Unit).where(Unit.agency_id == agency_by_code(code).id, Unit.valid_to.is_(None))
    ).all()
    codes = {unit.id: unit.code for unit in units}
    return {unit.code: codes[unit.parent_id] if unit.parent_id else None for unit in units}


def lines_of_town():
    return [
        UNITS,
        "URB;Urbanismo;NUEVO;A1;;;;",
        f"A1;{TOWN.upper()};NUEVO;;;administration;2001-05-03;",
        "LIC;Licencias;NUEVO;URB;;;;",
        "ALC;Alcaldía;NUEVO;A1;;;;",
        "A1;Concello de Nuevo;NUEVO;;gl;;;",
    ]


@pytest.mark.slow
@pytest.mark.both
def test_the_root_of_a_file_of_units_is_the_agency_itself(town):
    apply("units", table(*lines_of_town()))
    assert tree_of(town) == {"A1": None, "URB": "A1", "ALC": "A1", "LIC": "URB"}
    agency = agency_by_code(town)
    root = root_unit(agency)
    assert dict(root.name) == {"es": TOWN.upper(), "gl": "Concello de Nuevo"}
    assert (root.name, root.sort_key) == (agency.name, agency.sort_key)
    assert (root.kind, str(root.valid_from)) == ("root", "2001-05-03")
    paths_are_true(agency.id)
    rooms_are_true()
    assert apply("units", table(*lines_of_town())) == DONE
    assert apply("posts", table("code;title;unit_code", "P1;Alcaldesa;A1")) == {
        **DONE,
        "created": 1,
    }
    assert (
        db.session.scalars(select(Post.unit_id).where(Post.code == "P1")).one()
        == root_unit(agency_by_code(town)).id
    )


def test_a_dry_run_says_what_the_root_takes_and_changes_nothing(town):
    outcomes, _found = look("units", table(*lines_of_town()))
    assert [(outcome.what.value, outcome.code) for outcome in outcomes] == [
        ("created", ""),
        ("changed", ""),
        ("created", ""),
        ("created", ""),
        ("changed", ""),
    ]
    assert outcomes[1].facts == [
        ("root", "A1"),
        ("old", TOWN),
        ("new", TOWN.upper()),
        ("new", "2001-05-03"),
    ]
    assert tree_of(town) == {"0": None}


@pytest.mark.slow
def test_the_code_of_the_agency_is_its_root_and_its_root_may_not_end(town):
    file = [UNITS, f"NUEVO;{TOWN};NUEVO;ESTADO;;;;", "URB;Urbanismo;NUEVO;NUEVO;;;;"]
    assert twice("units", *file) == {**DONE, "created": 1, "changed": 1}
    assert tree_of(town) == {"NUEVO": None, "URB": "NUEVO"}
    assert fates("units", UNITS, f"NUEVO;{TOWN};NUEVO;;;;;2020-01-01") == [
        "rejected valid_to is_root"
    ]
    assert fates("units", UNITS, f"NUEVO;{TOWN};NUEVO;URB;;;;") == ["rejected parent_code is_root"]


@pytest.mark.slow
def test_several_at_the_top_stay_below_and_a_second_root_is_a_unit(town):
    file = [UNITS, "A;Alcaldía;NUEVO;;;;;", "B;Pleno;NUEVO;;;;;"]
    assert twice("units", *file) == {**DONE, "created": 2}
    assert tree_of(town) == {"0": None, "A": "0", "B": "0"}
    file = [UNITS, f"C;{TOWN};NUEVO;;;;;", f"D;{TOWN};NUEVO;;;;;", "E;Obras;NUEVO;C;;;;"]
    assert twice("units", *file) == {**DONE, "created": 2, "changed": 1}
    assert tree_of(town) == {"C": None, "A": "C", "B": "C", "D": "C", "E": "C"}


@pytest.mark.slow
def test_posts_hang_on_the_root_by_the_agency_s_code(town):
    agency = agency_by_code(town)
    root = root_unit(agency).id
    assert twice("posts", "code;title;unit_code", "P1;Alcaldesa;NUEVO") == {**DONE, "created": 1}
    assert db.session.scalars(select(Post.unit_id).where(Post.code == "P1")).one() == root


@pytest.mark.slow
@pytest.mark.both
def test_an_agency_that_stood_twice_stands_once_after_the_next_import(app_context, cast):
    agency, name = cast.monteclaro, cast.monteclaro.name["es"]
    code, agency_id = agency.code, agency.id
    double = create_unit(None, cast.town_hall, Localized(es=name), code="M1")
    for unit in (cast.urban_planning, cast.procurement):
        move_unit(cast.dorleta, unit, double)
    post = create_post(None, PostSpec(unit=double, title=Localized(es="Pregonero/a")))
    appoint(None, post, cast.xoel, starts_on=today())
    room = channel_of(double)
    say(cast.ana, room, "Escrito allí.")
    file = [UNITS, f"M1;{name};{code};;;;;", f"URB;Urbanismo y Obras;{code};M1;;;;"]
    unit_id, post_id, room_id = double.id, post.id, room.id
    scope = ImportScope(frozenset({agency_id}), cast.dorleta)

    outcomes, _found = look("units", table(*file), scope)
    assert outcomes[0].facts == [("root", "M1"), ("double", "M1")]
    assert apply("units", table(*file), scope)["rejected"] == 0
    assert apply("units", table(*file), scope) == DONE

    tree = tree_of(code)
    assert {code for code, above in tree.items() if above is None} == {"M1"}
    assert tree["URB"] == tree["CON"] == "M1"
    assert db.session.get_one(Unit, cast.town_hall.id).code == "M1"
    assert db.session.get_one(Post, post_id).unit_id == cast.town_hall.id
    ended = db.session.get_one(Unit, unit_id)
    assert (ended.valid_to, ended.successor_id) == (today(), cast.town_hall.id)
    for person in (cast.ana, cast.iria, cast.carles, cast.xoel, cast.rosa):
        assert readable_among(person, [room_id]), person.name
    paths_are_true(agency_id)
    rooms_are_true()
    assert directory_differs(repair=False) == []
    assert first_broken_number(agency_id) is None


def test_a_unit_of_another_place_or_that_ended_keeps_its_code(app_context, cast):
    code, name = cast.monteclaro.code, cast.monteclaro.name["es"]
    create_unit(None, cast.licences, Localized(es=name), code="M1")
    ended = create_unit(None, cast.town_hall, Localized(es=name), code="M2")
    end_unit(None, ended, today())
    root = cast.town_hall.code
    apply("units", table(UNITS, f"M1;{name};{code};;;;;", f"M2;{name};{code};;;;;"))
    assert db.session.get_one(Unit, cast.town_hall.id, populate_existing=True).code == root


@pytest.mark.slow
@pytest.mark.both
def test_the_root_of_the_directory_gives_its_code_to_an_agency_that_is_there(app_context, cast):
    apply("agencies", table("code;name;scheme", "A17002943;Gobierno de La Rioja;local"))
    with unit_of_work():
        root_unit(agency_by_code("A17002943")).code = ROOT_CODE  # as one made by hand has it
    header = (
        "C_ID_UD_ORGANICA;C_DNM_UD_ORGANICA;C_ID_NIVEL_ADMON;C_ID_TIPO_ENT_PUBLICA;"
        "N_NIVEL_JERARQUICO;C_ID_DEP_UD_SUPERIOR;C_DNM_UD_ORGANICA;C_ID_DEP_UD_PRINCIPAL;"
        "C_DNM_UD_ORGANICA;B_SW_DEP_EDP_PRINCIPAL;C_ID_DEP_EDP_PRINCIPAL;C_DNM_UD_ORGANICA;"
        "C_ID_ESTADO;D_VIG_ALTA_OFICIAL;NIF_CIF"
    )
    root = "A17002943;Gobierno de La Rioja"
    file = [
        header,
        f"A17000002;Consejería;2;;2;A17002943;x;{root};N;;;V;;",
        f"{root};2;;1;A99999999;Comunidades Autonomas;{root};N;;;V;;S1",
    ]
    outcomes, _found = look("dir3", table(*file))
    assert outcomes[1].facts == [("root", "A17002943")]
    assert twice("dir3", *file) == {**DONE, "created": 1, "changed": 1}
    assert tree_of("A17002943") == {"A17002943": None, "A17000002": "A17002943"}


@pytest.mark.slow
@pytest.mark.both
def test_a_sheet_of_staff_makes_no_unit_called_as_the_agency(town):
    lines = [
        "agency;name;post;unit;email;staff_number;head",
        f"NUEVO;Noa Rey;Alcaldesa;{TOWN.upper()};noa@n.example;;yes",
        "NUEVO;Lois Rey;Alguacil;Nuevo;lois@n.example;;",
        "NUEVO;Iago Rey;Conserje;;iago@n.example;;",
        "NUEVO;Uxía Rey;Arquitecta;Urbanismo;uxia@n.example;;",
    ]
    assert twice("staff", *lines) == {**DONE, "created": 4}
    assert tree_of(town) == {"0": None, "urbanismo": "0"}
    root = root_unit(agency_by_code(town)).id
    held = db.session.scalars(select(Post.code).where(Post.unit_id == root)).all()
    assert sorted(held) == ["alcaldesa", "alguacil", "conserje"]
