"""Two countries of different size, the larger ten times the other."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from intranet.app import create_app
from intranet.extensions import db
from tests.conftest import close, settings_for
from tools.bench.country.loader import load_country

SMALL, LARGE = 0.001, 0.01


@pytest.fixture(scope="session")
def small(new_database_url, tmp_path_factory) -> Iterator[Flask]:
    """A thousand people and ten thousand messages."""
    yield from _country(new_database_url(), tmp_path_factory.mktemp("small"), SMALL)


@pytest.fixture(scope="session")
def large(new_database_url, tmp_path_factory) -> Iterator[Flask]:
    """Ten thousand people and a hundred thousand messages."""
    yield from _country(new_database_url(), tmp_path_factory.mktemp("large"), LARGE)


def _country(url: str, folder: Path, share: float) -> Iterator[Flask]:
    app = create_app(settings_for(url, folder))
    said: Callable[[str], object] = str
    with app.app_context():
        db.create_all()
    load_country(app, share, said)
    yield app
    close(app)
