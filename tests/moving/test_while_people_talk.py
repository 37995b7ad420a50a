"""A served site moves while twenty devices talk, and is killed in the middle of it."""

import signal
import subprocess
import sys

import psycopg
import pytest

from tests.backups.conftest import Site, fill, stop
from tests.backups.talkers import check_contract
from tests.backups.test_under_load import acknowledged, carry_out, go_on, talking
from tests.cli.processes import Running, environment
from tests.services import free_port

pytestmark = [
    pytest.mark.slow,
    pytest.mark.only_on("sqlite", reason="both databases take part"),
]

KILLED_AT = ("Copying", "People are told", "Comparing")


@pytest.fixture
def site(new_database_url, tmp_path):
    made = Site(
        {"INTRANET_DATA_DIR": str(tmp_path), "INTRANET_DATABASE_URL": new_database_url()},
        free_port(),
    )
    fill(made)
    yield made
    stop(made)


def begin(site, target):
    """Begin to move, in a process of its own."""
    settings = {
        name.removeprefix("INTRANET_").lower(): value for name, value in site.settings.items()
    }
    command = [sys.executable, "-m", "intranet", "move", "--to", target, "--notice", "0"]
    process = subprocess.Popen(
        command, env=environment(**settings), stdout=subprocess.PIPE, text=True
    )
    return Running(process)


def test_nobody_loses_a_word(site, postgresql):
    """The command is killed at three of its steps; then the server is, and the new one goes on."""
    target = postgresql.new_database().replace("+psycopg", "")
    site.start()
    talkers, finish = talking(site)
    go_on(talkers)
    for step in KILLED_AT:
        moving = begin(site, target)
        moving.line(step)
        moving.process.send_signal(signal.SIGSTOP)  # or it may be done before the second begins
        second = carry_out(site, "move", "--to", target, "--notice", "0")
        assert second.returncode == 1
        assert "is going on" in second.stderr
        moving.process.send_signal(signal.SIGKILL)
        moving.process.wait()
    moved = carry_out(site, "move", "--to", target, "--notice", "0")
    assert moved.returncode == 0, moved.stderr
    assert "are the same in both databases" in moved.stdout
    before = acknowledged(talkers)
    site.kill()
    site.settings["INTRANET_DATABASE_URL"] = target
    site.start()
    go_on(talkers)
    finish()

    assert check_contract(talkers, site.stored()) > len(before)
    assert {name: acknowledged(talkers)[name] for name in before} == before
    assert all(talker.resets == 0 for talker in talkers)
    with psycopg.connect(target) as connection:
        left = "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'moving%'"
        assert connection.execute(left).fetchone() == (0,)


def test_a_password_is_not_taken_from_the_command_line(site):
    refused = carry_out(site, "move", "--to", "postgresql://me:hidden@localhost/intranet")
    assert refused.returncode
    assert "hidden" not in refused.stderr + refused.stdout
    assert "--to-file" in refused.stderr
