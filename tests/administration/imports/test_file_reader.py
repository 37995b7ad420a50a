import io
import zipfile

import pytest

from intranet.administration.imports.columns import ImportKind, columns_of, is_header_of
from intranet.administration.imports.faults import Refused
from intranet.administration.imports.file_reader import OpenTable
from tests.administration.imports.helpers import ods, xlsx

TEXT = "name;email\nÁna Peña;ana@x.example\nÍñigo;i@x.example\n"


def read(data, kind=ImportKind.PEOPLE):
    """How a file was read, and its lines."""
    file = data if isinstance(data, io.BytesIO) else io.BytesIO(data)
    with OpenTable(file, lambda cells: is_header_of(kind, cells)) as found:
        columns_of(kind, found.header)
        lines = [(line.number, line.fault or line.cells) for line in found.lines()]
        return found.said, lines


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("cp1252", "cp1252"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
    ],
)
def test_encoding_and_separator_are_found_out(encoding, said, separator):
    found, lines = read(TEXT.replace(";", separator).encode(encoding))
    assert (found.encoding, found.separator) == (said, separator)
    assert lines == [(2, ["Ána Peña", "ana@x.example"]), (3, ["Íñigo", "i@x.example"])]


@pytest.mark.parametrize("make", [xlsx, ods])
def test_sheets_are_read_by_what_they_are(make):
    found, lines = read(make([["name", "email"], ["Ána, la de Peña", "ana@x.example"]]))
    assert found.encoding in {"xlsx", "ods"}
    assert [cells for _, cells in lines] == [["Ána, la de Peña", "ana@x.example"]]


def test_quotes_hold_separators_quotes_and_line_ends():
    text = 'name;email\n"Ana ""la"" ; Peña";a@x.example\n"dos\nlíneas";b@x.example\nC;c@x.example\n'
    assert read(text.encode())[1] == [
        (2, ['Ana "la" ; Peña', "a@x.example"]),
        (3, ["dos\nlíneas", "b@x.example"]),
        (5, ["C", "c@x.example"]),
    ]


def test_a_quote_that_is_never_closed_loses_its_own_line_only():
    text = 'name;email\n"Ana;a@x.example\n' + "".join(f"N{n};n{n}@x.example\n" for n in range(40))
    lines = read(text.encode())[1]
    assert lines[0] == (2, "quote_not_closed")
    assert [number for number, _ in lines] == list(range(2, 43))


def test_a_line_of_ten_million_characters_is_one_bad_line():
    text = "name;email\n" + "x" * 10_000_000 + "\nAna;a@x.example\n"
    assert read(text.encode())[1] == [(2, "line_too_long"), (3, ["Ana", "a@x.example"])]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "binary"),
        (b"\x7fELF\x02\x01\x01" + b"\0" * 300, "binary"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old_sheet"),
        (b"PK\x03\x04" + b"nothing like a zip" * 20, "sheet_damaged"),
        (b"x" * 10_000_000, "line_too_long"),
        (b"name;name;email\nA;B;c@x.example\n", "column_twice"),
        (b"name;phone\nAna;1\n", "columns_missing"),
        (b"just;words\n1;2\n", "columns_missing"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_reason(data, code):
    with pytest.raises(Refused) as refusal:
        read(data)
    assert refusal.value.code == code


def test_a_sheet_that_says_it_has_a_cell_at_its_far_corner_is_refused():
    file = xlsx([["name", "email"], ["Ana", "a@x.example"]])
    bomb = io.BytesIO()
    with zipfile.ZipFile(file) as before, zipfile.ZipFile(bomb, "w") as after:
        for part in before.namelist():
            text = before.read(part).decode()
            far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
            after.writestr(part, text.replace("</sheetData>", far))
    with pytest.raises(Refused) as refusal:
        read(bomb)
    assert refusal.value.code in {"sheet_too_large", "sheet_damaged", "empty"}


def test_where_no_process_can_begin_no_sheet_is_called_damaged(monkeypatch):
    monkeypatch.setenv("PYTHONHOME", "/nowhere")

    with pytest.raises(Refused) as refusal:
        read(xlsx([["name", "email"], ["Ana", "a@x.example"]]))
    assert refusal.value.code == "not_opened"
