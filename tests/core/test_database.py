"""How the database is opened: who only reads, and what was prepared."""

import psycopg
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from intranet.agencies.models import Agency
from intranet.core import database
from intranet.core.unit_of_work import unit_of_work
from intranet.extensions import db

pytestmark = pytest.mark.both

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
