"""A file plan is read whole or not at all, from the forms in which agencies have it."""

import io

import pytest
import xlsxwriter

from intranet.platform.core.errors import Invalid
from intranet.records.retention.models import AfterTerm, CountsFrom, TermUnit
from intranet.records.retention.plan_files import read_plan


@pytest.fixture(autouse=True)
def in_request(app):
    with app.test_request_context("/?lang=en"):
        yield


def read(text):
    return read_plan(io.BytesIO(text.encode()))


def test_terms_are_read_in_days_months_and_years():
    found = read(
        "code;name;term;counts from;legal basis;at the end\n"
        "1;A;90 days;;;delete\n2;B;6 meses;cierre;Ley 7/2014;eliminar\n3;C;5;;;destruir\n"
        "4;D;permanente;;;archivo\n5;E;2 anys;;;\n"
    )
    assert [(line.term, line.unit) for line in found] == [
        (90, TermUnit.DAYS),
        (6, TermUnit.MONTHS),
        (5, TermUnit.YEARS),
        (None, None),
        (2, TermUnit.YEARS),
    ]
    assert [line.after for line in found] == [
        *(AfterTerm.DELETE, AfterTerm.DELETE, AfterTerm.DELETE),
        *(AfterTerm.KEEP, AfterTerm.KEEP),
    ]
    assert found[1].counts_from == CountsFrom.CHANGED
    assert found[1].basis == "Ley 7/2014"


def test_a_spreadsheet_is_read_like_text():
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as made:
        sheet = made.add_worksheet()
        for row, cells in enumerate(
            [["Código", "Denominación", "Plazo"], ["01.02", "Correspondencia", "2 años"]]
        ):
            sheet.write_row(row, 0, cells)
    book.seek(0)
    (line,) = read_plan(book)
    assert (line.code, line.term, line.after) == ("01.02", 2, AfterTerm.KEEP)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("a;b\n1;2\n", "columns"),
        ("code;name;term\n", "no lines"),
        ("code;name;term\n1;A;soon\n", "Line 2"),
        ("code;name;term\n1;A;5\n1;B;5\n", "twice"),
        ("code;name;term\n1;;5\n", "missing"),
        ("code;name;term;after\n1;A;;delete\n", "no term"),
        ("code;name;term;after\n1;A;5;perhaps\n", "neither"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(text, says):
    with pytest.raises(Invalid) as refused:
        read(text)
    assert says in str(refused.value.errors["file"])
