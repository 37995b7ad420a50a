"""Applications on databases of their own, with and without tables."""

from contextlib import ExitStack
from dataclasses import replace

import pytest

from intranet.app import create_app
from intranet.platform.core.web import settings_of
from tests.conftest import close


@pytest.fixture
def made(app, tmp_path):
    """Makes an application on another database."""
    with ExitStack() as opened:

        def make(url):
            found = create_app(replace(settings_of(app), database_url=url, data_dir=tmp_path))
            opened.callback(close, found)
            return found

        yield make


@pytest.fixture
def empty(made, new_database_url):
    """The application on a database without tables."""
    return made(new_database_url())
