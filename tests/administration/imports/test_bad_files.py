"""Files as personnel programs export them are read as they are meant, and what was done is said."""

import io

import pytest

from intranet.administration.imports import cell_values
from intranet.administration.imports.columns import ImportKind, is_header_of
from intranet.administration.imports.faults import Rejected
from intranet.administration.imports.file_reader import OpenTable
from intranet.administration.imports.national_ids import national_id
from intranet.administration.imports.note_labels import note
from intranet.organisation.people.natural_names import natural_name
from tests.administration.imports.bad_files import DAYS, NAMES, csv_file, ods_file, xlsx_file
from tests.administration.imports.helpers import ods_of, xlsx


def read(file, header_at=0, sheet="", kind=ImportKind.PEOPLE):
    """The header, the lines by title, and the codes of what is said."""
    data = io.BytesIO(file) if isinstance(file, bytes) else file
    with OpenTable(data, lambda cells: is_header_of(kind, cells), header_at, sheet) as found:
        lines = [dict(zip(found.header, line.cells, strict=False)) for line in found.lines()]
        return found, lines, {each.code: each.about for each in found.notes()}


@pytest.mark.parametrize(
    ("make", "name", "day", "first", "last"),
    [
        (csv_file, "Apellidos y nombre", "Fecha de inicio", 4, 4),
        (xlsx_file, "Apellidos y nombre", "Desde", 5, 5),
        (ods_file, "Apelidos e nome", "Data de inicio", 2, 3),
    ],
)
def test_three_bad_files_hold_six_people(make, name, day, first, last):
    found, lines, said = read(make())
    assert [natural_name(line[name]).name for line in lines] == NAMES
    assert [str(cell_values.day(line[day], "from")) for line in lines] == DAYS
    assert found.header_number == last
    assert said.get("header_line", said.get("header_double")) == {"line": last, "first": first}
    assert said["totals"]["count"] == 1


@pytest.mark.slow
def test_what_was_done_with_a_file_is_said_in_sentences(app_context):
    for make in (csv_file, xlsx_file, ods_file):
        _found, _lines, said = read(make())
        for code, about in said.items():
            assert note(code, about).endswith(".")


@pytest.mark.slow
def test_the_sheet_with_the_people_is_read_and_hidden_ones_are_named():
    found, _lines, said = read(xlsx_file())
    assert found.said.sheet == "Personal"
    assert said["sheets_hidden"] == {"others": "Bajas"}
    assert said["formulas"] == {"count": 1}
    found, lines, said = read(xlsx_file(), sheet="Bajas")
    assert len(lines) == 39
    assert said["sheet_hidden"] == {"sheet": "Bajas"}


def test_merged_cells_count_for_every_line_they_cover():
    _found, lines, _said = read(xlsx_file())
    assert [line["Servicio"] for line in lines] == ["Obras", "", "Obras", *["Personal"] * 3]


def test_identity_numbers_are_left_out_by_their_title_or_their_letters():
    for make, title in ((csv_file, "D.N.I."), (xlsx_file, "NIF")):
        found, lines, said = read(make())
        assert said["national_ids"] == {"columns": title}
        assert {line[title] for line in lines} == {""}
        assert not set(found.ids) & {found.header.index("Apellidos y nombre")}
    rows = "\n".join(["nombre;clave;correo", *["Ana;12345678Z;a@x.example"] * 4])
    assert read(rows.encode())[2]["national_ids"] == {"columns": "clave"}
    rows = rows.replace("clave", "n.º de empleado")
    assert "national_ids" not in read(rows.encode())[2]


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("12345678Z", "12345678Z"),
        ("12.345.678-z", "12345678Z"),
        ("45678.0", "00045678"),
        ("45678T", "00045678T"),
        ("X1234567L", "X1234567L"),
        ("12345678A", None),
        ("X1234567", None),
        ("1234567890123", None),
        ("Ana", None),
    ],
)
def test_identity_numbers_with_and_without_letter(cell, number):
    assert national_id(cell) == number


def test_a_person_can_say_where_the_header_is():
    text = b"nombre;correo\nX;x@x.example\nnombre;correo\nAna;a@x.example\n"
    assert len(read(text, header_at=3)[1]) == 1
    assert read(text, header_at=99)[0].header_number == 1


