"""The database schema: read its revision, and migrate it to the newest."""

from typing import cast

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import Flask

from intranet.config import BadSettingError
from intranet.extensions import db, migrate

NEWER = "of a newer version: fetch that version on this machine as well."


def upgrade(app: Flask, revision: str = "head") -> bool:
    """Migrate up; return whether there was anything to do.

    One query finds out whether the database is current.

    Raises:
        BadSettingError: a newer version made the tables, for example on another machine.
    """
    with app.app_context():
        config = _config()
        wanted = ScriptDirectory.from_config(config).get_current_head()
        found = _found()
        if revision == "head" and found == wanted:
            return False
        if found and not knows(found):
            raise BadSettingError(f"The tables (revision {found}) are {NEWER}")
        command.upgrade(config, revision)
        db.session.remove()
        return True


def downgrade(app: Flask, revision: str) -> None:
    """Migrate down to a revision; `base` is the empty database."""
    with app.app_context():
        command.downgrade(_config(), revision)
        db.session.remove()


def make_revision(app: Flask, message: str) -> None:
    """Write a revision from the differences between models and database, for review."""
    with app.app_context():
        command.revision(_config(), message, autogenerate=True)


def knows(revision: str) -> bool:
    """Return whether this version knows a revision; any other comes from a newer version."""
    try:
        ScriptDirectory.from_config(_config()).get_revision(revision)
    except CommandError:
        return False
    return True


def is_current(app: Flask) -> bool:
    """Return whether the database has the newest revision."""
    with app.app_context():
        return _found() == ScriptDirectory.from_config(_config()).get_current_head()


def is_newer(app: Flask) -> bool:
    """Return whether the revision of the database is newer than this version knows."""
    with app.app_context():
        found = _found()
        return found is not None and not knows(found)


def _config() -> Config:
    config = cast("Config", migrate.get_config())
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def _found() -> str | None:
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
