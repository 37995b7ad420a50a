"""An agency's own administration: no column names the agency, and others' lines are not taken."""

import pytest
from sqlalchemy import select

from intranet.administration.imports.importer import ImportScope
from intranet.extensions import db
from intranet.organisation.agencies.models import Unit
from tests.administration.imports.helpers import apply, fates, look, table
from tests.administration.imports.test_columns import begun
from tests.administration.imports.test_pages import see, sent, work

DIR3 = (
    "C_ID_UD_ORGANICA;C_DNM_UD_ORGANICA;C_ID_NIVEL_ADMON;C_ID_DEP_UD_SUPERIOR;C_DNM_UD_ORGANICA;"
    "C_ID_DEP_UD_PRINCIPAL;C_DNM_UD_ORGANICA;C_ID_ESTADO"
)


@pytest.fixture
def dorleta(cast, client_of):
    return client_of(cast.dorleta)


@pytest.fixture
def own(app_context, cast):
    return ImportScope(frozenset({cast.monteclaro.id}), cast.dorleta)


@pytest.mark.both
def test_no_column_for_the_own_agency_is_needed(own):
    assert fates("units", "code;name", "PAD;Padrón", scope=own) == ["created"]
    line = "REY GIL, NOA;Auxiliar;Padrón;noa@x.example;2026-01-01"
    assert fates("staff", "name;post;unit;email;from", line, scope=own) == ["created"]
    assert fates("units", "code;name;agency_code", "PAD;Padrón;", scope=own) == ["created"]
    assert fates("units", "code;name;agency_code", "PAD;Padrón;X9", scope=own) == [
        "rejected agency_code not_yours"
    ]
    assert fates("units", "code;name", "PAD;Padrón") == ["rejected agency_code missing"]


@pytest.mark.both
def test_staff_take_a_term_and_what_is_filled_in_once_more(own):
    header = "apellidos;nombre;puesto;unidad;correo;desde;hasta;teléfono"
    line = "REY GIL;NOA;Auxiliar;Padrón;noa@x.example;01/01/2026;{};204"
    assert apply("staff", table(header, line.format("")), scope=own)["created"] == 1
    again, _found = look("staff", table(header, line.format("31/12/2026")), own)
    assert [(each.title, each.what.value) for each in again] == [("Noa Rey Gil", "changed")]
    bad = line.format("31/12/2025")
    assert fates("staff", header, bad, scope=own) == ["rejected to dates_reversed"]


@pytest.mark.both
def test_of_the_official_register_only_the_own_lines_are_taken(own, cast):
    ours, other = cast.monteclaro.code, cast.altamar.code
    lines = [
        DIR3,
        f"LA0000001;Servicio de Padrón;3;{ours};X;{ours};X;V",
        f"LA0000002;Servei d'Hisenda;3;{other};Y;{other};Y;V",
        "LA0000003;De otra;3;L01000001;Z;L01000001;Z;V",
    ]
    outcomes, found = look("dir3", table(*lines), own)
    assert [each.what.value for each in outcomes] == ["created", "unchanged", "unchanged"]
    assert found.counts["passed_over"] == 2
    assert apply("dir3", table(*lines), scope=own)["created"] == 1
    made = db.session.scalars(select(Unit).where(Unit.code.like("LA000000%"))).all()
    assert [(unit.code, unit.agency_id) for unit in made] == [("LA0000001", cast.monteclaro.id)]


def test_a_register_without_the_own_agency_says_so(app, cast, dorleta):
    line = "LA0000003;De otra;3;L01000001;Z;L01000001;Z;V"
    page = see(dorleta, sent(app, dorleta, DIR3, line, kind="dir3")).text
    assert "Nothing in this file is for your agency" in page
    assert cast.monteclaro.code in page


def test_a_register_sent_as_a_list_of_people_is_read_as_what_it_is(app, cast, dorleta):
    line = f"LA0000001;Padrón;3;{cast.monteclaro.code};X;{cast.monteclaro.code};X;V"
    where = begun(app, dorleta, DIR3, line, kind="staff")
    assert "Read it as: The common directory (DIR3)" in see(dorleta, f"{where}/columns").text
    dorleta.submit(f"{where}/kind", {"kind": "dir3"})
    work(app)
    assert "Apply 1 change" in see(dorleta, where).text


@pytest.mark.both
def test_of_a_file_of_agencies_only_the_own_name_may_change(own, cast):
    ours, other = cast.monteclaro.code, cast.altamar.code
    assert fates("agencies", "code;name", f"{ours};Concello", scope=own) == ["changed"]
    assert (
        fates("agencies", "code;name", f"{other};Concello", "X;Y", scope=own)
        == ["rejected code operator_only"] * 2
    )
    said = f"{ours};{cast.monteclaro.name['es']};999"
    assert fates("agencies", "code;name;population", said, scope=own) == [
        "rejected population operator_only"
    ]
