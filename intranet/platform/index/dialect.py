"""Which database keeps the index."""

from intranet.extensions import db


def on_sqlite() -> bool:
    """SQLite, else PostgreSQL."""
    return db.session.get_bind().dialect.name == "sqlite"
