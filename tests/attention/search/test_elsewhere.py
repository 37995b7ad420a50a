"""Matches outside of a person's rooms: the same ones, whichever index finds them."""

from itertools import product

import pytest
from sqlalchemy import select

from intranet.attention.search import queries
from intranet.attention.search.period import SearchPeriod
from intranet.attention.search.queries import _elsewhere
from intranet.extensions import db
from intranet.platform.core.ids import uuid7
from intranet.platform.index import tags
from intranet.platform.index.expressions import All, OfKinds, Tag, Word
from intranet.platform.index.models import DocumentKind, SearchDocument
from tests.platform.index.helpers import put_messages

pytestmark = pytest.mark.only_on("postgresql", reason="SQLite reads its index backwards")

MESSAGES = 60
IS_MESSAGE = SearchDocument.kind == DocumentKind.MESSAGE


@pytest.fixture
def ids(app_context):
    """The ids of messages with the word, the newest first; every third is in a discussion."""
    put_messages(
        ("gato", uuid7(), (tags.DISCUSSION,) if number % 3 == 0 else ())
        for number in range(MESSAGES)
    )
    return db.session.scalars(
        select(SearchDocument.id)
        .where(IS_MESSAGE, SearchDocument.body == "gato")
        .order_by(SearchDocument.id.desc())
    ).all()


def test_what_is_elsewhere_is_as_new_as_what_is_known(ids, monkeypatch):
    there = OfKinds(All(Word("gato"), Tag(tags.DISCUSSION)), frozenset({DocumentKind.MESSAGE}))
    discussed = [row for place, row in enumerate(reversed(ids)) if place % 3 == 0][::-1]
    rooms = [row for row in ids if row not in discussed]
    monkeypatch.setattr(queries, "RECENT_ROWS", 4)
    for ids_per_match, limit in product((0, 10**9), (1, 5, 30, 100)):
        monkeypatch.setattr(queries, "IDS_PER_MATCH", ids_per_match)
        known = rooms[:limit][::-1]
        found = _elsewhere(there, IS_MESSAGE, SearchPeriod(), known, limit)
        assert sorted({*found, *known}, reverse=True)[:limit] == list(ids)[:limit]


def test_few_matches_are_looked_at_without_the_index_of_ids(ids, count_queries, monkeypatch):
    there = OfKinds(All(Word("gato"), Tag(tags.DISCUSSION)), frozenset({DocumentKind.MESSAGE}))
    monkeypatch.setattr(queries, "RECENT_ROWS", 4)
    for ids_per_match, condition in ((0, "search_documents.id + "), (10**9, "documents.id >= ")):
        monkeypatch.setattr(queries, "IDS_PER_MATCH", ids_per_match)
        with count_queries() as statements:
            _elsewhere(there, IS_MESSAGE, SearchPeriod(), sorted(ids)[:30], 30)
        assert condition in str(statements[-1])


def test_a_long_period_with_few_matches_is_not_read_by_the_index_of_ids(
    ids, count_queries, monkeypatch
):
    there = OfKinds(All(Word("gato"), Tag(tags.DISCUSSION)), frozenset({DocumentKind.MESSAGE}))
    discussed = [row for place, row in enumerate(reversed(ids)) if place % 3 == 0][::-1]
    monkeypatch.setattr(queries, "RECENT_ROWS", 4)
    period = SearchPeriod(first=ids[-10], last=ids[2])
    for ids_per_match, condition in ((0, "search_documents.id + "), (10**9, "documents.id >= ")):
        monkeypatch.setattr(queries, "IDS_PER_MATCH", ids_per_match)
        monkeypatch.setattr(queries, "MANY_ELSEWHERE_ROWS", 10**9)
        with count_queries() as statements:
            found = _elsewhere(there, IS_MESSAGE, period, [], 30)
        assert sorted(set(found)) == [row for row in sorted(ids)[9:-3] if row in discussed]
        assert condition in str(statements[-1])
