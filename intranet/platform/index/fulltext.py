"""The full-text tables and triggers of each database, in step with `search_documents`.

A migration that recreates the table on SQLite loses its triggers, so it calls `drop` before and
`create` after.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, String, Table, column, event, table
from sqlalchemy.dialects.postgresql import TSVECTOR

from intranet.platform.index.models import FAMILIES, SearchDocument

# FTS5 takes the query through a hidden column with the name of the table.
FTS5 = table("search_fts", column("rowid"), column("search_fts", String))
WORDS: ColumnElement[Any] = column("words_fts", TSVECTOR, _selectable=SearchDocument.__table__)


def family_condition(family: str) -> str:
    """Return the SQL condition of a family, in the exact words of its partial index."""
    kinds = ", ".join(f"'{kind.value}'" for kind in FAMILIES[family])
    return f"search_documents.kind IN ({kinds})"


ON_SQLITE = (
    """
    CREATE VIRTUAL TABLE search_fts USING fts5(
        title, body, tags, content='search_documents', content_rowid='id',
        tokenize='unicode61 remove_diacritics 0', prefix='2 3'
    )
    """,
    """
    CREATE TRIGGER search_documents_insert_fts AFTER INSERT ON search_documents BEGIN
        INSERT INTO search_fts(rowid, title, body, tags)
        VALUES (new.id, new.title, new.body, new.tags);
    END
    """,
    """
    CREATE TRIGGER search_documents_delete_fts AFTER DELETE ON search_documents BEGIN
        INSERT INTO search_fts(search_fts, rowid, title, body, tags)
        VALUES ('delete', old.id, old.title, old.body, old.tags);
    END
    """,
    """
    CREATE TRIGGER search_documents_update_fts AFTER UPDATE ON search_documents BEGIN
        INSERT INTO search_fts(search_fts, rowid, title, body, tags)
        VALUES ('delete', old.id, old.title, old.body, old.tags);
        INSERT INTO search_fts(rowid, title, body, tags)
        VALUES (new.id, new.title, new.body, new.tags);
    END
    """,
)
ON_POSTGRESQL = (
    """
    ALTER TABLE search_documents ADD COLUMN words_fts tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple'::regconfig, title), 'A')
        || setweight(to_tsvector('simple'::regconfig, body), 'B')
        || setweight(to_tsvector('simple'::regconfig, tags), 'D')
    ) STORED
    """,
    *(
        f"CREATE INDEX ix_search_documents_fts_{family}"
        f" ON search_documents USING gin (words_fts) WHERE {family_condition(family)}"
        for family in FAMILIES
    ),
)
TRIGGERS = ("insert", "delete", "update")


def create(connection: Connection) -> None:
    """Create the full-text index for a table that exists and is empty."""
    for statement in ON_SQLITE if connection.dialect.name == "sqlite" else ON_POSTGRESQL:
        connection.exec_driver_sql(statement)


def drop(connection: Connection) -> None:
    """Drop the full-text index."""
    if connection.dialect.name == "sqlite":
        for name in TRIGGERS:
            connection.exec_driver_sql(f"DROP TRIGGER search_documents_{name}_fts")
        connection.exec_driver_sql("DROP TABLE search_fts")
    else:
        connection.exec_driver_sql("ALTER TABLE search_documents DROP COLUMN words_fts")


@event.listens_for(SearchDocument.__table__, "after_create")
def _follow(_table: Table, connection: Connection, **_about: object) -> None:
    create(connection)


@event.listens_for(SearchDocument.__table__, "before_drop")
def _go_before(_table: Table, connection: Connection, **_about: object) -> None:
    if connection.dialect.name == "sqlite":
        drop(connection)
