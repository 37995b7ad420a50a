"""An installation on SQLite with the cast in it, and an empty PostgreSQL beside it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from intranet.app import create_app
from intranet.config import Settings
from intranet.moving import steps
from tests import cast as casting
from tests.cast import Browser, Cast
from tests.conftest import close, settings_for


@dataclass
class House:
    """An application that goes on while it moves."""

    settings: Settings
    app: Any
    cast: Cast
    target: str

    def move(
        self,
        *,
        during: Callable[[str], object] = lambda _step: None,
        since: str = "",
        to: str = "",
    ) -> steps.Moved:
        """Move it; `during` is called with each step, such as "rows" and "Comparing …"."""
        plan = steps.MovePlan(timedelta(0), 2, lambda what, _done, _of: during(what), during)
        settings = replace(self.settings, database_url=since or self.settings.database_url)
        return steps.move(settings, to or self.target, application, plan)


@contextmanager
def application(settings: Settings) -> Iterator[Flask]:
    """The application as commands make it."""
    app = create_app(settings)
    try:
        yield app
    finally:
        close(app)


@pytest.fixture
def house(new_migrated_url, postgresql, tmp_path, monkeypatch) -> Iterator[House]:
    """The cast's house on SQLite, and where it can move to. Nobody is given notice."""
    monkeypatch.setattr(steps, "NOTICE_SECONDS", 0)
    monkeypatch.setattr(steps, "SETTLE_SECONDS", 0)
    settings = settings_for(new_migrated_url(), tmp_path)
    app = create_app(settings)
    app.test_client_class = Browser
    with app.app_context():
        ids = casting.build()
    target = postgresql.new_database()
    yield House(settings, app, Cast(app, ids), target)
    close(app)
    postgresql.drop_database(target)


def path_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))
