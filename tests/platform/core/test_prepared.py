"""Statements that are built once: the same rows, errors and listeners as through SQLAlchemy."""

from uuid import uuid4

import pytest
from sqlalchemy import Float, Select, event, func, literal, literal_column, select, update
from sqlalchemy.exc import IntegrityError

from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, AgencyKind
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared, on_sqlite, store_rows, write
from intranet.platform.core.prepared import MAX_LISTED, MAX_PARAMETERS, MAX_SHAPES
from intranet.platform.core.types import NOW, among, id_parameter, ids_parameter
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.index.models import SearchWord

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("app_context")]

AGENCY_KINDS = list(AgencyKind)
TIMES = 3  # the first is SQLAlchemy's own
COLUMNS = (Agency.id, Agency.name, Agency.kind, Agency.languages)


@pytest.fixture
def monteclaro(app_context, cast):
    return db.session.get_one(Agency, cast.monteclaro.id)


def is_prepared(statement, **given) -> bool:
    shapes = vars(db.engine.dialect)["prepared_statements"][statement]
    return shapes.get(db.engine.dialect, statement, (), given) is not None


def test_the_rows_are_those_that_sqlalchemy_gives(monteclaro):
    statement = select(*COLUMNS, NOW.label("now")).where(Agency.id == id_parameter("agency_id"))

    for _time in range(TIMES):
        before = clock.now()
        found = execute_prepared(statement, agency_id=monteclaro.id).one()

        plain = db.session.execute(select(*COLUMNS).where(Agency.id == monteclaro.id)).one()
        assert tuple(found)[:-1] == tuple(plain)
        assert found.name == monteclaro.name
        assert type(found.name) is type(plain.name)
        assert before <= found.now <= clock.now()


def test_numbers_with_a_fraction_are_read_too(monteclaro):
    statement = select(literal_column("0.5", Float).label("half"))

    assert [execute_prepared(statement).scalar_one() for _time in range(TIMES)] == [0.5] * TIMES
    assert is_prepared(statement)


def test_a_literal_stays_in_the_statement(monteclaro):
    kind = literal(monteclaro.kind, Agency.kind.type, literal_execute=True)
    statement = select(Agency.id).where(Agency.kind == kind, Agency.id == id_parameter("agency_id"))

    for _time in range(TIMES):
        assert execute_prepared(statement, agency_id=monteclaro.id).scalar() == monteclaro.id
        assert execute_prepared(statement, agency_id=uuid4()).scalar() is None
    assert is_prepared(statement, agency_id=monteclaro.id)


@pytest.mark.parametrize("ids", [among(Agency.id, "ids"), Agency.id.in_(ids_parameter("ids"))])
def test_a_list_may_be_of_any_length(monteclaro, ids):
    statement = select(Agency.id).where(ids)

    for others in range(TIMES):
        asked = [monteclaro.id, *(uuid4() for _other in range(others))]
        assert execute_prepared(statement, ids=asked).scalars().all() == [monteclaro.id]
    assert execute_prepared(statement, ids=[]).first() is None


@pytest.mark.parametrize("kinds", [AGENCY_KINDS, []])
def test_a_constant_list_is_written_out_once(monteclaro, kinds):
    named = Agency.id == id_parameter("agency_id")
    statement = select(Agency.id, Agency.kind).where(named, Agency.kind.in_(kinds))

    for _time in range(TIMES):
        found = list(map(tuple, execute_prepared(statement, agency_id=monteclaro.id)))
        assert found == ([(monteclaro.id, monteclaro.kind)] if kinds else [])
    assert is_prepared(statement, agency_id=monteclaro.id)


def test_a_long_statement_gets_the_values_of_each_execution(monteclaro):
    others = [Agency.code != f"{number}{'x' * 80}" for number in range(45)]
    statement = select(Agency.id).where(Agency.id == id_parameter("agency_id"), *others)

    for asked in (monteclaro.id, uuid4(), monteclaro.id, uuid4()):
        found = execute_prepared(statement, agency_id=asked).scalars().all()
        assert found == ([asked] if asked == monteclaro.id else [])


def test_a_list_is_prepared_for_its_first_lengths(monteclaro):
    statement = select(Agency.id, Agency.kind).where(
        Agency.id.in_(ids_parameter("ids")),
        Agency.id.not_in(ids_parameter("others")),
        Agency.kind.in_(AGENCY_KINDS),
    )
    found = [(monteclaro.id, monteclaro.kind)]
    longest = [uuid4() for _other in range(MAX_LISTED)]

    for _time in range(TIMES):
        for others in ([], [uuid4()], [uuid4(), uuid4()], longest, [*longest, uuid4()]):
            asked = {"ids": [*others, monteclaro.id], "others": others[1:]}
            assert list(map(tuple, execute_prepared(statement, **asked))) == found
            assert is_prepared(statement, **asked) == (len(others) < MAX_LISTED)
        for ids in ([], [uuid4()]):
            assert not execute_prepared(statement, ids=ids, others=[]).all()


