"""The columns of a result are described to those who look at them."""

import pytest

from intranet.extensions import db

pytestmark = pytest.mark.both

ASKED = "SELECT id AS person_id, name FROM people WHERE id IS NULL"


@pytest.fixture
def cursor(app):
    with app.app_context(), db.engine.connect() as connection:
        yield connection.connection.cursor()


def test_columns_are_described_as_the_driver_does(cursor):
    cursor.execute(ASKED)

    assert [column[0] for column in cursor.description] == ["person_id", "name"]
    assert [column[0] for column in cursor.description[1:]] == ["name"]
    assert len(cursor.description) == 2


def test_a_statement_without_a_result_has_no_columns(cursor):
    cursor.execute("DELETE FROM people WHERE id IS NULL")

    assert cursor.description is None
