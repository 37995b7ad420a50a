"""`intranet export` and `intranet import agency`; `import FILE --kind` goes on as ever."""

import pytest
from click.testing import CliRunner

from intranet.cli.main import Commands

AGENCY = [
    *("agency", "create", "Concello de Proba", "--code", "L01990099", "--kind", "municipality"),
    *("--administrator", "Noa Rey", "--post", "Secretaría", "--email", "noa@proba.example"),
]


@pytest.fixture
def house(new_migrated_url, tmp_path_factory):
    """Make a runner of commands on an empty installation of its own."""

    def make():
        folder = tmp_path_factory.mktemp("house")
        settings = {"INTRANET_DATA_DIR": str(folder), "INTRANET_DATABASE_URL": new_migrated_url()}
        return lambda *given: CliRunner().invoke(Commands(), list(map(str, given)), env=settings)

    return make


@pytest.mark.both
def test_an_agency_leaves_by_one_command_and_arrives_by_another(house, tmp_path):
    here, there, package = house(), house(), tmp_path / "package.zip"
    assert here(*AGENCY).exit_code == 0

    left = here("export", "agency", "L01990099", "--to", package)
    assert left.exit_code == 0, left.output
    arrived = there("import", "agency", package)
    assert arrived.exit_code == 0, arrived.output
    assert "The agency L01990099 is here" in arrived.output

    again = there("import", "agency", package)
    assert again.exit_code == 1
    assert "has an agency with the code L01990099" in again.output
    assert "Nothing was imported." in again.output
    assert there("account", "invite", "noa@proba.example").exit_code == 0
    assert not list(tmp_path.glob(".*.part"))


def test_what_is_not_there_is_not_exported(house, tmp_path):
    run = house()
    missing = run("export", "agency", "L01990000", "--to", tmp_path / "x.zip")
    assert missing.exit_code == 1
    assert "There is no agency L01990000." in missing.output
    unknown = "0192aaaa-0000-7000-8000-000000000001"
    for kind in ("group", "initiative", "channel"):
        assert f"There is no {kind}" in run("export", kind, unknown).output
    assert not (tmp_path / "x.zip").exists()


def test_files_are_imported_as_before_also_one_that_is_called_agency(house, tmp_path, monkeypatch):
    run = house()
    monkeypatch.chdir(tmp_path)
    for name in ("agencies.csv", "agency"):
        (tmp_path / name).write_text("code;name\nT1;Ayuntamiento de Pedrafría\n", encoding="utf-8")
        done = run("import", name, "--kind", "agencies")
        assert done.exit_code == 0, done.output
        assert "created 1" in " ".join(done.output.split())
    assert "agency" in run("import", "--help").output


def test_staff_are_imported_with_and_without_the_word_file(house, tmp_path):
    run = house()
    assert run(*AGENCY).exit_code == 0
    (tmp_path / "staff.csv").write_text(
        "nombre;puesto;correo\nUxía Prado Rey;Técnica;uxia@proba.example\n",
        encoding="utf-8",
    )
    file = tmp_path / "staff.csv"
    options = ("--kind", "staff", "--agency", "L01990099")
    looked = run("import", file, *options)
    assert looked.exit_code == 0, looked.output
    assert run("import", "file", file, *options).stdout == looked.stdout
    assert run("import", *options, file).stdout == looked.stdout
    assert "Uxía Prado Rey" in looked.stdout
    done = run("import", file, *options, "--apply")
    assert done.exit_code == 0, done.output
    assert "created 1" in " ".join(done.output.split())
