"""How the database is opened: who only reads, and what was prepared."""

import os
import sqlite3
import stat
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import create_engine, func, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import make_transient_to_detached

from intranet.app import create_app
from intranet.config import read_settings
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency
from intranet.platform.core import database
from intranet.platform.core.unit_of_work import unit_of_work
from tests.conftest import close
from tests.memory import memory_bytes

pytestmark = pytest.mark.both

FILL = """
INSERT INTO pages WITH RECURSIVE numbers (number) AS (
    SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 6000
) SELECT printf('%4000d', number) FROM numbers
"""  # 24 MB
MIB = 1024 * 1024
OFTEN = 8  # psycopg prepares a statement at its sixth execution


def names():
    found = db.session.scalars(select(Agency.handle).order_by(Agency.id)).all()
    db.session.remove()
    return found


def rename(agency_id):
    with unit_of_work():
        db.session.get_one(Agency, agency_id).handle = "other"
        db.session.flush()
        raise ZeroDivisionError


def test_what_is_written_is_there_for_nobody_where_its_work_fails(app, cast):
    with app.app_context():
        before = names()
        with pytest.raises(ZeroDivisionError):
            rename(cast.monteclaro.id)
        assert names() == before


@pytest.mark.parametrize("umask", [0o022, 0o000])
def test_nobody_else_reads_the_file_of_a_database_from_its_first_byte(tmp_path, umask):
    before = os.umask(umask)
    try:
        settings = read_settings({"INTRANET_DATA_DIR": str(tmp_path / "data")})
        app = create_app(settings)
        with app.app_context():
            db.session.execute(text("CREATE TABLE secrets (words TEXT)"))
            db.session.commit()
            modes = {
                file.name: mode_of(file) for file in settings.data_dir.glob("intranet.sqlite*")
            }
        close(app)
    finally:
        os.umask(before)
    assert modes == dict.fromkeys(
        ("intranet.sqlite", "intranet.sqlite-wal", "intranet.sqlite-shm"), 0o600
    )
    assert mode_of(settings.data_dir) == 0o700


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path):
    file = tmp_path / "data" / "intranet.sqlite"
    settings = read_settings({"INTRANET_DATA_DIR": str(file.parent)})
    for name in ("intranet.sqlite", "intranet.sqlite-wal"):
        (file.parent / name).touch()
        (file.parent / name).chmod(0o644)
    app = create_app(settings)
    with app.app_context():
        db.session.execute(text("SELECT 1"))
    close(app)
    assert mode_of(file) == 0o600


@pytest.fixture
def grown(tmp_path):
    """A database whose log grew while somebody read: the file of the log, and that reader."""
    app = create_app(read_settings({"INTRANET_DATA_DIR": str(tmp_path / "data")}))
    with app.app_context():
        db.session.execute(text("CREATE TABLE pages (words TEXT)"))
        db.session.commit()
        with closing(sqlite3.connect(tmp_path / "data" / "intranet.sqlite")) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM pages").fetchall()
            db.session.execute(text(FILL))
            db.session.commit()
            yield tmp_path / "data" / "intranet.sqlite-wal", reader
    close(app)


def test_the_log_is_emptied_once_nobody_reads_from_it(grown):
    log, reader = grown
    assert log.stat().st_size > 20 * MIB
    database.shrink_log()
    assert log.stat().st_size > 20 * MIB
    reader.rollback()
    database.shrink_log()
    assert log.stat().st_size == 0
    with db.engine.connect() as connection:
        waits = connection.execute(text("PRAGMA busy_timeout")).scalar()
    assert waits == database.BUSY_MILLISECONDS


@pytest.fixture
def cut(monkeypatch):
    """The size to which the log is cut: less than a test writes."""
    monkeypatch.setattr(database, "LOG_BYTES", 8 * MIB)
    return 8 * MIB


def test_the_log_is_cut_when_it_begins_anew(cut, grown):
    log, reader = grown
    reader.rollback()
    for _ in range(2):
        db.session.execute(text("INSERT INTO pages VALUES ('x')"))
        db.session.commit()
    assert log.stat().st_size <= cut


