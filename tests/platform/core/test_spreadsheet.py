"""ASVS 1.2.10: no program that opens a spreadsheet of ours takes a cell for a formula."""

import csv

import pytest

from intranet.platform.core.spreadsheet import as_meant, harmless, spreadsheet_row

SIGNS = tuple("=+-@\t\r＝＋－＠﹦﹢﹣﹫")
NOT_SEEN = "\ufeff\u200b\x00\u2028\x0b\x0c\x1f\x85\u00ad\u2060\u202e\u3164"
HOSTILE = [
    "=1+1",
    "-Junta de Vecinos",
    "+34 600 123 456",
    "@SUM(A1)",
    "  =1+1",
    "a,=1+1",
    "a;=1+1",
    "a\t=1+1",
    "a|=1+1",
    "a\n=1+1",
    "a, =1+1",
    'a",=1+1',
    '","=1+1',
    '"=1+1',
    ',"" =1+1,-1,+1',
    "＝1+1",
    "\t=1",
    "\rx",
    "''=1+1",
    "'-1",
    "a,'=1",
    "-",
    *(f"{sign}1+1" for sign in "﹦﹢﹣﹫＋－＠"),
    *(f"{unseen}=1+1" for unseen in NOT_SEEN),
    *(f"a,{unseen}\u200b=1+1" for unseen in NOT_SEEN),
    *(f"a{parting}=1+1" for parting in "\x0b\x0c\x1e\x85\u2028\u2029"),
]
PLAIN = ["", "Ana Castro", "M.ª José", "O'Brien", "'t Hooft", "5-3=2", "a-b", "B.O.E. 3, 4", "x=1"]


def cells_seen(line, separator, quoting):
    rows = csv.reader(line.splitlines(), delimiter=separator, quoting=quoting)
    return [cell.strip(f' "{NOT_SEEN}') for row in rows for cell in row]


@pytest.mark.parametrize("cell", HOSTILE)
def test_no_cell_begins_as_a_formula_whatever_parts_the_cells(cell):
    line = spreadsheet_row(["x", cell, "y"])
    for separator in (";", ",", "\t", "|"):
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            for seen in cells_seen(line, separator, quoting):
                assert not seen.startswith(SIGNS), (separator, quoting, seen)


@pytest.mark.parametrize("cell", [*HOSTILE, *PLAIN])
def test_what_went_out_comes_in_as_it_was(cell):
    assert as_meant(harmless(cell)) == cell
    assert as_meant(harmless(harmless(cell))) == harmless(cell)


@pytest.mark.parametrize("cell", PLAIN)
def test_what_is_no_formula_is_left_alone(cell):
    assert harmless(cell) == cell
