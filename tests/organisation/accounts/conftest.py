"""What tests of accounts ask for beside the rest."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from intranet.extensions import db


@pytest.fixture
def statements(app):
    """Collects the SQL statements of a block, transactions' own left out."""

    @contextmanager
    def collect() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection, _cursor, statement, *_rest):
            if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
                seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return collect
