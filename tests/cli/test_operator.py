"""The operator's commands: the first of everything, and a look at what is in place."""

import re

import pytest
from click.testing import CliRunner

from intranet.cli.accounts import KINDS, account, agency
from intranet.cli.database import migrate
from intranet.organisation.agencies.models import AgencyKind

AGENCY = (
    *("create", "Ayuntamiento de Pedrafría", "--code=L9", "--kind=municipality"),
    *("--handle=pedrafria", "--administrator=Dora Pérez", "--post=Secretaria"),
)


@pytest.fixture
def run(new_migrated_url, tmp_path):
    """Run a command on a database of the test's own, which has its tables."""
    return runner(new_migrated_url(), tmp_path)


@pytest.fixture
def run_first(new_database_url, tmp_path):
    """The same on an empty database: the first command makes the tables."""
    return runner(new_database_url(), tmp_path)


def runner(url, folder):
    settings = {"INTRANET_DATA_DIR": str(folder / "data"), "INTRANET_DATABASE_URL": url}

    def carry_out(command, *arguments, **more):
        changed = {f"INTRANET_{name.upper()}": value for name, value in more.items()}
        return CliRunner().invoke(command, arguments, env={**settings, **changed})

    return carry_out


def test_an_agency_of_every_kind_can_be_made():
    assert tuple(kind.value for kind in AgencyKind) == KINDS


@pytest.mark.slow
def test_an_agency_is_made_with_its_administrator_once(run_first):
    made = run_first(agency, *AGENCY, "--email=dora@pedrafria.example")
    assert made.exit_code == 0, made.output
    assert "L9 was created" in made.output
    assert "by mail" in made.output

    again = run_first(agency, *AGENCY, "--email=x@pedrafria.example")
    assert again.exit_code == 1
    assert "code" in again.output


@pytest.mark.slow
def test_the_operator_knows_whose_an_e_mail_domain_is(run):
    run(agency, *AGENCY, "--email=dora@pedrafria.example")

    proven = run(agency, "domain", "L9", "Pedrafria.example")
    assert proven.exit_code == 0, proven.output
    assert "pedrafria.example belongs to L9" in proven.output
    assert run(agency, "domain", "L8", "pedrafria.example").exit_code == 1
    refused = run(agency, "domain", "L9", "gmail.com")
    assert refused.exit_code == 1
    assert "gmail.com" in refused.output


@pytest.mark.slow
def test_an_account_is_made_invited_again_and_disabled(run):
    run(agency, *AGENCY, "--email=dora@pedrafria.example")

    paper = run(account, "create", "Xan Rouco", "--agency=L9", "--staff-number=44")
    (secret,) = re.findall(r"/invitation/(\S+)", paper.output)
    assert len(secret) >= 43
    again = run(account, "invite", "44@pedrafria")
    assert secret not in again.output
    assert "/invitation/" in again.output
    assert run(account, "disable", "44@pedrafria").exit_code == 0
    assert run(account, "invite", "44@pedrafria").exit_code == 1
    assert run(account, "disable", "44@pedrafria").exit_code == 0


@pytest.mark.slow
def test_there_is_something_to_approve_only_if_an_administrator_asked(run):
    run(agency, *AGENCY, "--email=dora@pedrafria.example")
    done = run(account, "approve", "dora@pedrafria.example")
    assert done.exit_code == 1
    assert "Nothing waits" in done.output


@pytest.mark.slow
def test_a_lost_second_factor_is_taken_away(run):
    run(agency, *AGENCY, "--email=dora@pedrafria.example")

    done = run(account, "second-factor", "dora@pedrafria.example")
    assert done.exit_code == 0, done.output
    assert "was removed" in done.output
    assert run(account, "second-factor", "nobody@x.example").exit_code == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ("create", "X", "--agency=NO", "--email=a@b.example"),
        ("create", "X", "--agency=L9"),
        ("create", "X", "--agency=L9", "--email=nonsense"),
        ("invite", "nobody@x.example"),
        ("disable", "9@pedrafria"),
    ],
)
def test_what_cannot_be_is_answered_with_a_sentence(run, arguments):
    run(agency, *AGENCY, "--email=dora@pedrafria.example")
    done = run(account, *arguments)
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert isinstance(done.exception, SystemExit)


@pytest.mark.slow
def test_the_tables_can_be_taken_down_again(run):
    assert "down to base" in run(migrate, "--to=base").output
    assert "was migrated" in run(migrate).output
