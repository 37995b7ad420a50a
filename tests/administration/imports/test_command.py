"""`intranet import`: what it prints, what it leaves, and how it ends."""

import csv

import pytest
from click.testing import CliRunner

from intranet.cli.imports import import_file

HEADER = "name;email;post_code;cosa"
NEW = (
    ("agencies", ["code;name", "T1;Ayuntamiento de Pedrafría", "T2;Ayuntamiento de Outeiro"]),
    ("units", ["code;name;agency_code", "URB;Urbanismo;T1"]),
    ("posts", ["code;title;unit_code;places", "P1;Administrativo/a;URB;3"]),
)


@pytest.fixture
def run(new_migrated_url, tmp_path):
    """Carry out the command on a file of these lines, on a database of the test's own."""
    return runner(new_migrated_url(), tmp_path)


def runner(url, tmp_path):
    settings = {"INTRANET_DATA_DIR": str(tmp_path / "data"), "INTRANET_DATABASE_URL": url}

    def carry_out(lines, *arguments, name="gente.csv", kind="people"):
        path = tmp_path / name
        path.write_bytes(lines if isinstance(lines, bytes) else "\n".join(lines).encode())
        given = [str(path), f"--kind={kind}", *arguments]
        return CliRunner().invoke(import_file, given, env=settings)

    return carry_out


@pytest.fixture(scope="module")
def town_url(new_migrated_url, tmp_path_factory):
    """A database with a town that has a unit and a post."""
    url = new_migrated_url()
    run = runner(url, tmp_path_factory.mktemp("town"))
    for kind, lines in NEW:
        done = run(lines, "--apply", kind=kind)
        assert done.exit_code == 0, done.output
    return url


@pytest.fixture
def town(town_url, new_database_url, tmp_path):
    """The same on a database in which that town is."""
    return runner(new_database_url(town_url), tmp_path)


def test_a_dry_run_reports_each_line_and_leaves_what_to_mend(town, tmp_path):
    done = town([HEADER, "Noa Rey;noa@x.example;P1;", "+SUM(1);b@x.example;P9;-1", "Lois;;;"])

    assert done.exit_code == 1, done.output
    assert "separator “;”" in done.output
    assert "Ignored columns: cosa" in done.output
    assert "created 2 Noa Rey" in " ".join(done.output.split())
    assert "rejected 3 +SUM(1): post_code: There is no post with this code: P9" in " ".join(
        done.output.split()
    )
    assert "created 1  changed 0  ended 0  unchanged 0  rejected 2" in done.output
    assert "Nothing was changed" in done.output
    mended = (tmp_path / "gente.rejected.csv").read_text("utf-8-sig")
    rows = list(csv.reader(mended.splitlines(), delimiter=";"))
    assert rows[0] == [*HEADER.split(";"), "line", "reason"]
    assert rows[1][:5] == ["'+SUM(1)", "b@x.example", "P9", "'-1", "3"]

    mended = mended.replace("'+SUM(1)", "Suma Rey").replace("P9", "P1")
    again = town(mended.replace("Lois;;", "Lois;l@x.example;P1").encode(), name="otra.csv")
    assert again.exit_code == 0
    assert "created 2" in again.output


@pytest.mark.slow
def test_applying_says_what_was_done_and_a_second_time_nothing(town):
    lines = [HEADER, "Noa Rey;noa@x.example;P1;", "Lois Rey;lois@x.example;P1;"]
    done = town(lines, "--apply")
    assert done.exit_code == 0, done.output
    assert "created 2" in done.output
    assert "2 people have an account and no invitation yet" in done.output
    again = town(lines, "--apply")
    assert "created 0  changed 0  ended 0  unchanged 2  rejected 0" in again.output

    other = town([HEADER, "Noa Rey;noa@x.example;P1;"], "--agency=T2")
    assert (other.exit_code, "There is no post with this code" in other.output) == (1, True)
    assert town(lines, "--agency=T1").exit_code == 0
    assert "no agency with the code" in town(lines, "--agency=T9").output


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (b"", "empty"),
        (b"\x7fELF\0\0\0\0" * 40, "not a text file or a spreadsheet"),
        (["namn;email", "x;y"], "Columns are missing: name"),
    ],
)
def test_a_file_that_cannot_be_taken_ends_with_two(run, lines, words):
    for arguments in ((), ("--apply",)):
        done = run(lines, *arguments)
        assert done.exit_code == 2
        assert words in done.output


def test_it_says_which_of_two_names_was_taken_and_what_was_left_out(town):
    header = "nombre;nombre completo;email;post_code"
    example = "Ane;Ane Etxeberria Roig;ane.etxeberria@agency.example;P1"
    done = town([header, example, "Noa;Noa Rey;noa@x.example;P1"])
    assert "“nombre” is taken for what “nombre completo” may be too" in done.output
    assert "The example line of the template was left out." in done.output
    assert "created 1  changed 0" in done.output


@pytest.mark.slow
def test_on_an_empty_database_it_makes_the_tables_first(new_database_url, tmp_path):
    kind, lines = NEW[0]
    done = runner(new_database_url(), tmp_path)(lines, "--apply", kind=kind)
    assert (done.exit_code, "created 2" in done.output) == (0, True), done.output


def test_a_dry_run_of_units_says_which_code_the_agency_takes(town):
    done = town(
        ["code;name;agency_code;parent_code", "A1;Ayuntamiento de Outeiro;T2;"], kind="units"
    )
    assert done.exit_code == 0, done.output
    assert "the agency itself, which takes the code A1" in " ".join(done.output.split())
