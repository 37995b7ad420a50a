"""What pages may cost: statements and objects by number, and one generous ratio of time."""

import time

import pytest
from sqlalchemy import event

from intranet.extensions import Model, db

# Statements, and rows made into objects: of the frame alone, and of pages with the frame.
LIMITS = {
    "/more": (14, 9),
    "/help": (15, 12),
    "/me/settings": (13, 9),
    "/notifications": (23, 9),
    "/": (41, 17),
}
FIRST_PAGES = 3
LOOPS = 200_000
MOST_LOOPS_OF_HOME = 18
"""Home may take so many times what a loop of 200,000 multiplications does; it takes seven."""


@pytest.fixture
def costs(app):
    """Statements and objects since the last reading."""
    found = {"statements": 0, "objects": 0}

    def count_statement(*_about):
        found["statements"] += 1

    def count_object(*_about):
        found["objects"] += 1

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", count_statement)
    event.listen(Model, "load", count_object, propagate=True)
    yield found
    event.remove(engine, "before_cursor_execute", count_statement)
    event.remove(Model, "load", count_object)


@pytest.mark.both
@pytest.mark.parametrize("address", LIMITS)
def test_a_page_asks_no_more_than_it_needs(client_of, cast, costs, address):
    client = client_of(cast.ana)
    client.get(address)
    costs.update(statements=0, objects=0)

    assert client.get(address).status_code == 200
    statements, objects = LIMITS[address]
    assert costs["statements"] <= statements
    assert costs["objects"] <= objects


def test_home_builds_no_statement_again(client_of, cast):
    client = client_of(cast.ana)
    for _page in range(FIRST_PAGES):
        client.get("/")

    took = min(_worked(lambda: client.get("/")) for _round in range(5))
    loop = min(_worked(_multiply) for _round in range(5))
    assert took < loop * MOST_LOOPS_OF_HOME


def _multiply() -> int:
    number = 1
    for factor in range(LOOPS):
        number = number * factor % 7
    return number


def _worked(do) -> float:
    before = time.thread_time()
    do()
    return time.thread_time() - before