@pytest.mark.parametrize(
    ("lines", "header", "number"),
    [
        (["Concello de X", "", "Traballador;Enderezo;Grupo", "REI, UXÍA;u@x.example;A1"], 0, 3),
        (["Lista;;", "Clave;Persona;Destino", "7001;Ana Rei;Obras"], 1, 2),
        (["sep=;", "nombre;correo", "Ana;a@x.example"], 0, 2),
        (["una;dos;tres", "1;2;3", "4;5;6"], 0, 1),
    ],
)
def test_a_header_is_found_without_a_known_name(lines, header, number):
    assert read("\n".join(lines).encode())[0].header_number == number


def test_groups_above_the_columns_tell_equal_titles_apart():
    text = (
        "Persona;;Puesto;;Unidad;\nNombre;Correo;Código;Denominación;Código;Denominación\n"
        "Ana Rei;a@x.example;P1;Técnica;U1;Obras\n"
    )
    found, lines, _said = read(text.encode())
    assert found.header == [
        "Nombre",
        "Correo",
        "Puesto Código",
        "Puesto Denominación",
        "Unidad Código",
        "Unidad Denominación",
    ]
    assert len(lines) == 1


def test_a_title_on_two_lines_is_joined_and_people_are_no_title():
    text = "Apellidos y;N.º de;Correo\nnombre;empleado;\nREI, ANA;7001;a@x.example\n"
    assert read(text.encode())[0].header == ["Apellidos y nombre", "N.º de empleado", "Correo"]
    text = "nombre;puesto;correo\nAna Rei;Jefa de servicio;\nUxía Rei;Jefa de área;\n"
    assert len(read(text.encode())[1]) == 2


def test_a_title_in_the_middle_of_a_sheet_does_not_cut_its_columns():
    file = ods_of([["", "", "Persoal"], ["nome", "correo", "data"], ["Ana", "a@x.example", "1"]])
    assert read(file)[0].header == ["nome", "correo", "data"]


def test_errors_of_a_spreadsheet_are_empty_and_said():
    _found, lines, said = read("nombre;correo\n#N/A;a@x.example\nAna;#¡REF!\n".encode())
    assert [list(line.values()) for line in lines] == [["", "a@x.example"], ["Ana", ""]]
    assert said["errors_written"] == {"count": 2}


def test_totals_are_told_from_people():
    text = "nombre;correo;puesto;nota\nTotal: 3;;;\nTotó Rei;t@x.example;Total;\nSuma;;;\n"
    _found, lines, said = read(text.encode())
    assert [line["nombre"] for line in lines] == ["Totó Rei"]
    assert said["totals"] == {"count": 2, "line": 4, "text": "Suma"}


@pytest.mark.parametrize("value", ["45678.0", "45678,00", "45678"])
def test_numbers_lose_the_decimals_of_a_spreadsheet(value):
    assert cell_values.staff_number(value) == "45678"
    assert cell_values.code(value, "code") == "45678"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("01/03/19", "2019-03-01"),
        ("1-12-26", "2026-12-01"),
        ("1-12-78", "1978-12-01"),
        ("15.06.2021", "2021-06-15"),
        ("01/03/2019 0:00:00", "2019-03-01"),
        ("2019-03-01T00:00:00", "2019-03-01"),
        ("20190301", "2019-03-01"),
        ("1 de marzo de 2019", "2019-03-01"),
        ("lunes, 1 de marzo de 2019", "2019-03-01"),
        ("1 març 2019", "2019-03-01"),
        ("1 d'abril de 2019", "2019-04-01"),
        ("1 de xullo de 2019", "2019-07-01"),
        ("2019ko martxoaren 1a", "2019-03-01"),
        ("1-mar-19", "2019-03-01"),
        ("43525", "2019-03-01"),
        ("43525.0", "2019-03-01"),
    ],
)
def test_days_in_every_form(text, day):
    assert str(cell_values.day(text, "from")) == day


@pytest.mark.parametrize(
    "text", ["31/02/2019", "ayer", "12345", "1 de ma de 2019", "2019", "1/1/1"]
)
def test_what_is_no_day_is_rejected(text):
    with pytest.raises(Rejected):
        cell_values.day(text, "from")


def test_a_past_day_of_two_digits_is_never_ahead():
    assert str(cell_values.day("01/01/31", "from")) == "2031-01-01"
    assert str(cell_values.day("01/01/31", "from", is_past=True)) == "1931-01-01"


def test_a_sheet_with_one_line_of_people_is_read():
    assert len(read(xlsx([["nombre", "correo"], ["Ana", "a@x.example"]]))[1]) == 1
