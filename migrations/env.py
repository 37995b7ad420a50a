"""How Alembic reaches the database: on the application's own engine, in one transaction.

SQLite changes a table by making a new one and copying. With its keys on, dropping the old one
empties the tables that point to it; so they are off while it works, and checked before the end.
"""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from intranet.extensions import db
from intranet.platform.core.types import LocalizedType, UTCDateTime

# One number for all who might migrate the same PostgreSQL at once.
LOCK = 7_114_305_226


def include_object(_object: Any, name: str | None, kind: str, *_rest: Any) -> bool:
    """Leave alone what full-text search keeps for itself."""
    return not (kind in {"table", "column", "index"} and name and "_fts" in name)


def render_item(kind: str, item: Any, autogenerate: AutogenContext) -> str | Literal[False]:  # noqa: ARG001 - Alembic's signature
    """Write our column types as those they are stored in: a migration outlives our code."""
    if kind != "type":
        return False
    if isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, LocalizedType):
        return "sa.JSON()"
    if isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    return False


def migrate(connection: Connection) -> None:
    """Run what was asked for in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        transactional_ddl=True,
        render_as_batch=True,
        include_object=include_object,
        render_item=render_item,
        compare_server_default=True,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            check_keys(connection)


def check_keys(connection: Connection) -> None:
    """Refuse a migration that leaves a row pointing nowhere."""
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        message = f"rows point to nothing in {sorted({row[0] for row in broken})}"
        raise RuntimeError(message)


def keys(connection: Connection, state: str) -> None:
    """Turn SQLite's foreign keys on or off; within a transaction it would do nothing."""
    if connection.dialect.name == "sqlite":
        connection.connection.execute(f"PRAGMA foreign_keys={state}")


engine = db.engine
with engine.connect().execution_options(writes=True) as found:
    keys(found, "OFF")
    try:
        migrate(found)
    finally:
        found.rollback()
        keys(found, "ON")
