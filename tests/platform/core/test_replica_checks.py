"""A replica that cannot be read from is refused at the start, or named by the doctor."""

import logging

import psycopg
import pytest
from click.testing import CliRunner

from intranet.cli.doctor import doctor
from intranet.config import BadSettingError, check_mix, read_settings
from intranet.platform.core.replica_checks import check_replica
from tests.services import PostgreSQL

pytestmark = [
    pytest.mark.slow,
    pytest.mark.only_on("postgresql", reason="SQLite has no replicas"),
]


@pytest.fixture
def named(replicated, tmp_path):
    """The settings with one replica or another, as in the environment."""

    def name(url, database_url=replicated.url):
        return {
            "INTRANET_DATA_DIR": str(tmp_path / "data"),
            "INTRANET_DATABASE_URL": database_url,
            "INTRANET_REPLICA_URL": url,
        }

    return name


def refusal(environment):
    with pytest.raises(BadSettingError) as refused:
        check_replica(read_settings(environment))
    return str(refused.value)


def seen(environment):
    """What the doctor says of the replica."""
    lines = CliRunner().invoke(doctor, env=environment).output.splitlines()
    (found,) = [line for line in lines if " replica: " in line]
    return found


@pytest.fixture
def foreign():
    """A PostgreSQL that replays nobody's writing."""
    server = PostgreSQL(durable=True)
    server._given = None
    try:
        server.start()
        yield server
    finally:
        server.remove()


def test_what_can_never_be_read_from_is_refused(replicated, standby, foreign, named):
    url = standby.like(replicated.url)
    with pytest.raises(BadSettingError, match="the database is SQLite"):
        check_mix(read_settings(named(url, "sqlite:////tmp/x.sqlite")), workers=1)

    assert "takes writes" in refusal(named(replicated.url))
    assert "another server" in refusal(named(url, foreign.new_database()))
    with psycopg.connect(replicated.url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("ALTER ROLE postgres SET synchronous_commit = off")
        assert "synchronous_commit" in refusal(named(url))
        connection.execute("ALTER ROLE postgres RESET synchronous_commit")

    check_replica(read_settings(named(url)))
    assert seen(named(url)) == "ok    replica: has all that was committed"
    standby.run("SELECT pg_promote()")
    assert "takes writes" in refusal(named(url))


def test_one_that_is_behind_or_away_is_no_reason_not_to_start(replicated, standby, named, caplog):
    url = standby.like(replicated.url)
    standby.run("SELECT pg_wal_replay_pause()")
    with psycopg.connect(replicated.url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE TABLE behind (number int)")

    behind = seen(named(url))
    assert behind.startswith("WRONG replica: is behind: its last commit is 0 minutes old")
    assert "run SELECT pg_wal_replay_resume() there." in behind
    assert "every page is read from the primary" in behind
    with caplog.at_level(logging.WARNING):
        check_replica(read_settings(named(url)))
        standby.stop()
        check_replica(read_settings(named(url)))
    assert [record.getMessage().split(": ")[1][:19] for record in caplog.records] == [
        "the replica is behi",
        "the replica does no",
    ]
    away = seen(named(url))
    assert "does not answer (OperationalError): start it, or see INTRANET_REPLICA_URL." in away


def test_without_one_the_doctor_has_nothing_against_it(replicated, named):
    environment = named("")
    del environment["INTRANET_REPLICA_URL"]

    assert seen(environment).startswith("ok    replica: none is set")
