"""Roles are asked for in each request: by indexes alone, and at once, in a whole country."""

import time
from uuid import UUID

import pytest

from intranet.app import create_app
from intranet.extensions import db
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person
from tests.conftest import close, settings_for
from tests.plans.looking import explained, recorded

pytestmark = pytest.mark.slow

PEOPLE, AGENCIES = 1_000_000, 8_000
EACH = PEOPLE // AGENCIES
MOST_SECONDS = 0.0005
TRIES = 200
POST, AGENCY, ROW = 2 * 10**9, 3 * 10**9, 4 * 10**9
ID = {"sqlite": "printf('%032x', {})", "postgresql": "lpad(to_hex({}), 32, '0')::uuid"}
UNCHECKED = {
    "sqlite": "PRAGMA foreign_keys=OFF",
    "postgresql": "SET session_replication_role=replica",
}
"""Rows that refer to rows which are not there, since nothing here reads them."""
COUNTED = """
WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})
INSERT INTO {table} ({names}) SELECT {values} FROM n
"""


@pytest.fixture(scope="module")
def country(new_database_url, tmp_path_factory):
    """Appointments to posts, and roles of posts: one and a deputy for each agency."""
    app = create_app(settings_for(new_database_url(), tmp_path_factory.mktemp("roles")))
    with app.app_context():
        db.create_all()
        kind = db.engine.dialect.name
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            driver = connection.connection.driver_connection
            assert driver
            driver.rollback()
            driver.execute(UNCHECKED[kind])
            for table, count, values in rows_of(ID[kind].format):
                driver.execute(filled(table, count, values))
            driver.execute("ANALYZE")
            driver.commit()
    yield app
    close(app)


def rows_of(id_of):
    """Tables, how many rows each has, and its values as SQL of the number `i`."""
    yield (
        "appointments",
        PEOPLE,
        {
            "id": id_of(f"{ROW} + i"),
            "post_id": id_of(f"{POST} + i"),
            "person_id": id_of("i"),
            "kind": "'holder'",
            "basis": "''",
            "starts_on": "'2020-01-01'",
            "since": "'2020-01-01 00:00:00'",
            "on_hold": "false",
            "keeps_role": "false",
            "version": "1",
        },
    )
    yield (
        "administrations",
        AGENCIES,
        {
            "id": id_of(f"{ROW} + i"),
            "agency_id": id_of(f"{AGENCY} + i"),
            "post_id": id_of(f"{POST} + i * {EACH}"),
            "deputy_post_id": id_of(f"{POST} + i * {EACH} + 1"),
            "role": "'administrator'",
            "proposed_at": "'2020-01-01 00:00:00'",
            "accepted_at": "'2020-01-01 00:00:00'",
        },
    )

    yield (
        "accounts",
        PEOPLE,
        {
            "id": id_of("i"),
            "person_id": id_of("i"),
            "home_agency_id": id_of(f"{AGENCY} + i / {EACH}"),
            "state": "'active'",
            "theme": "'system'",
            "enter_sends": "true",
            "single_keys": "true",
            "totp_last_step": "0",
            "has_passkey": "false",
            "created_at": "'2020-01-01 00:00:00'",
        },
    )
    yield (
        "agencies",
        AGENCIES,
        {
            "id": id_of(f"{AGENCY} + i"),
            **dict.fromkeys(("code", "handle", "sort_key"), "'a' || i"),
            "code_scheme": "'local'",
            "name": "'{}'",
            "kind": "'council'",
            "languages": "'[]'",
            "time_zone": "'Europe/Madrid'",
            "second_factor": "'nobody'",
            **dict.fromkeys(("passkeys_alone", "basis_shown_outside"), "false"),
            **dict.fromkeys(("in_directory", "contact_outside"), "true"),
            "mail_content": "'none'",
            "video_mb": "500",
            "articles": "'off'",
            "version": "1",
        },
    )

    yield (
        "absences",
        PEOPLE // 10,
        {
            "id": id_of("i"),
            "person_id": id_of("i * 10 + 5"),
            **dict.fromkeys(("starts_on", "ends_on"), "'2020-01-01'"),
            **dict.fromkeys(("since", "until"), "'2020-01-01 00:00:00'"),
        },
    )


def filled(table, count, values):
    """The statement that fills a table."""
    names, given = ", ".join(values), ", ".join(values.values())
    return COUNTED.format(first=1, last=count - 1, table=table, names=names, values=given)


@pytest.mark.both
def test_a_right_is_looked_up_by_indexes_alone_and_at_once(country, database):
    times, answers = {}, {}
    with country.app_context():
        agency = _id(AGENCY + 77)
        for who, number in {"holder": 0, "deputy": 1, "villager": 2}.items():
            person = Person(id=_id(77 * EACH + number))
            asks = {
                "may": lambda person=person: person.may(Act.ADMINISTER, agency),
                "all": lambda person=person: db.session.scalars(
                    person.administered_agency_ids()
                ).all(),
            }
            for what, ask in asks.items():
                with recorded(country) as asked:
                    answers[who, what] = bool(ask())
                looked = explained(country, asked)
                assert looked.whole == set(), (who, what)
                times[who, what] = _time(asked)
    assert answers == {(who, what): who == "holder" for who, what in times}
    slow = {key: seconds for key, seconds in times.items() if seconds > MOST_SECONDS}
    assert slow == {}


def _id(number):
    return UUID(int=number)


def _time(asked):
    """The least time that the database takes for statements, which are prepared by then."""
    ((statement, parameters),) = [each for each in asked if each[0].startswith("SELECT")]
    connection = db.engine.raw_connection()
    cursor = connection.cursor()
    least = 1.0
    for _try in range(TRIES):
        began = time.perf_counter()
        cursor.execute(statement, parameters)
        cursor.fetchall()
        least = min(least, time.perf_counter() - began)
    connection.close()
    return least