def test_few_lengths_of_a_list_are_kept(monteclaro):
    statement = select(Agency.id).where(Agency.id.in_(ids_parameter("ids")))

    for others in range(MAX_SHAPES + TIMES):
        asked = [*(uuid4() for _other in range(others)), monteclaro.id]
        assert execute_prepared(statement, ids=asked).scalars().all() == [monteclaro.id]
    assert is_prepared(statement, ids=[monteclaro.id, uuid4()])
    assert not is_prepared(statement, ids=asked)


def test_a_list_may_be_of_texts(monteclaro):
    statement = select(Agency.id).where(among(Agency.code, "codes"))

    for others in range(TIMES):
        asked = [monteclaro.code, *(f"'\"{other}, {{x}}" for other in range(others))]
        assert execute_prepared(statement, codes=asked).scalars().all() == [monteclaro.id]
    assert execute_prepared(statement, codes=[]).first() is None


@pytest.mark.parametrize("text", ["", "NULL", '"a", b', "{a}", "\\", '\\"', "\\n", "\n\t ", "ñ 🦊"])
def test_each_text_of_a_list_is_compared_as_it_is(text):
    statement = select(literal(text)).where(among(literal(text), "texts"))

    for _time in range(TIMES):
        assert execute_prepared(statement, texts=["another", text]).scalars().all() == [text]
        assert execute_prepared(statement, texts=["another", f"{text}."]).first() is None


def test_a_value_that_is_not_given_is_an_error_and_no_null(monteclaro):
    statement = select(Agency.id).where(Agency.id == id_parameter("agency_id"))
    for _time in range(TIMES):
        execute_prepared(statement, agency_id=monteclaro.id)

    with pytest.raises(KeyError):
        execute_prepared(statement)


def word_count() -> int:
    return db.session.scalar(select(func.count()).select_from(SearchWord)) or 0


def store_twice(*words):
    with unit_of_work():
        for word in words:
            store_rows(SearchWord, [{"word": word}])


def test_rows_are_written_and_what_is_refused_leaves_nothing():
    before = word_count()
    for number in range(TIMES):
        with unit_of_work():
            store_rows(SearchWord, [{"word": f"one{number}"}])
            store_rows(SearchWord, [{"word": f"{each}{number}"} for each in ("two", "three")])

        with pytest.raises(IntegrityError):
            store_twice(f"new{number}", f"one{number}")

    assert word_count() == before + 3 * TIMES


def executions_of(rows):
    """Return for each execution that writes these rows whether it is of many."""
    heard = []

    def before(_connection, _cursor, said, _bound, _ran, is_many):
        if said.startswith("INSERT INTO search_words"):
            heard.append(is_many)

    event.listen(db.engine, "before_cursor_execute", before)
    try:
        with unit_of_work():
            store_rows(SearchWord, rows)
    finally:
        event.remove(db.engine, "before_cursor_execute", before)
    return heard


def test_few_rows_are_inserted_in_one_statement_on_postgresql():
    store_twice("zero")
    before = word_count()
    few = [{"word": f"few{number}"} for number in range(4)]
    many = [{"word": f"many%(word)s{number}"} for number in range(MAX_PARAMETERS + 1)]

    assert executions_of(few) == [on_sqlite()]
    assert executions_of(many) == [True]
    assert word_count() == before + len(few) + len(many)


def test_columns_that_are_not_given_get_their_defaults():
    with unit_of_work():
        for number in range(TIMES):
            names = [f"Default {number}", f"Other {number}"]
            store_rows(Person, [{"name": name, "sort_key": "defaults"} for name in names])
            store_rows(Person, [{"name": f"Alone {number}", "sort_key": "defaults"}])
    rows = db.session.scalars(select(Person).where(Person.sort_key == "defaults")).all()

    assert len({row.id for row in rows}) == 3 * TIMES
    assert {row.version for row in rows} == {1}
    assert all(row.languages == [] for row in rows)


def test_listeners_hear_each_execution():
    statement, heard = select(Agency.id), []

    def before(_connection, _cursor, said, *_more):
        if "agencies" in said:
            heard.append(said)

    event.listen(db.engine, "before_cursor_execute", before)
    try:
        for _time in range(TIMES):
            execute_prepared(statement)
    finally:
        event.remove(db.engine, "before_cursor_execute", before)

    assert len(heard) == TIMES
    assert len(set(heard)) == 1


def test_a_percent_sign_stays_one():
    statement: Select[str] = select(literal_column("'100%'").label("share"))

    for _time in range(TIMES):
        assert execute_prepared(statement).scalar() == "100%"


def test_one_statement_writes_rows_with_different_columns(monteclaro):
    changing = update(Agency).where(Agency.id == id_parameter("row_id"))

    for number in range(TIMES):
        with unit_of_work():
            write(changing, [{"row_id": monteclaro.id, "handle": f"handle{number}"}])
            write(changing, [{"row_id": monteclaro.id, "code": f"CODE{number}"}])

        asked = select(Agency.handle, Agency.code).where(Agency.id == monteclaro.id)
        found = db.session.execute(asked).one()
        assert found == (f"handle{number}", f"CODE{number}")
