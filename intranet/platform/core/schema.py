"""The database schema: read its revision, and migrate it to the newest.

Since 0.1.0, revisions are numbered anew from 0001. A database from before 0.1.0 is recognised by a
table that it lacks. It can be migrated only if it has the last of the old revisions.
"""

from collections.abc import Container
from typing import cast

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import StampStep
from alembic.script import ScriptDirectory
from alembic.util import CommandError, load_python_file
from flask import Flask
from flask_migrate import Migrate
from sqlalchemy import inspect

from intranet.bootstrap.places import RESOURCES
from intranet.config import BadSettingError
from intranet.extensions import db

NEWER = "of a newer version: fetch that version on this machine as well."
TOO_OLD = (
    "of a version before 0.1.0 that this one cannot migrate: start the last version before 0.1.0 "
    "on them first, which brings them to revision 0047, then this one (docs/operating.md, "
    "“Upgrading”)."
)
UNFILLED = (
    "`intranet move` has not filled this database whole: run it to its end, or set "
    "INTRANET_DATABASE_URL to the database that it is to leave."
)
OLD = "old "
LAST_OLD, FIRST = "0047", "0001"
SINCE_FIRST = "announcements"
"""A table that no revision before 0.1.0 has."""


migrate = Migrate(db=db, directory=str(RESOURCES / "migrations"))


def upgrade(app: Flask, revision: str = "head") -> bool:
    """Migrate up; return whether there was anything to do.

    Two queries find out whether the database is current.

    Raises:
        BadSettingError: the tables were made by a newer version, for example on another machine,
            or by a version that is too old, or a move is still filling them.
    """
    with app.app_context():
        config = _config()
        wanted = ScriptDirectory.from_config(config).get_current_head()
        found = _found()
        if revision == "head" and found == wanted:
            return False
        if found is None and inspect(db.engine).has_table(SINCE_FIRST):
            raise BadSettingError(UNFILLED)
        if found and not is_known_revision(found):
            why = TOO_OLD if is_old(found) else NEWER
            raise BadSettingError(f"The tables (revision {found.removeprefix(OLD)}) are {why}")
        if found == OLD + LAST_OLD:
            _leave_old_revisions(config)
        command.upgrade(config, revision)
        db.session.remove()
        return True


def downgrade(app: Flask, revision: str) -> None:
    """Migrate down to a revision; `base` is the empty database."""
    with app.app_context():
        command.downgrade(_config(), revision)
        db.session.remove()


def make_revision(app: Flask, message: str) -> None:
    """Write a revision from the differences between models and database, for review.

    Raises:
        CommandError: the database is not at the newest revision.
    """
    with app.app_context():
        command.revision(_config(), message, autogenerate=True)


def of_tables(revision: str, tables: Container[str]) -> str:
    """Return the revision of these tables, marked as old if they are from before 0.1.0."""
    return revision if SINCE_FIRST in tables else OLD + revision


def newest_revision() -> str:
    """Return the newest revision that this version knows."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def is_old(revision: str) -> bool:
    """Return whether a revision is marked as old: from before 0.1.0."""
    return revision.startswith(OLD)


def is_known_revision(revision: str) -> bool:
    """Return whether this version can migrate a revision; any other is newer, or too old."""
    if is_old(revision):
        return revision == OLD + LAST_OLD
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
        return found is not None and not is_old(found) and not is_known_revision(found)


def _leave_old_revisions(config: Config) -> None:
    """Migrate from the last revision before 0.1.0 to the first one since.

    Nothing is done if another process has migrated in the meantime.
    """
    scripts = ScriptDirectory.from_config(config)

    def steps(heads: tuple[str, ...], _context: MigrationContext) -> list[StampStep]:
        if heads != (LAST_OLD,):
            return []  # another process was faster
        step = StampStep(LAST_OLD, FIRST, is_upgrade=True, branch_move=False)
        step.migration_fn = load_python_file(scripts.dir, "from_0047.py").upgrade
        return [step]

    with EnvironmentContext(config, scripts, fn=steps):
        scripts.run_env()


def _config() -> Config:
    config = cast("Config", migrate.get_config())
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def _found() -> str | None:
    with db.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
        return found and of_tables(found, inspect(connection).get_table_names())
