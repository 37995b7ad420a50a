"""Waiting for PostgreSQL under gevent: others go on, and a lost connection ends the wait."""

import subprocess
import sys

PROGRAM = "tests.platform.core.waits_in_greenlets"


def test_others_run_while_one_waits_and_a_lost_connection_is_an_error(postgresql):
    url = postgresql.new_database().replace("+psycopg", "")

    ran = subprocess.run(
        [sys.executable, "-m", PROGRAM, url],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert ran.stdout.split() == ["turns", "9000000", "AdminShutdown"]
