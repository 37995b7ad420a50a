"""Pages of the directory, and how much they ask of the database."""

import threading
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from intranet.extensions import db


@pytest.fixture
def page_of(client_of):
    """The text of a page as a person sees it, in English."""

    def read(person, address, status=200):
        mark = "&" if "?" in address else "?"
        answer = client_of(person).get(f"{address}{mark}lang=en")
        assert answer.status_code == status, answer.text
        return answer.text

    return read


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
