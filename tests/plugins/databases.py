"""The same tests on SQLite and on PostgreSQL: `--database`, and the fixtures that give one.

A test that asks, itself or through a fixture, for `database_url`, `new_database_url` or a house
that has one of its own uses a database and runs on both. One that does not runs once, after those:
`tools/run_tests.py` starts a run for each database and names a folder to both, and the files that
are left are taken by whichever run comes first, so that both end together. Few tests make sense on
one database only; they say so:
`@pytest.mark.only_on("postgresql", reason="…")`.
"""

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.services import PostgreSQL, Redis

DATABASES = ("sqlite", "postgresql")
SHARED = "INTRANET_TEST_LOCKS"
TAKEN = pytest.StashKey[dict[Path, bool]]()
USES_A_DATABASE = {"database_url", "new_database_url", "postgresql", "faulty_house"}
MOST_ON_ONE_ONLY = 10


def pytest_addoption(parser):
    parser.addoption(
        "--database",
        choices=DATABASES,
        help="only the tests that use this database (default: sqlite's, and what uses none)",
    )


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "only_on(database, reason): makes sense on that database only"
    )


def pytest_report_header(config):
    return f"database: {config.getoption('database') or DATABASES[0]}"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    chosen = config.getoption("database")
    single = {item.originalname for item in items if item.get_closest_marker("only_on")}
    if len(single) > MOST_ON_ONE_ONLY:
        names = ", ".join(sorted(single))
        raise pytest.UsageError(
            f"{len(single)} tests run on one database only, and {MOST_ON_ONE_ONLY} are the most: "
            f"{names}"
        )
    kept = [item for item in items if _may_run(item, chosen)]
    if SHARED in os.environ:
        kept.sort(key=_turn)
    if left := [item for item in items if item not in set(kept)]:
        config.hook.pytest_deselected(items=left)
    items[:] = kept


def _turn(item) -> tuple[bool, bool, bool]:
    """First what has to be alone, while nothing long is waited for; what uses no database last."""
    alone = item.get_closest_marker("alone") is not None
    return not alone, not uses_a_database(item), "browser" not in item.fixturenames


def uses_a_database(item) -> bool:
    """Whether the test, or a fixture of its, asks for a database."""
    return not USES_A_DATABASE.isdisjoint(item.fixturenames)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    """Pass over what uses no database and is in a file that the run beside this one took."""
    if SHARED not in os.environ or uses_a_database(item) or _is_ours(item):
        return None
    item.session._setupstate.teardown_exact(nextitem)
    return True


def _is_ours(item) -> bool:
    """Whether the item's file is this run's: taken before, or now."""
    taken = item.config.stash.setdefault(TAKEN, {})
    if item.path not in taken:
        mark = "-".join(item.path.parts[1:])
        try:
            (Path(os.environ[SHARED]) / mark).touch(exist_ok=False)
        except FileExistsError:
            taken[item.path] = False
        else:
            taken[item.path] = True
    return bool(taken[item.path])


def _may_run(item, database: str | None) -> bool:
    if marker := item.get_closest_marker("only_on"):
        return bool(marker.args[0] == (database or DATABASES[0]))
    return database is None or uses_a_database(item) or SHARED in os.environ


@pytest.fixture(scope="session")
def database(request):
    """Which database this run is on: sqlite or postgresql."""
    return request.config.getoption("database") or DATABASES[0]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL of this run's own."""
    server = PostgreSQL()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def new_database_url(database, request, tmp_path_factory) -> Iterator[Callable[[], str]]:
    """Makes an empty database at each call and gives its URL; all go when the run ends."""
    if database == "postgresql":
        server = request.getfixturevalue("postgresql")
        made: list[str] = []

        def make() -> str:
            made.append(server.new_database())
            return made[-1]

        yield make
        for url in made:
            server.drop_database(url)
    else:
        folder = tmp_path_factory.mktemp("databases")
        numbers = itertools.count(1)
        yield lambda: f"sqlite:///{folder}/{next(numbers)}.sqlite"


@pytest.fixture(scope="session")
def database_url(new_database_url):
    """The URL of one empty database that the whole run shares."""
    return new_database_url()


@pytest.fixture(scope="session")
def redis_service() -> Iterator[Redis]:
    """A running Redis that a test may stop, if it starts it again."""
    server = Redis()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def redis_url(redis_service):
    """The URL of the running Redis."""
    return redis_service.url
