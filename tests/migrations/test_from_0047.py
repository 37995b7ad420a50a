"""An installation of the last version before 0.1.0 becomes like a new one, with all its rows."""

import re

import pytest
from sqlalchemy import inspect, select, text

from intranet.config import BadSettingError
from intranet.extensions import db
from intranet.platform.core import schema
from intranet.publishing.publications.models import ANNOUNCEMENT, Publication
from intranet.publishing.publications.versions import with_working_copy
from tests.migrations import at_0047

pytestmark = pytest.mark.both
NOISE = re.compile(r"::(character varying|text)(\[\])?|[()]")
"""PostgreSQL writes the casts of a condition in other words once it was dumped and read again."""
CATALOGUE = {
    "sqlite": """
        SELECT sql FROM sqlite_master WHERE type IN ('index', 'trigger') OR name LIKE '%fts%'
    """,
    "postgresql": """
        SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid != 0
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT pg_get_statisticsobjdef(oid) FROM pg_statistic_ext
        UNION ALL SELECT concat_ws(' ', table_name, column_name, collation_name, is_identity,
            column_default, generation_expression)
            FROM information_schema.columns WHERE table_schema = 'public'
    """,
}


@pytest.fixture
def old(made, new_database_url, database):
    """The application of today on the database of an old installation."""
    url = new_database_url()
    at_0047.fill(url, database)
    return made(url)


def looked(app):
    """All that the database knows of its tables, but for the order of columns."""
    with app.app_context():
        found = inspect(db.engine)
        tables = {
            name: {
                "columns": sorted(
                    (each["name"], str(each["type"]), each["nullable"], each["default"])
                    for each in found.get_columns(name)
                ),
                "key": found.get_pk_constraint(name),
                "unique": sorted(map(str, found.get_unique_constraints(name))),
                "foreign": sorted(map(str, found.get_foreign_keys(name))),
                "checks": sorted(map(str, found.get_check_constraints(name))),
            }
            for name in found.get_table_names()
        }
        with db.engine.connect() as connection:
            rest = connection.scalars(text(CATALOGUE[connection.dialect.name])).all()
        return tables, sorted(" ".join(NOISE.sub("", each).split()) for each in rest if each)


def stamped(app, revision):
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})


@pytest.mark.slow
def test_its_tables_become_those_of_a_new_one(old, empty):
    assert not schema.is_current(old)
    assert not schema.is_newer(old)
    schema.upgrade(empty)

    assert schema.upgrade(old)

    assert schema.is_current(old)
    assert not schema.upgrade(old)
    assert looked(old) == looked(empty)


@pytest.mark.slow
def test_what_moves_is_where_it_belongs(old):
    schema.upgrade(old)

    with old.app_context():
        rows = db.session.scalars(select(Publication)).all()
        found = {next(iter(with_working_copy(row).titles.values())): row for row in rows}
        sent = {
            title: (row.announcement.due_on is not None, row.announcement.urgent_reason)
            for title, row in found.items()
            if row.kind == ANNOUNCEMENT
        }
        assert sent == {
            "Con confirmación": (True, ""),
            "Urgente": (False, "Se corta la luz."),
            "Borrador": (False, ""),
        }
        asked = found["Con confirmación"].announcement
        assert (asked.counts_newcomers, asked.is_only_here, asked.is_urgent) == (True, True, False)
        assert found["Urgente"].announcement.is_urgent
        assert (asked.audience or {})["any"]
        own = {
            title: (bool(row.submitted_at), row.employee_article.review_note)
            for title, row in found.items()
            if row.employee_article
        }
        assert own == {
            "Espera": (True, "Para el viernes"),
            "Aprobado": (False, ""),
            "Devuelto": (False, "Falta la foto."),
        }
        approved = found["Aprobado"].employee_article
        assert approved
        assert approved.approved_by_id
        assert found["De la unidad"].announcement_row is None
        db.session.remove()


@pytest.mark.slow
def test_interrupted_it_leaves_all_as_it_was_and_is_run_again(old, monkeypatch):
    before = looked(old)
    with monkeypatch.context() as patched:
        patched.setattr("alembic.runtime.migration.HeadMaintainer.update_to_step", _fail)
        with pytest.raises(RuntimeError, match="power cut"):
            schema.upgrade(old)
    assert looked(old) == before

    assert schema.upgrade(old)
    assert schema.is_current(old)


def _fail(*_arguments):
    raise RuntimeError("power cut")


@pytest.mark.parametrize("revision", ["0001", "0031", "0046"])
def test_an_older_one_is_refused_and_told_the_way(old, revision):
    stamped(old, revision)
    with pytest.raises(BadSettingError, match=rf"revision {revision}.* before 0\.1\.0.*first"):
        schema.upgrade(old)
    assert not schema.is_newer(old)
