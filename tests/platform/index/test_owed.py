"""What is owed to the index, while others owe it and take it off."""

from threading import Thread

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.platform.core.ids import uuid7
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.platform.index.operations import (
    IndexDocument,
    dequeue_documents,
    enqueue_documents,
    put,
)

pytestmark = pytest.mark.both

KIND = DocumentKind.PERSON


def test_it_is_taken_once_by_kind_and_no_more_than_asked_for(app_context):
    people = sorted(uuid7() for _ in range(3))
    enqueue_documents(KIND, people)
    enqueue_documents(KIND, people[:1])
    with unit_of_work():
        assert dequeue_documents(2) == {KIND: people[:2]}
        assert dequeue_documents(2) == {KIND: people[2:]}
        assert dequeue_documents(2) == {}


def test_what_is_owed_again_is_not_taken_before_its_change_is_there(app):
    """Else it would be written as it was before, and owed no more."""
    known, new = uuid7(), uuid7()
    taken = []

    def take():
        with app.app_context(), unit_of_work():
            taken.extend(dequeue_documents(10).get(KIND, []))

    with app.app_context():
        enqueue_documents(KIND, [known])
        taker = Thread(target=take)
        with unit_of_work():
            enqueue_documents(KIND, [known, new])
            db.session.flush()
            taker.start()
            if db.engine.dialect.name == "postgresql":
                taker.join()  # SQLite lets nobody write beside this
        taker.join()
        assert known not in taken or new in taken
        with unit_of_work():
            left = dequeue_documents(10).get(KIND, [])
    assert sorted([*taken, *left]) == sorted([known, new])


def test_what_is_named_twice_at_once_is_written_once_as_it_was_named_last(app_context):
    for number in range(3):
        twice = uuid7()
        enqueue_documents(KIND, [twice, twice])
        with unit_of_work():
            assert dequeue_documents(2) == {KIND: [twice]}
            put(
                IndexDocument(kind=KIND, subject_id=twice, title=f"{title}{number}")
                for title in ("First", "Last")
            )
        of_it = select(SearchDocument.title).where(SearchDocument.subject_id == twice)
        assert db.session.scalars(of_it).all() == [f"last{number}"]
