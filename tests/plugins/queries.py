"""How much a block asks of the database."""

import threading
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from intranet.extensions import db


@pytest.fixture
def count_queries(app):
    """Counts the statements that a block sends to the database."""
    with app.app_context():
        engine = db.engine

    @contextmanager
    def counting():
        counted, here = [], threading.get_ident()

        def note(_connection, _cursor, statement, *_more):
            # What follows earlier commits runs in another thread.
            if threading.get_ident() == here:
                counted.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield counted
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return counting
