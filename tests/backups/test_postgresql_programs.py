"""PostgreSQL's programs are found, and told where the database is without its password."""

import pytest
from sqlalchemy import create_engine

from intranet.backups import postgresql
from intranet.backups.manifest import BackupError
from intranet.backups.postgresql_programs import program

pytestmark = pytest.mark.slow


def test_where_a_server_is_its_programs_are_found():
    for name in ("pg_dump", "pg_restore"):
        found = program(name, at_least=15)
        assert found.version >= 15
        assert found.path.name == name


def test_one_that_is_missing_is_named_with_what_to_install():
    with pytest.raises(BackupError, match=r"pg_dump of PostgreSQL 99 .* postgresql-client-99"):
        program("pg_dump", at_least=99)


def test_the_password_is_not_where_every_user_of_the_machine_reads_it():
    engine = create_engine("postgresql+psycopg://ana:s%40cret@db.example:5433/town?sslmode=require")

    assert postgresql._environment(engine)["PGPASSWORD"] == "s@cret"
    told = postgresql._conninfo(engine)
    assert "cret" not in told
    assert {"user=ana", "host=db.example", "port=5433", "dbname=town", "sslmode=require"} == set(
        told.split()
    )
