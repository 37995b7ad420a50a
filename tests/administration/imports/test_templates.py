"""The spreadsheet of each kind: filled in and sent again, it is understood entirely."""

import io
import zipfile

import pytest
from sqlalchemy import select

from intranet.administration.imports.columns import LAYOUTS, missing_columns
from intranet.administration.imports.models import Import, ImportState
from intranet.extensions import db
from tests.administration.imports.test_pages import see, send, work


@pytest.fixture
def dorleta(cast, client_of):
    return client_of(cast.dorleta)


def fetched(client, kind, language):
    answer = client.get(f"/admin/import/template/{kind}.xlsx?lang={language}")
    assert answer.status_code == 200
    return answer.data


@pytest.mark.parametrize("kind", LAYOUTS)
@pytest.mark.parametrize("language", ["es", "eu"])
def test_what_a_template_has_is_understood(app, cast, dorleta, kind, language):
    data = fetched(dorleta, kind, language)
    answer = send(dorleta, kind=kind, data=data, name=f"{kind}.xlsx")
    assert answer.status_code == 303, answer.text
    work(app)
    with app.app_context():
        row = db.session.scalars(select(Import)).one()
        assert row.state == ImportState.COLUMNS
        notes = [code for code, _about in row.survey["notes"]]
        assert (row.survey["lines"], "example" in notes) == (0, True) or kind == "agencies"
        assert None not in row.roles
        assert "" not in row.roles
        assert not missing_columns(kind, row.roles)


def test_a_template_s_example_is_left_out_and_people_are_not(app, dorleta):
    header = "nombre;correo;puesto"
    lines = ("Ane Etxeberria Roig;ane.etxeberria@agency.example;Jefa", "Ane Roig;a@x.example;Jefa")
    send(dorleta, kind="staff", data="\n".join((header, *lines)).encode())
    work(app)
    with app.app_context():
        row = db.session.scalars(select(Import)).one()
        assert row.survey["lines"] == 1
        where = f"/admin/import/{row.id}/columns?lang=en"
    assert "The example line of the template was left out." in see(dorleta, where).text


def test_a_template_has_lists_and_text_and_no_column_for_the_agency(dorleta):
    with zipfile.ZipFile(io.BytesIO(fetched(dorleta, "staff", "es"))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        texts = book.read("xl/sharedStrings.xml").decode()
        styles = book.read("xl/styles.xml").decode()
    assert "holder,acting,substitute" in sheet
    assert "sí,no" in sheet
    assert 'numFmtId="49"' in styles
    assert "00412" in texts
    assert "puesto" in texts
    assert "administración" not in texts


def test_there_is_no_template_of_what_the_state_publishes(dorleta, client_of, cast):
    assert see(dorleta, "/admin/import/template/dir3.xlsx").status_code == 404
    assert see(client_of(cast.ana), "/admin/import/template/staff.xlsx").status_code == 404
