"""Tests on SQLite and on PostgreSQL: the fixture `database` is a parameter of the run.

A test that asks for `database`, itself or through a fixture such as `app`, runs on SQLite. Marked
`both` it runs on PostgreSQL too, with `--all` or where its file or folder is named: its statements,
locks or errors are not the same there, or no other test sends them there. What a browser shows is
tried on SQLite. `--database` chooses one, and then everything runs there. What makes sense on one
alone says so with `@pytest.mark.only_on("postgresql", reason="…")`.
"""

import itertools
import shutil
from collections.abc import Callable, Iterator

import pytest

from tests.plugins.tiers import is_quick, is_slow
from tests.services import PostgreSQL, Redis

SQLITE, POSTGRESQL = "sqlite", "postgresql"
DATABASES = (SQLITE, POSTGRESQL)


def pytest_addoption(parser):
    parser.addoption(
        "--database", choices=DATABASES, help="only what uses this database, all of it"
    )


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "only_on(database, reason): makes sense on that database only"
    )
    config.addinivalue_line("markers", "both: differs by database, or no other test sends it there")


def pytest_generate_tests(metafunc):
    if "database" in metafunc.fixturenames:
        chosen = databases_of(metafunc.config, metafunc.definition, metafunc.fixturenames)
        metafunc.parametrize("database", chosen, indirect=True, scope="session")


def databases_of(config, definition, fixtures) -> tuple[str, ...]:
    """The databases on which a test runs, from its marks, its fixtures and the run's options."""
    possible: tuple[str, ...]
    if only := definition.get_closest_marker("only_on"):
        possible = (only.args[0],)
    elif "browser" in fixtures:
        possible = (SQLITE,)
    elif config.getoption("database") or (
        definition.get_closest_marker("both") and not is_quick(config)
    ):
        possible = DATABASES
    else:
        possible = (SQLITE,)
    return tuple(name for name in possible if config.getoption("database") in {None, name})


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Keep a database's tests together: each worker makes few templates."""
    if left := [item for item in items if not _is_wanted(item, config.getoption("database"))]:
        config.hook.pytest_deselected(items=left)
    kept = set(items) - set(left)
    wanted = sorted((item for item in items if item in kept), key=lambda i: database_of(i) or "")
    workers = config.workerinput["workercount"] if hasattr(config, "workerinput") else 1
    items[:] = _slow_first(wanted, workers)


def _slow_first(items, workers: int):
    """Let each worker, who gets a part of the row, begin with what is slow.

    What takes long and waits would come last otherwise, and the others would wait for it.
    """
    together = itertools.groupby(
        filter(is_slow, items), key=lambda item: (database_of(item), item.path)
    )
    parts: list[list[pytest.Item]] = [[] for _worker in range(workers)]
    for part, (_place, some) in zip(itertools.cycle(parts), together):
        part.extend(some)
    others = itertools.filterfalse(is_slow, items)
    for number, part in enumerate(parts):
        room = len(items) * (number + 1) // workers - len(items) * number // workers - len(part)
        part.extend(itertools.islice(others, max(0, room)))
    return [item for part in parts for item in part] + list(others)


def _is_wanted(item, chosen: str | None) -> bool:
    """Whether a test is of the run; one value of a parameter may be of one database only."""
    name, only = database_of(item), item.get_closest_marker("only_on")
    return (chosen in {None, name}) and (name is None or only is None or only.args[0] == name)


def database_of(item) -> str | None:
    """The database that a test uses, if any."""
    name: str | None = item.callspec.params.get("database") if hasattr(item, "callspec") else None
    return name


@pytest.fixture(scope="session")
def database(request):
    """The database of the test: sqlite or postgresql."""
    return request.param


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL of this worker's own."""
    server = PostgreSQL()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def new_database_url(database, request, tmp_path_factory) -> Iterator[Callable[..., str]]:
    """Makes an empty database at each call and gives its URL; all go when the run ends.

    Given the URL of another that nobody is connected to, it makes a copy of that.
    """
    if database == POSTGRESQL:
        server = request.getfixturevalue("postgresql")
        made: list[str] = []

        def make(like: str | None = None) -> str:
            made.append(server.new_database(like))
            return made[-1]

        yield make
        for url in made:
            server.drop_database(url)
    else:
        folder = tmp_path_factory.mktemp("databases")
        numbers = itertools.count(1)

        def make_file(like: str | None = None) -> str:
            path = f"{folder}/{next(numbers)}.sqlite"
            if like:
                shutil.copyfile(like.removeprefix("sqlite:///"), path)
            return f"sqlite:///{path}"

        yield make_file


@pytest.fixture(scope="session")
def new_migrated_url(new_database_url, tmp_path_factory) -> Callable[[], str]:
    """Makes a database at each call that has all tables and nothing in them, and gives its URL.

    The migrations are carried out once a run, which takes a second and more; what has to see them
    carried out begins with `new_database_url`.
    """
    # Not above: runs without the application take this plugin as well, and it costs them as much.
    from intranet.app import create_app
    from intranet.platform.core import schema
    from tests.conftest import close, settings_for

    url = new_database_url()
    app = create_app(settings_for(url, tmp_path_factory.mktemp("migrated")))
    schema.upgrade(app)
    close(app)  # the last one to leave SQLite's file writes all into it
    return lambda: str(new_database_url(url))


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
