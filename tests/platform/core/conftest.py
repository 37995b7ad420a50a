"""Fixtures that tests of the core share."""

from collections.abc import Iterator

import pytest

from intranet.platform.core import outbox
from intranet.platform.core.outbox import handler
from tests import connections
from tests.conftest import make_template
from tests.services import PostgreSQL
from tests.standby import Standby


@pytest.fixture
def done(app_context):
    """The numbers of the rows that were done; a row that says so fails."""
    there = []

    @handler("tests.do")
    def do(payload):
        there.append(payload["number"])
        if payload.get("fails"):
            raise ValueError("secret words")

    yield there
    outbox._kinds.pop("tests.do")


@pytest.fixture(scope="module")
def primary(database) -> Iterator[PostgreSQL]:
    """A PostgreSQL that commits as one in use does."""
    server = PostgreSQL(durable=True)
    try:
        server.start()
        yield server
        connections.close_those_of(str(server.home))
    finally:
        server.remove()


@pytest.fixture(scope="module")
def replicated(primary, tmp_path_factory):
    """A database with the cast in it."""
    return make_template(primary.new_database(), tmp_path_factory.mktemp("template"))


@pytest.fixture
def standby(primary, replicated) -> Iterator[Standby]:
    """A replica of it, of the test's own."""
    server = Standby(primary)
    try:
        server.start()
        yield server
    finally:
        server.remove()
