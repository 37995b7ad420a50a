"""A move is cancelled on the command line, by a process that knows nothing of the move."""

import sqlite3
import subprocess
import sys
from contextlib import closing

import psycopg
import pytest

from tests.cli.processes import environment
from tests.messaging.messages.helpers import channel_of, say
from tests.moving.conftest import path_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.only_on("sqlite", reason="both databases take part in each"),
]

LEFT_ON_POSTGRESQL = """
    SELECT tgname FROM pg_trigger WHERE tgname LIKE 'moving%'
    UNION ALL SELECT proname FROM pg_proc WHERE proname LIKE 'moving%'
    UNION ALL SELECT relname FROM pg_class WHERE relname LIKE 'moving%'
"""


def cancel(house, url):
    """Run the command, and return what it says."""
    place = environment(data_dir=house.settings.data_dir, database_url=url)
    command = [sys.executable, "-m", "intranet", "move", "--cancel"]
    done = subprocess.run(command, env=place, capture_output=True, text=True, check=True)
    return done.stdout


def test_the_file_that_was_left_is_as_it_was_and_can_move_again(house):
    url = house.settings.database_url
    house.move()
    assert "What was written in PostgreSQL since the move is not in it." in cancel(house, url)

    with closing(sqlite3.connect(path_of(url))) as connection:
        added = connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'moving%'")
        assert added.fetchall() == []
    house.app.extensions.pop("read_only", None)
    with house.app.app_context():
        say(house.cast.ana, channel_of(house.cast.urban_planning), "Again")
    house.move(to=f"sqlite:///{house.settings.data_dir / 'other.sqlite'}")


def test_nothing_of_a_move_stays_in_postgresql(house):
    house.move()
    back = f"sqlite:///{house.settings.data_dir / 'back.sqlite'}"
    house.move(since=house.target, to=back)
    assert "What was written in SQLite since the move is not in it." in cancel(house, house.target)

    with psycopg.connect(house.target.replace("+psycopg", "")) as connection:
        assert connection.execute(LEFT_ON_POSTGRESQL).fetchall() == []
