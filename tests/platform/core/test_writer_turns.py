"""Processes that write to one SQLite database take turns."""

import fcntl
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest

from intranet.extensions import db
from intranet.organisation.agencies.models import Agency
from intranet.platform.core import writer_turns
from intranet.platform.core.unit_of_work import unit_of_work
from tests.delivery.realtime.clients import PATIENCE

BUSY = """
import sys, sqlite3, time
from pathlib import Path
from intranet.platform.core.writer_turns import turn_to_write

file = Path(sys.argv[1])
connection = sqlite3.connect(file, isolation_level=None, timeout=10)
connection.execute("CREATE TABLE transactions (number INTEGER)")
print("begun", flush=True)
for number in range(500):
    with turn_to_write(file.parent):
        connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO transactions VALUES (?)", [number])
    time.sleep(0.02)
    connection.execute("COMMIT")
"""
WRITES = 15


@pytest.fixture
def file(app):
    """The file of the database."""
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("PostgreSQL locks rows")
        return db.engine.url.database


@pytest.fixture
def busy(file):
    """A process that writes one transaction after the other, without a pause."""
    running = subprocess.Popen(
        [sys.executable, "-c", BUSY, file], stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    assert running.stdout.readline() == "begun\n"
    yield running
    assert running.poll() is None  # it wrote all the time
    running.kill()
    running.communicate(timeout=PATIENCE)


def test_a_writer_waits_for_two_transactions_of_a_busy_process_at_most(app, cast, file, busy):
    waited = []
    with closing(sqlite3.connect(file)) as connection:
        for number in range(WRITES):
            [before] = connection.execute("SELECT count(*) FROM transactions").fetchone()
            with app.app_context(), unit_of_work() as work:
                agency = db.session.get_one(Agency, cast.monteclaro.id)
                agency.population = number
                work.flush()
                [after] = connection.execute("SELECT count(*) FROM transactions").fetchone()
            waited.append(after - before)
            time.sleep(0.013)

    assert max(waited) <= 2


def test_a_process_that_stopped_with_the_turn_keeps_nobody_out(tmp_path, monkeypatch):
    monkeypatch.setattr(writer_turns, "MAX_WAIT_SECONDS", 0.01)
    stopped = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(stopped, fcntl.LOCK_EX)

        with writer_turns.turn_to_write(tmp_path):
            pass
    finally:
        os.close(stopped)