@pytest.mark.slow
def test_a_crowd_that_has_gone_leaves_no_memory_taken(tmp_path):
    """A connection is opened for each thread that asks, and keeps pages and what it knows."""
    app = create_app(read_settings({"INTRANET_DATA_DIR": str(tmp_path / "data")}))
    with app.app_context():
        db.create_all()
        db.session.execute(text("CREATE TABLE pages (words TEXT)"))
        db.session.execute(text(FILL))
        db.session.commit()
        before = memory_bytes()
        crowd = [db.engine.connect() for _ in range(100)]
        for connection in crowd:
            connection.execute(text("SELECT count(*) FROM pages WHERE words > 'y'")).scalar()
        most = memory_bytes() - before
        for connection in crowd:
            connection.close()
        left = memory_bytes() - before
    close(app)
    assert most < database.HEAP_BYTES + 64 * MIB
    assert left < 96 * MIB


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.only_on("postgresql", reason="SQLite prepares nothing beyond a statement")
def test_a_column_that_a_migration_changed_costs_one_answer_and_not_all(app):
    url = app.config["SETTINGS"].database_url.replace("+psycopg", "")
    with app.app_context():
        before = [names() for _ in range(OFTEN)][-1]
        for kind in ("VARCHAR(200)", "VARCHAR(40)"):
            with psycopg.connect(url) as elsewhere:
                elsewhere.execute(f"ALTER TABLE agencies ALTER COLUMN handle TYPE {kind}")
            answers = [attempt() for _ in range(OFTEN)]
            assert answers == [None, *([before] * (OFTEN - 1))]


def attempt():
    """The names, or nothing where that is refused."""
    try:
        return names()
    except DBAPIError:
        db.session.remove()
        return None


@pytest.mark.only_on("postgresql", reason="SQLite has no connection to lose")
def test_a_connection_that_was_lost_while_nobody_used_it_costs_no_answer(app, monkeypatch):
    url = app.config["SETTINGS"].database_url.replace("+psycopg", "")
    with app.app_context():
        before = names()
        for seconds, answer in ((database.TRUSTED_SECONDS, None), (0, before)):
            monkeypatch.setattr(database, "TRUSTED_SECONDS", seconds)
            pid = db.session.scalar(select(func.pg_backend_pid()))
            db.session.remove()
            with psycopg.connect(url, autocommit=True) as elsewhere:
                elsewhere.execute("SELECT pg_terminate_backend(%s)", [pid])
            assert attempt() == answer
        assert names() == before


@pytest.mark.parametrize("names", [["id"], ["id", "handle", "languages"]])
def test_a_row_made_from_its_columns_is_as_sqlalchemy_would_make_it(app, cast, names):
    with app.app_context():
        stored = db.session.get_one(Agency, cast.monteclaro.id)
        columns = {name: getattr(stored, name) for name in names}
        every_name = [attribute.key for attribute in inspect(Agency).column_attrs]
        everything = {name: getattr(stored, name) for name in every_name}
        db.session.remove()
        row, theirs = database.detached_row(Agency, columns), Agency(**columns)
        make_transient_to_detached(theirs)

        assert inspect(row).detached
        assert inspect(row).key == inspect(theirs).key
        assert inspect(row).expired_attributes == inspect(theirs).expired_attributes
        database.attach(row)
        assert {name: getattr(row, name) for name in everything} == everything
        assert not db.session.is_modified(row)
        db.session.remove()


@pytest.mark.only_on("postgresql", reason="SQLite has no such limit")
def test_a_step_of_a_statement_has_memory_for_what_it_finds(app_context):
    assert db.session.scalar(text("SHOW work_mem")) == "16MB"


@pytest.mark.only_on("postgresql", reason="SQLite has no such limit")
def test_a_server_that_gives_more_memory_still_does(app_context):
    url = db.engine.url.update_query_dict({"options": "-c work_mem=40MB"})
    engine = create_engine(url)
    database.listen_postgresql(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SHOW work_mem")).scalar_one() == "40MB"
    engine.dispose()
