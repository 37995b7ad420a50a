"""The newest matches are the same however they are looked for."""

import random
from itertools import product

import pytest
from sqlalchemy import func, select

from intranet.extensions import db
from intranet.platform.core.ids import uuid7
from intranet.platform.index import newest
from intranet.platform.index.expressions import OfKinds, Phrase, Word
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.platform.index.newest import (
    NewestScan,
    SparseSet,
    newest_among,
    newest_ids,
    scan_newest,
)
from tests.platform.index.helpers import put_messages

pytestmark = pytest.mark.only_on("postgresql", reason="SQLite reads its index backwards")

MESSAGES, ROOMS = 400, 8
CHANCES = {"comun": 0.9, "mitad": 0.5, "raro": 0.02}
IS_MESSAGE = SearchDocument.kind == DocumentKind.MESSAGE


@pytest.fixture
def said(app_context):
    """The ids of the documents with each word, the newest first; and the rooms."""
    chance, rooms = random.Random(8), [uuid7() for _room in range(ROOMS)]
    texts = [
        " ".join(word for word, share in CHANCES.items() if chance.random() < share) or "nada"
        for _message in range(MESSAGES)
    ]
    put_messages((text, rooms[chance.randrange(ROOMS)], ()) for text in texts)
    rows = db.session.execute(
        select(SearchDocument.id, SearchDocument.body, SearchDocument.conversation_id)
        .where(IS_MESSAGE)
        .order_by(SearchDocument.id.desc())
    ).all()
    return rows, rooms


def of_messages(expression):
    return OfKinds(expression, frozenset({DocumentKind.MESSAGE}))


@pytest.mark.parametrize("rows_at_first", [1, 7, 1_000])
def test_in_a_set_as_the_whole_table_says(said, monkeypatch, rows_at_first):
    rows, rooms = said
    monkeypatch.setattr(newest, "FIRST_ROWS_OF_SET", rows_at_first)
    few = set(rooms[:3])
    last = db.session.scalar(select(func.max(SearchDocument.id)))
    conditions = [SearchDocument.conversation_id.in_(few), IS_MESSAGE]
    there = [row for row in rows if row.conversation_id in few]
    spreads = (None, 0.01, MESSAGES / len(there), 1_000)
    for word, limit, spread, many in product(CHANCES, (1, 30, 500), spreads, (0, 10**9)):
        monkeypatch.setattr(newest, "MANY_ROWS", many)
        every = [row.id for row in there if word in row.body.split()]
        among = SparseSet(conditions, spread, last or 0)
        found = newest_among(of_messages(Word(word)), among, prefix_rows=40, limit=limit)
        assert list(found) == every[:limit], (word, limit, spread)
    both = [row.id for row in there if "comun mitad" in row.body]
    phrase = of_messages(Phrase("comun mitad"))
    assert list(newest_among(phrase, among, prefix_rows=40, limit=99)) == both[:99]


def test_elsewhere_with_what_is_known_the_newest_of_both_are_whole(said, monkeypatch):
    rows, rooms = said
    monkeypatch.setattr(newest, "RECENT_ROWS", 9)
    known_rooms = set(rooms[:3])
    elsewhere = SearchDocument.conversation_id.not_in(known_rooms)
    for word, limit in product(CHANCES, (1, 10, 60, 500)):
        expression = of_messages(Word(word))
        matches = [row for row in rows if word in row.body.split()]
        known = [row.id for row in matches if row.conversation_id in known_rooms][:limit]
        begun = scan_newest(expression, IS_MESSAGE, elsewhere, rows=5, limit=limit)
        for scan in (None, begun):
            found = newest_ids(
                expression, IS_MESSAGE, elsewhere, limit=limit, begun=scan, known=known
            )
            both = sorted({*found, *known}, reverse=True)[:limit]
            assert both == [row.id for row in matches][:limit], (word, limit, scan)


def test_a_scan_says_how_far_it_read(said):
    rows, _rooms = said
    nothing = of_messages(Word("nadie"))
    some = scan_newest(nothing, IS_MESSAGE, rows=10, limit=5)
    assert some == NewestScan([], rows[9].id, 10)
    assert scan_newest(nothing, IS_MESSAGE, rows=MESSAGES + 1, limit=5).edge is None
    further = scan_newest(nothing, IS_MESSAGE, rows=10, limit=5, after=some)
    assert further == NewestScan([], rows[19].id, 20)
