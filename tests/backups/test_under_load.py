"""A copy brought back takes away what was said since, and nobody keeps any of it, nor its place."""

import shutil
import threading
from pathlib import Path

import pytest

from tests.backups.talkers import check_contract, everybody_talks
from tests.cli.processes import intranet
from tests.delivery.realtime.clients import wait_until

pytestmark = pytest.mark.slow

PATIENCE_SECONDS = 150
TIMES = 2
GO_ON = 40


@pytest.mark.only_on("sqlite", reason="beside the others it takes minutes with PostgreSQL")
def test_a_copy_taken_under_load_loses_nothing_older_and_nobody_keeps_what_is_newer(
    site, new_database_url, tmp_path
):
    """The same copy is brought back twice: what was given after the first time is lost as well."""
    site.start()
    talkers, finish = talking(site)
    go_on(talkers)
    kept = acknowledged(talkers)
    place = tmp_path / "copy"
    assert carry_out(site, "backup", place).returncode == 0
    lost: set[str] = set()
    for number in range(TIMES):
        go_on(talkers)
        site.kill()
        destroy(site, new_database_url(), tmp_path / f"place-{number}")
        done = carry_out(site, "restore", place)
        assert done.returncode == 0, done.stderr
        gone = set(acknowledged(talkers)) - {message["client_id"] for message in site.stored()}
        assert gone - lost  # or there was nothing to notice
        lost |= gone
        resets = [(talker, talker.resets) for talker in talkers if is_concerned(talker, gone)]
        site.start()
        wait_until(
            lambda resets=resets: all(talker.resets > before for talker, before in resets),
            PATIENCE_SECONDS,
        )
    go_on(talkers)
    finish()

    stored = site.stored()
    for talker in talkers:
        for client_id in lost & set(talker.acknowledged):
            del talker.acknowledged[client_id]
    check_contract(talkers, stored)
    places = {message["client_id"]: message["seq"] for message in stored}
    assert {client_id: places.get(client_id) for client_id in kept} == kept


def is_concerned(talker, gone):
    """Who knows of epochs, and who was shown something that is gone: they begin anew."""
    shown = {message["client_id"] for message in list(talker.known.values())}
    return talker.knows_epochs or not shown.isdisjoint(gone)


def acknowledged(talkers):
    """What the server said is stored, with its place."""
    return {
        client_id: seq for talker in talkers for client_id, seq in dict(talker.acknowledged).items()
    }


def destroy(site, url, folder):
    """Nothing is left of it but the port: a new folder and an empty database."""
    old = Path(site.settings["INTRANET_DATA_DIR"])
    for path in ("files", "intranet.sqlite", "secret_key"):
        shutil.rmtree(old / path, ignore_errors=True)
    site.settings["INTRANET_DATA_DIR"] = str(folder)
    site.settings["INTRANET_DATABASE_URL"] = url


def carry_out(site, *arguments):
    """Run a command on the site to its end."""
    settings = {
        name.removeprefix("INTRANET_").lower(): value for name, value in site.settings.items()
    }
    return intranet(*map(str, arguments), **settings)


def talking(site):
    """Let everybody talk; give them, and how to come to an end."""
    talkers, stop = site.talkers(), threading.Event()
    threads = everybody_talks(talkers, stop)

    def finish():
        stop.set()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
            assert not thread.is_alive()
        # Who stopped first has not heard the last words of the others.
        for talker in talkers:
            talker.come_back()
            talker.catch_up()
            talker.hang_up()

    return talkers, finish


def go_on(talkers):
    """Wait until enough more is acknowledged: a run without would prove nothing."""
    enough = count(talkers) + GO_ON
    wait_until(lambda: count(talkers) >= enough, PATIENCE_SECONDS)


def count(talkers):
    return sum(len(talker.acknowledged) for talker in talkers)
