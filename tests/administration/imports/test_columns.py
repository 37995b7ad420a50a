"""The columns of a file are guessed, chosen by a person and remembered, with what follows."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.administration.imports import jobs
from intranet.administration.imports.columns import ImportKind
from intranet.administration.imports.guessing import guess
from intranet.administration.imports.mapping import MAX_REMEMBERED, remembered
from intranet.administration.imports.models import Import, ImportLine, ImportMapping, ImportState
from intranet.administration.imports.queries import unsure_people
from intranet.administration.imports.survey import survey_file
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.people import rename_person
from intranet.platform.core import clock
from tests.administration.imports.test_pages import see, send, sent, work

HEADINGS = "APELLIDOS Y NOMBRE;N.º EMPL.;CÓD. UNIDAD;DENOM. PUESTO;F. TOMA POS.;CORREO;GR.;D.N.I."
LINES = [
    "PEÑA SÁEZ, JOSÉ;00432;Licencias;Aux. Admvo.;01/03/19;jpena@x.example;A2;00000014Z",
    "DE LA FUENTE I ROIG, M. DOLORS;00587;Padrón;Arquitecta;1-12-25;;C1;00000023T",
    "CRUZ SANTOS ÁNGEL;01020;Padrón;Arquitecta;15.06.2021;acruz@x.example;C2;00000097Y",
]
ROLES = ["name", "staff_number", "unit", "post", "from", "email", None, ""]


@pytest.fixture
def dorleta(cast, client_of):
    return client_of(cast.dorleta)


def begun(app, client, *lines, **more):
    """The address of a file that was sent and read, and waits for its columns."""
    answer = send(client, *lines, **more)
    assert answer.status_code == 303, answer.text
    work(app)
    return answer.location


def roles(*lines, kind=ImportKind.STAFF, agency_ids=()):
    """What is guessed for the columns of a file."""
    found = survey_file(io.BytesIO("\n".join(lines).encode()), kind, agency_ids)
    return guess(kind, found.columns, None)


@pytest.mark.slow
@pytest.mark.both
def test_a_file_of_a_personnel_program_is_understood_asked_about_and_applied(app, cast, dorleta):
    where = begun(app, dorleta, HEADINGS, *LINES, kind="staff", name="plantilla.csv")
    assert see(dorleta, where).location.endswith(f"{where.split('/')[-1]}/columns")
    page = see(dorleta, f"{where}/columns").text
    for words in (
        "What is in each column?",
        "Nothing has changed yet",
        "Still to decide: “GR.”.",
        "2; 1 without a mailbox",
        "Day, month and year",
        "3 different values",
        "Not kept. It is not needed.",
        "José Peña Sáez",
        "M. Dolors de la Fuente i Roig",
    ):
        assert words in page
    assert "00000014Z" not in page
    with app.app_context():
        assert db.session.scalars(select(Import)).one().roles == ROLES

    assert dorleta.submit(f"{where}/columns", {"do": "review"}).status_code == 303
    work(app)
    page = see(dorleta, where).text
    assert "Apply 3 changes" in page
    dorleta.submit(f"{where}/apply")
    work(app)
    with app.app_context():
        names = set(db.session.scalars(select(Person.name)))
        assert {"José Peña Sáez", "M. Dolors de la Fuente i Roig"} <= names
        row = db.session.scalars(select(Import)).one()
        assert (row.file_key, row.survey) == (None, {"lines": 3})


@pytest.mark.slow
@pytest.mark.both
def test_identity_documents_are_kept_nowhere_but_in_the_file_itself(app, cast, dorleta):
    bad = "NADIE;;;;nunca;x;C2;00000099R"
    where = sent(app, dorleta, HEADINGS, *LINES, bad, kind="staff")
    with app.app_context():
        row = db.session.scalars(select(Import)).one()
        kept = str([row.survey, row.header, row.counts, row.names])
        kept += str([(line.cells, line.words) for line in db.session.scalars(select(ImportLine))])
    rejected = see(dorleta, f"{where}/rejected.csv").text
    assert "NADIE" in kept
    assert "NADIE" in rejected
    for document in ("00000014Z", "00000099R", "D.N.I."):
        assert document not in rejected
    assert "00000014Z" not in kept
    assert "00000099R" not in kept


@pytest.mark.slow
def test_a_choice_is_kept_and_proposed_for_the_next_file_in_whatever_order(app, cast, dorleta):
    where = begun(app, dorleta, "Quién;Qué;Raro", "Noa Rey Gil;Auxiliar;x", kind="staff")
    chosen = {"as-0": "name", "as-1": "post", "as-2": "unit", "do": "look"}
    assert dorleta.submit(f"{where}/columns", chosen).status_code == 303
    page = see(dorleta, f"{where}/columns").text
    assert 'value="unit" selected' in page
    dorleta.submit(f"{where}/columns", {"do": "review"})
    work(app)

    again = begun(app, dorleta, "Raro;Quién;Qué", "y;Ana Sol Gil;Auxiliar", kind="staff")
    assert "As you chose for your last file" in see(dorleta, f"{again}/columns").text
    with app.app_context():
        row = db.session.scalars(select(Import).order_by(Import.id.desc()).limit(1)).one()
        assert row.roles == ["unit", "name", "post"]
        other = remembered(cast.altamar.id, ImportKind.STAFF, ["raro", "quien", "que"])
        assert other is None


@pytest.mark.slow
def test_only_so_many_choices_are_remembered_the_latest_ones(app, cast, dorleta, monkeypatch):
    monkeypatch.setattr("intranet.administration.imports.mapping.MAX_REMEMBERED", 2)
    assert MAX_REMEMBERED > 2
    for number in range(4):
        with clock.freeze(clock.now() + timedelta(hours=number)):
            sent(app, dorleta, f"nombre;puesto;x{number}", "Noa Rey Gil;Auxiliar;1", kind="staff")
    with app.app_context():
        rows = db.session.scalars(select(ImportMapping)).all()
        kept = {heading for row in rows for heading in row.roles} - {"nombre", "puesto"}
        assert len(rows) == 2
        assert kept <= {"x2", "x3"}


@pytest.mark.slow
def test_what_is_needed_must_be_chosen_and_nothing_twice(app, cast, dorleta):
    where = begun(app, dorleta, "Quién;Qué", "Noa Rey Gil;Auxiliar", kind="staff")
    answer = dorleta.submit(f"{where}/columns?lang=en", {"as-0": "", "as-1": "", "do": "review"})
    assert answer.status_code == 422
    assert "Choose the column for: post" in answer.text
    answer = dorleta.submit(f"{where}/columns?lang=en", {"as-0": "post", "as-1": "post"})
    assert answer.status_code == 422
    assert "Two columns are" in answer.text
    answer = dorleta.submit(f"{where}/columns", {"as-0": "nada; DROP", "as-1": "post"})
    assert answer.status_code == 303
    with app.app_context():
        row = db.session.scalars(select(Import)).one()
        assert row.roles == [None, "post"]
        assert row.state == ImportState.COLUMNS


@pytest.mark.slow
def test_another_line_can_be_the_header(app, cast, dorleta):
    lines = ["Plantilla de noviembre;;", "", "nombre;puesto;correo", "Noa Rey;Auxiliar;n@x.example"]
    where = begun(app, dorleta, *lines, kind="staff")
    assert "The header is in line 3." in see(dorleta, f"{where}/columns").text
    dorleta.submit(f"{where}/header", {"header": "1"})
    work(app)
    assert "The header is in line 1." in see(dorleta, f"{where}/columns").text
    dorleta.submit(f"{where}/header", {"header": "3"})
    work(app)
    dorleta.submit(f"{where}/columns", {"do": "review"})
    work(app)
    assert "Apply 1 change" in see(dorleta, where).text
    assert dorleta.submit(f"{where}/header", {"header": "0"}).status_code == 422


@pytest.mark.slow
@pytest.mark.both
def test_a_file_of_another_kind_is_read_as_that_kind_in_one_press(app, cast, dorleta):
    where = begun(app, dorleta, HEADINGS, *LINES, kind="units")
    page = see(dorleta, f"{where}/columns").text
    assert "Read it as: Single staff spreadsheet" in page
    dorleta.submit(f"{where}/kind", {"kind": "staff"})
    work(app)
    page = see(dorleta, f"{where}/columns").text
    assert "Read it as" not in page
    with app.app_context():
        assert db.session.scalars(select(Import)).one().roles == ROLES


@pytest.mark.slow
def test_the_columns_can_be_changed_after_a_look_while_the_file_is_kept(app, cast, dorleta):
    where = sent(app, dorleta, HEADINGS, *LINES, kind="staff")
    assert "Change the columns" in see(dorleta, where).text
    dorleta.submit(f"{where}/columns", {"do": "open"})
    dorleta.submit(f"{where}/columns", {"as-2": "", "do": "review"})
    work(app)
    assert "Licencias" not in see(dorleta, where).text
    with clock.freeze(clock.now() + timedelta(days=1, minutes=1)), app.app_context():
        jobs.forget_old(clock.now())
        assert db.session.scalars(select(Import)).one().file_key is None
    assert "Change the columns" not in see(dorleta, where).text
    assert dorleta.submit(f"{where}/columns", {"do": "open"}).status_code == 409


@pytest.mark.slow
def test_an_unsure_name_is_taken_as_it_was_chosen(app, cast, dorleta):
    where = begun(
        app, dorleta, "nombre completo;puesto", "LEON MARTIN TOMAS;Auxiliar", kind="staff"
    )
    with app.app_context():
        [column, _post] = db.session.scalars(select(Import)).one().survey["columns"]
        [[written, name, other]] = column["unsure"]
    page = see(dorleta, f"{where}/columns").text
    assert name in page
    assert other in page
    dorleta.submit(f"{where}/columns", {"name-0": "1", "do": "review"})
    work(app)
    with app.app_context():
        assert db.session.scalars(select(ImportLine.title)).all() == [other]
        assert db.session.scalars(select(Import)).one().names == {written: other}


@pytest.mark.parametrize(
    ("headings", "line", "expected"),
    [
        ("Nombre;Apellidos;Puesto", "JOSÉ;PEÑA SÁEZ;Auxiliar", ["given_name", "surname", "post"]),
        (
            "Nombre;Nombre completo;Puesto",
            "JOSÉ;JOSÉ PEÑA SÁEZ;Auxiliar",
            [None, "name", "post"],
        ),
        (
            "Nom;1r cognom;2n cognom;Lloc de treball;Adreça electrònica;Data naixement",
            "NÚRIA;ROIG;VILA;Auxiliar;n@x.example;01/02/1980",
            ["given_name", "surname", "second_surname", "post", "email", ""],
        ),
        (
            "Izen-abizenak;Lanpostua;Saila;NAN",
            "Ane Etxeberria;Auxiliar;X;00000014Z",
            ["name", "post", "unit", ""],
        ),
        (
            "Apelidos e nome;Posto;Soldo base;Nada",
            "REY, NOA;Auxiliar;1200;",
            ["name", "post", None, ""],
        ),
        (
            "Display name;Job title;Department;userPrincipalName;Start date",
            "Noa Rey;Clerk;X;noa@x.example;2026-01-02",
            ["name", "post", "unit", "email", "from"],
        ),
        (
            "Nome completo;Cargo;Data de posse",
            "Noa Rey;Auxiliar;2026-01-02",
            ["name", "post", "from"],
        ),
        ("Columna A;Columna B;Puesto", "x@x.example;Noa Rey;Auxiliar", ["email", "name", "post"]),
    ],
)
def test_columns_are_guessed_by_headings_in_six_languages_and_by_values(
    app_context, headings, line, expected
):
    assert roles(headings, line, line.replace("JOSÉ", "ANE")) == expected


@pytest.mark.slow
def test_imports_of_others_have_no_columns(app, cast, dorleta, client_of):
    where = begun(app, dorleta, HEADINGS, *LINES, kind="staff")
    for person in (cast.guillem, cast.ana):
        client = client_of(person)
        assert see(client, f"{where}/columns").status_code == 404
        for path, data in (("columns", {"do": "review"}), ("header", {"header": "1"})):
            assert client.submit(f"{where}/{path}", data).status_code == 404
        assert client.submit(f"{where}/kind", {"kind": "units"}).status_code == 404


def test_of_two_columns_with_names_the_page_says_which_was_taken(app, dorleta):
    header = "nombre;nombre completo;puesto;correo"
    lines = ("Noa;Noa Rey Souto;Auxiliar;noa@x.example", "Lois;Lois Rey Gil;Auxiliar;l@x.example")
    where = begun(app, dorleta, header, *lines, kind="staff")
    page = see(dorleta, f"{where}/columns?lang=en").text
    assert "“nombre completo” is taken for this. Lost: 2 values." in page


def test_units_without_a_head_are_named_after_the_import_and_listed(app, dorleta):
    where = begun(app, dorleta, "nombre;puesto;servicio", "Noa Rey;Auxiliar;Archivo", kind="staff")
    dorleta.submit(f"{where}/columns", {"do": "review"})
    work(app)
    dorleta.submit(f"{where}/apply", {})
    work(app)
    page = see(dorleta, f"{where}?lang=en").text
    assert re.search(r"units? ha(s|ve) nobody who leads", page)
    listed = see(dorleta, "/admin/L01990012/units?headless=1&lang=en").text
    assert "Archivo" in listed
    assert "Contratación" not in listed


def test_an_unsure_name_counts_until_it_is_changed(app, cast, dorleta):
    header = "nombre completo;puesto;correo"
    line = "LEON MARTIN TOMAS;Auxiliar;t.lm@x.example"
    where = begun(app, dorleta, header, line, kind="staff")
    dorleta.submit(f"{where}/columns", {"do": "review"})
    work(app)
    dorleta.submit(f"{where}/apply", {})
    work(app)
    assert "1 unsure name" in see(dorleta, "/admin/L01990012/first-import?lang=en").text
    assert "1 unsure name" in see(dorleta, "/admin/L01990012?lang=en").text
    with app.app_context():
        [person_id] = db.session.scalars(unsure_people(cast.monteclaro.id))
        name = db.session.get_one(Person, person_id).name
        assert name in see(dorleta, "/admin/L01990012/people?access=unsure").text
        rename_person(None, cast.monteclaro, db.session.get_one(Person, person_id), "Tomás León")
    assert "unsure name" not in see(dorleta, "/admin/L01990012/first-import?lang=en").text


def test_a_header_of_two_lines_names_the_number_of_a_person_and_a_day(app_context):
    lines = (
        "Empleado;;;;Puesto;;",
        "Apellido 1;Apellido 2;Nombre;Código;Denominación;Unidad;Desde",
        "ALBERDI;ESTIBARITZ;NAROA;E3000;AUX. ADMVO.;Urbanismo;1-ene-10",
        "MARTÍNEZ;LEMA;ANTÓN;E3001;CONSERJE;Cultura;2-feb-11",
    )
    names = ["surname", "second_surname", "given_name"]
    assert roles(*lines) == [*names, "staff_number", "post", "unit", "from"]
