"""The doctor: what breaks in practice is found, and what to do about it is said."""

import resource
import time
from datetime import timedelta

import psycopg
import pytest
import redis
from click.testing import CliRunner

from intranet.app import create_app
from intranet.cli.doctor import doctor
from intranet.cli.jobs import jobs
from intranet.config import read_settings
from intranet.extensions import db
from intranet.platform.core import clock
from intranet.platform.core.outbox import OutboxRow
from intranet.platform.core.unit_of_work import unit_of_work
from tests.conftest import close
from tests.scanner import scanner
from tests.services import free_port

# The cluster of tests is quick and not safe, as the doctor says.
UNSAFE = "WRONG durability: fsync, synchronous_commit, full_page_writes are off"


@pytest.fixture
def settings(new_migrated_url, tmp_path):
    """A data folder and a database of the test's own, in which the tables are."""
    return {
        "INTRANET_DATA_DIR": str(tmp_path / "data"),
        "INTRANET_DATABASE_URL": new_migrated_url(),
    }


@pytest.fixture
def run(settings):
    """Run a command with these settings and some more; of the doctor give what it said."""

    def carry_out(command, *arguments, **more):
        changed = {f"INTRANET_{name.upper()}": str(value) for name, value in more.items()}
        return CliRunner().invoke(command, arguments, env={**settings, **changed})

    return carry_out


@pytest.fixture
def visit(run, database):
    """The names of the checks that the doctor finds wrong."""

    def look(*arguments, **more):
        done = run(doctor, *arguments, **more)
        wrong = [line for line in done.output.splitlines() if line.startswith("WRONG")]
        assert done.exit_code == (1 if wrong else 0), done.output
        if database == "postgresql":
            (unsafe,) = [line for line in wrong if line.startswith(UNSAFE)]
            wrong.remove(unsafe)
        return {line.split(":")[0].removeprefix("WRONG "): line for line in wrong}

    return look


@pytest.mark.both
def test_before_the_tables_are_made_it_says_how(run, new_database_url):
    ill = run(doctor, database_url=new_database_url())

    assert ill.exit_code == 1
    assert "WRONG tables: not current: run `intranet migrate`." in ill.output


def test_where_all_is_in_place_nothing_is_wrong(visit):
    assert visit() == {}


def test_whether_files_are_scanned_for_viruses_is_said(run, visit, tmp_path):
    assert "ok    viruses: files that people send are not scanned" in run(doctor).output
    with scanner(tmp_path) as clamd:
        assert "ok    viruses: ClamAV 1.4.3/27800" in run(doctor, clamav=clamd.address).output

    wrong = visit(clamav=clamd.address)

    assert set(wrong) == {"viruses"}
    assert "start clamd" in wrong["viruses"]


def test_an_address_without_tls_and_mails_that_nobody_takes_are_wrong(visit):
    wrong = visit(base_url="http://intranet.example", smtp_url=f"smtp://127.0.0.1:{free_port()}")

    assert set(wrong) == {"address", "mail"}


def test_a_mail_server_without_tls_is_given_no_password(visit, letterbox):
    port = letterbox.url.rpartition(":")[2]
    wrong = visit(smtp_url=f"smtp://ana:secreto@127.1:{port}")

    assert "offers no STARTTLS" in wrong["mail"]
    assert "secreto" not in wrong["mail"]
    assert visit(smtp_url=f"smtp://ana:secreto@127.0.0.1:{port}") == {}
    assert visit(smtp_url=f"smtp://127.1:{port}") == {}


@pytest.mark.slow
def test_a_proxy_that_is_not_counted_is_wrong(visit):
    assert set(visit(base_url="https://intranet.example")) == {"proxies"}
    assert visit(base_url="https://intranet.example", trusted_proxies=1) == {}


@pytest.mark.slow
def test_too_few_open_files_are_wrong_where_only_root_could_raise_them(
    visit, monkeypatch, database
):
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: (256, 256))

    needed = 940 if database == "sqlite" else 10_640
    assert f"LimitNOFILE={needed}" in visit()["open files"]


def test_redis_is_told_and_heard(visit, redis_url):
    assert visit(redis_url=redis_url) == {}
    assert "does not answer" in visit(redis_url=f"redis://127.0.0.1:{free_port()}/0")["redis"]
    assert "INTRANET_REDIS_URL" in visit("--workers=2")["redis"]


def test_a_redis_that_lets_nothing_be_told_is_wrong(visit, redis_url):
    with redis.Redis.from_url(redis_url) as client:
        client.acl_setuser(
            "mute", enabled=True, passwords=["+x"], commands=["+@all", "-publish"], channels=["*"]
        )
        try:
            found = visit(redis_url=redis_url.replace("redis://", "redis://mute:x@"))
        finally:
            client.acl_deluser("mute")
    assert set(found) == {"redis"}


def test_too_few_connections_for_all_processes_are_wrong(visit, settings, database, redis_url):
    if database == "sqlite":
        assert visit("--workers=50", redis_url=redis_url) == {}
        return
    with psycopg.connect(settings["INTRANET_DATABASE_URL"].replace("+psycopg", "")) as connection:
        (given,) = connection.execute("SHOW max_connections").fetchall()[0]
    enough = int(given) // 60 - 2

    assert "connections" not in visit(f"--workers={enough}", redis_url=redis_url)
    assert given in visit(f"--workers={enough + 2}", redis_url=redis_url)["connections"]


@pytest.mark.both
def test_work_that_nobody_does_and_work_that_failed_are_wrong(visit, settings):
    app = create_app(read_settings(settings))
    try:
        with app.app_context(), unit_of_work() as work:
            since = clock.now() - timedelta(minutes=20)
            work.add(OutboxRow(kind="test:mail", payload={}, created_at=since))
        assert "for 20 minutes" in visit()["owed work"]
        with app.app_context(), unit_of_work():
            db.session.query(OutboxRow).update({"failed_at": clock.now()})
        owed, call = visit()["owed work"], app.test_cli_runner().invoke
        assert "1 could not be done" in owed
        assert "`intranet jobs --drop all`" in owed
        assert "0 failed jobs were given up" in call(jobs, ["--drop=test:other"]).output
        assert "1 failed job was given up" in call(jobs, ["--drop=all"]).output
        assert "owed work" not in visit()
    finally:
        close(app)


def test_clocks_that_are_apart_are_wrong(visit, monkeypatch, database):
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 90)

    clocks = visit().get("clocks", "")
    assert ("90 s" in clocks) is (database == "postgresql")  # SQLite has none of its own
