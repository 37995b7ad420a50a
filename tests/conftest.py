"""What every test may ask for."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intranet.config import Settings
from intranet.extensions import Identified, db
from intranet.pages.api import checking
from intranet.platform.core import clock
from intranet.platform.core.health_sampler import pulse
from intranet.platform.core.load_shedding import load
from intranet.platform.core.memory import loading, tune_interpreter
from intranet.platform.core.unit_of_work import unit_of_work
from tests import cast as cast_module
from tests import connections, copies
from tests.cast import Browser, Cast
from tests.compiled import reuse
from tests.delivery.realtime.clients import wait_until

with loading():
    from intranet.app import create_app

pytest_plugins = [
    "tests.plugins.tiers",
    "tests.plugins.databases",
    "tests.plugins.honesty",
    "tests.plugins.isolation",
    "tests.plugins.letters",
    "tests.plugins.logs",
    "tests.plugins.browser",
    "tests.plugins.queries",
]


def pytest_configure():
    gc.disable()  # almost all of what is collected stays


def pytest_collection_finish():
    tune_interpreter()  # it took a fifth of the time
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def calm() -> None:
    """However late this machine comes, nothing is left out: what is tested here was asked for."""
    pulse.off_beat(load.beat)


@dataclass(frozen=True)
class Template:
    """A database with the cast in it, to be copied for each test, and their ids."""

    url: str
    ids: dict[str, tuple[type[Identified], UUID]]


@pytest.fixture(scope="session")
def template(new_database_url, tmp_path_factory) -> Iterator[Template]:
    """A database with the cast in it, made once a run."""
    yield make_template(new_database_url(), tmp_path_factory.mktemp("template"))
    connections.close_kept()


def make_template(url: str, folder: Path) -> Template:
    """Put the cast into an empty database."""
    app = create_app(settings_for(url, folder))
    with app.app_context():
        db.create_all()
        with unit_of_work():
            ids = cast_module.build()
        if url.startswith("sqlite"):
            db.session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    close(app)
    copies.keep(url)
    return Template(url, ids)


@pytest.fixture
def app(template, tmp_path) -> Iterator[Flask]:
    """The application on a database of the test's own, with the cast in it."""
    with make_house(template, tmp_path) as made:
        yield made


@pytest.fixture
def cast(app, template) -> Cast:
    """The people, units, posts and agencies of the test, by name."""
    return Cast(app, template.ids)


@pytest.fixture
def client(app) -> FlaskClient:
    """Somebody who is not signed in; `sign_in(client, cast.ana)` changes that."""
    made: FlaskClient = app.test_client()
    return made


@pytest.fixture
def client_of(app) -> Callable[..., FlaskClient]:
    """Make a client that is signed in as a person."""
    return lambda person: cast_module.sign_in(app.test_client(), person)


@pytest.fixture
def app_context(app) -> Iterator[Flask]:
    """The application with its context open, for tests of operations; not to be used with a client.

    Flask-Login keeps the person on `g`: with an open context all clients would be the first.
    """
    with app.app_context():
        yield app


@pytest.fixture
def spanish_request(app) -> Iterator[None]:
    """A request in Spanish is under way, for what is written in somebody's language."""
    with app.test_request_context("/?lang=es"):
        yield


@pytest.fixture
def at_work() -> Iterator[None]:
    """It is ten o'clock of a Monday: pages also ask who is there."""
    day = cast_module.today() + timedelta(days=-cast_module.today().weekday() % 7)
    with clock.freeze(datetime.combine(day, time(10), ZoneInfo("Europe/Madrid"))):
        yield


@pytest.fixture(scope="session")
def object_store() -> Iterator[Any]:
    """An object store over HTTP, which can be made to fail."""
    from tests.delivery.files.object_store import ObjectStore

    made = ObjectStore()
    yield made
    made.stop()


@contextmanager
def make_house(template: Template, folder: Path, **settings: Any) -> Iterator[Flask]:
    """The application on a database with the cast in it, with other settings where given.

    On PostgreSQL there is one such database, put back as it was: one house at a time.
    """
    url = copies.copy(template.url, folder)
    made = create_app(replace(settings_for(url, folder), **settings))
    reuse(made)
    checking.init_app(made)
    made.test_client_class = Browser
    yield made
    close(made)


def close(app: Flask) -> None:
    """Let an application go: its thread, its connections."""
    pulse.forget(app)
    app.extensions["dispatcher"].stop()
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            # What a thread gives back after that, nobody would close.
            wait_until(lambda engine=engine: engine.pool.checkedout() == 0)
            connections.let_go(engine)


def settings_for(url: str, folder: Path) -> Settings:
    return Settings(
        data_dir=folder,
        database_url=url,
        storage_url=f"file:{folder / 'files'}",
        secret_key="a key for tests only, and long enough for what it signs",
        smtp_url="",
    )
