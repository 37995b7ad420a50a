"""A copy brought back takes away what was said since, and nobody keeps any of it, nor its place."""

import shutil
from pathlib import Path

from tests.cli.processes import intranet
from tests.faults.talkers import check_contract
from tests.faults.test_killed import go_on, slow, talking
from tests.realtime.clients import wait_until

PATIENCE_SECONDS = 60
TIMES = 2


@slow
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
        site.start()
        resets = number + 1
        wait_until(
            lambda resets=resets: min(talker.resets for talker in talkers) >= resets,
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
