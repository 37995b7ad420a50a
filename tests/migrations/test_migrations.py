"""Migrations: from empty, with data, up and down, and the same tables as the models."""

from typing import cast

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, inspect, select, text

from intranet.config import BadSettingError
from intranet.extensions import Model, db
from intranet.organisation.people.models import Person
from intranet.platform.core import schema
from tests import cast as cast_module

pytestmark = pytest.mark.both


@pytest.fixture
def migrated(made, new_migrated_url):
    """The application on a database that migrations brought from empty to the newest."""
    return made(new_migrated_url())


def tables(app):
    with app.app_context():
        names = inspect(db.engine).get_table_names()
    return {name for name in names if "_fts" not in name}  # full text is the database's own


def revisions(app):
    with app.app_context():
        script = ScriptDirectory.from_config(cast("Config", schema.migrate.get_config()))
        return [revision.revision for revision in script.walk_revisions()]


@pytest.mark.slow
def test_from_empty_to_the_newest_and_back_to_empty(empty):
    assert not schema.is_current(empty)
    assert schema.upgrade(empty)

    assert tables(empty) == {*Model.metadata.tables, "alembic_version"}
    assert schema.is_current(empty)
    assert not schema.upgrade(empty)
    schema.downgrade(empty, "base")
    assert tables(empty) == {"alembic_version"}
    schema.upgrade(empty)
    assert schema.is_current(empty)


def test_the_tables_of_a_newer_version_are_left_alone_and_named(migrated):
    assert not schema.is_newer(migrated)
    with migrated.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    assert schema.is_newer(migrated)
    with pytest.raises(BadSettingError, match=r"revision 9999.*newer version"):
        schema.upgrade(migrated)


def test_the_models_are_what_the_migrations_make(migrated):
    with migrated.app_context(), db.engine.connect() as connection:
        options = {
            "compare_type": True,
            "compare_server_default": True,
            "include_object": lambda _object, name, *_rest: "_fts" not in str(name),
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Model.metadata) == []


def test_one_line_leads_from_empty_to_the_newest(empty):
    with empty.app_context():
        script = ScriptDirectory.from_config(cast("Config", schema.migrate.get_config()))
        assert len(script.get_heads()) == 1
        assert len(script.get_bases()) == 1


@pytest.mark.slow
def test_with_data_in_it_every_step_goes_down_and_up_again(migrated):
    with migrated.app_context():
        cast_module.build()
        people = db.session.scalar(select(func.count(Person.id)))
        db.session.remove()
    for _step in range(len(revisions(migrated)) - 1):
        schema.downgrade(migrated, "-1")
    schema.upgrade(migrated)
    with migrated.app_context():
        assert people
        assert db.session.scalar(select(func.count(Person.id))) == people
        db.session.remove()

    schema.downgrade(migrated, "base")
    assert tables(migrated) == {"alembic_version"}


@pytest.mark.slow
def test_changing_a_table_keeps_what_points_to_it(migrated):
    """SQLite makes the table anew: with its keys on that emptied the tables below."""
    from alembic.operations import Operations

    with migrated.app_context():
        cast_module.build()
        before = counts()
        db.session.remove()
        with db.engine.connect().execution_options(writes=True) as connection:
            if connection.dialect.name == "sqlite":
                connection.connection.execute("PRAGMA foreign_keys=OFF")
            operations = Operations(MigrationContext.configure(connection))
            for table in ("agencies", "people", "posts"):
                with operations.batch_alter_table(table, recreate="auto") as batch:
                    batch.alter_column("sort_key", nullable=True)
            if connection.dialect.name == "sqlite":
                assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
            connection.commit()
        assert counts() == before


def counts():
    """How many rows each table has."""
    return {
        name: db.session.scalar(text(f'SELECT count(*) FROM "{name}"'))  # noqa: S608 - our names
        for name in Model.metadata.tables
    }
