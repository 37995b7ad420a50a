"""The database that holds the index."""

from intranet.extensions import db


def on_sqlite() -> bool:
    """Return whether the index is in SQLite; otherwise it is in PostgreSQL."""
    return db.session.get_bind().dialect.name == "sqlite"
