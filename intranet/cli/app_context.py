"""The application context manager for commands."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from intranet.platform.core.memory import loading

if TYPE_CHECKING:
    from flask import Flask

    from intranet.config import Settings


@contextmanager
def application(settings: "Settings | None" = None) -> Iterator["Flask"]:
    """Make the application; on exit finish post-commit work and close the database."""
    with loading():
        from intranet.app import close_app, create_app

        app = create_app(settings)
    try:
        yield app
    finally:
        close_app(app)
