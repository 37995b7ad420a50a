"""Find the newest documents that match: by reading from the newest on, or by the index of words.

SQLite reads its index backwards. PostgreSQL cannot, and its estimates for prefixes and several
words are bad: two words that nearly all of 200,000 documents have took 250 ms, and a word that none
has 165 ms. So documents are read from the newest on, at first a few, then as many as the rate of
matches suggests: that finds common words. Where they are rare, the index is queried.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil

from sqlalchemy import ColumnElement, case, func, select, union, union_all

from intranet.extensions import db
from intranet.platform.core.database import on_sqlite
from intranet.platform.index.expressions import Expression
from intranet.platform.index.fulltext import WORDS
from intranet.platform.index.models import SearchDocument
from intranet.platform.index.queries import (
    expected,
    fits,
    has_words,
    matching_on_sqlite,
    newest,
)

RECENT_ROWS, RARE_ROWS, MAX_RECENT_ROWS = 4_000, 3_000, 40_000
MAX_LOOKS = 2
MARGIN_RATIO = 1.5
"""How much further than estimated to look, because older documents may match less often."""
FIRST_ROWS_OF_SET, MAX_ROWS_OF_SET = 1_000, 20_000
"""How many documents of a set are read by their ids: at first, and in one further step at most."""
MANY_ROWS = 50_000
"""How many expected matches take longer to list than documents of a set take to read."""
NEAR_RATIO = 2
"""How much further back than estimated a step looks for the documents of a set."""


@dataclass
class NewestScan:
    """Matches among the newest documents, and how far was read.

    `edge` is the id of the last document read; None if there are no others.
    """

    ids: list[int] = field(default_factory=list)
    edge: int | None = None
    rows: int = 0

    def rows_needed(self, lacking: int, found: int) -> int:
        """Return how many more rows to read for more matches, at the rate of those found."""
        return ceil(MARGIN_RATIO * self.rows * lacking / (found or 1))


@dataclass(frozen=True)
class SparseSet:
    """Documents that an index answers, with how they are spread over all.

    `spread` is the number of ids for each document of the set, and `last` the newest id of all;
    without them all documents of the set are read to find the newest.
    """

    conditions: Sequence[ColumnElement[bool]]
    spread: float | None = None
    last: int = 0


def newest_ids(
    expression: Expression,
    *conditions: ColumnElement[bool],
    limit: int,
    begun: NewestScan | None = None,
    known: Sequence[int] = (),
) -> Sequence[int]:
    """Return ids of the newest documents that match an expression and the conditions.

    Args:
        conditions: what the documents meet beside the expression.
        limit: how many are wanted, together with those known.
        begun: a scan to go on with, whose matches are among those returned.
        known: ids of all newer matches of another search: both are wanted together.
    """
    if on_sqlite():
        wanted = select(SearchDocument.id).where(*conditions)
        found = matching_on_sqlite(wanted, expression).order_by(newest()).limit(limit)
        return db.session.scalars(found).all()
    scan = begun or NewestScan()
    count = RECENT_ROWS
    for _look in range(MAX_LOOKS if begun is None else MAX_LOOKS - 1):
        if begun is not None or scan.rows:
            have = len(scan.ids) + sum(each >= (scan.edge or 0) for each in known)
            if have >= limit:
                return scan.ids
            count = scan.rows_needed(limit - have, have)
            if scan.rows + count > MAX_RECENT_ROWS:
                break
            if expected(expression) < min(count, RARE_ROWS):
                every = _all_if_rare(expression, conditions)
                if every is not None:
                    return sorted({*every, *scan.ids}, reverse=True)[:limit]
        scan = scan_newest(expression, *conditions, rows=count, limit=limit, after=scan)
        if scan.edge is None or len(scan.ids) >= limit:
            return scan.ids
    every = _all_if_rare(expression, conditions)
    if every is not None:
        return sorted({*every, *scan.ids}, reverse=True)[:limit]
    planned = select(SearchDocument.id).where(*conditions, fits(expression))
    rest = db.session.scalars(planned.order_by(newest()).limit(limit)).all()
    return sorted({*rest, *scan.ids}, reverse=True)[:limit]


def _all_if_rare(
    expression: Expression, conditions: Sequence[ColumnElement[bool]]
) -> Sequence[int] | None:
    """Return the ids of all matches from the index; None if there are many."""
    hits = select(SearchDocument.id).where(fits(expression), *conditions)
    listed = hits.cte().prefix_with("MATERIALIZED")  # planned without the limit
    every = db.session.scalars(select(listed.c.id).limit(RARE_ROWS + 1)).all()
    return every if len(every) <= RARE_ROWS else None


def scan_newest(
    expression: Expression,
    *conditions: ColumnElement[bool],
    rows: int,
    limit: int,
    after: NewestScan | None = None,
) -> NewestScan:
    """Read the newest documents that meet the conditions, and keep those that match.

    On PostgreSQL.

    Args:
        after: a scan to go on with.
    """
    begun = after or NewestScan()
    beyond = [] if begun.edge is None else [SearchDocument.id < begun.edge]
    order = SearchDocument.id.desc()
    wanted = select(SearchDocument.id).where(*conditions, *beyond).order_by(order)
    recent = wanted.add_columns(WORDS.label("words")).limit(rows).subquery()
    lacking = limit - len(begun.ids)
    hits = (
        select(recent.c.id)
        .where(has_words(expression, recent.c.words))
        .order_by(recent.c.id.desc())
        .limit(lacking)
        .cte()
        .prefix_with("MATERIALIZED")
    )
    have = select(func.count()).select_from(hits).scalar_subquery()
    last = wanted.offset(rows - 1).limit(1).scalar_subquery()
    asked = select(func.array(select(hits.c.id).scalar_subquery()), case((have < lacking, last)))
    found, edge = db.session.execute(asked).one()
    ids = [*begun.ids, *found]
    return NewestScan(ids, ids[-1] if len(found) == lacking else edge, begun.rows + rows)


def newest_listed(
    ways: Sequence[ColumnElement[bool]],
    *conditions: ColumnElement[bool],
    limit: int | None = None,
) -> Sequence[int]:
    """Return ids of the newest documents that match, or of all, after reading all from the index.

    On PostgreSQL, where the conditions leave few documents. It can combine the index entries of
    whole words with those for the conditions; for prefixes it has to read all.

    Args:
        ways: of these an index answers each; a document that fits two is returned once.
        conditions: what the documents meet beside one of the ways.
    """
    hits = [select(SearchDocument.id).where(way, *conditions) for way in ways]
    every = union(*hits).cte().prefix_with("MATERIALIZED")
    newest_first = select(every.c.id).order_by(every.c.id.desc()).limit(limit)
    return db.session.scalars(newest_first).all()


def newest_among(
    expression: Expression,
    among: SparseSet,
    *conditions: ColumnElement[bool],
    prefix_rows: int,
    limit: int,
) -> Sequence[int]:
    """Return ids of the newest matches in a set of documents: of whole words, and of prefixes.

    On PostgreSQL. Common words are found by reading documents of the set, rare ones by the index.

    Args:
        among: the documents to search.
        conditions: what the documents meet beside the expression.
        prefix_rows: among how many of the newest of the set prefixes are searched, too.
        limit: how many are wanted.
    """
    scan = NewestScan()
    first = min(FIRST_ROWS_OF_SET, prefix_rows) if among.spread else prefix_rows
    for rows in (first, prefix_rows - first):
        if rows:
            scan = _scan_set(expression, among, conditions, rows=rows, limit=limit, after=scan)
        if scan.edge is None or len(scan.ids) >= limit:
            return scan.ids
    whole = expression.whole()
    rows = scan.rows_needed(limit - len(scan.ids), len(scan.ids))
    # The index is faster, unless it has so many matches that it forgets which they were.
    if among.spread and rows <= MAX_ROWS_OF_SET and expected(whole) >= MANY_ROWS:
        scan = _scan_set(whole, among, conditions, rows=rows, limit=limit, after=scan)
        if scan.edge is None or len(scan.ids) >= limit:
            return scan.ids
    rest = newest_listed([fits(whole)], *among.conditions, *conditions, limit=limit)
    return sorted({*scan.ids, *rest}, reverse=True)[:limit]


def _scan_set(
    expression: Expression,
    among: SparseSet,
    conditions: Sequence[ColumnElement[bool]],
    *,
    rows: int,
    limit: int,
    after: NewestScan,
) -> NewestScan:
    """Read the newest documents of a set, after those of an earlier scan.

    Only ids near the edge are looked at, as far as that gives enough rows: to sort all ids of a
    person who reads a hundred thousand messages took 40 ms.
    """
    beyond = [] if after.edge is None else [SearchDocument.id < after.edge]
    of_set = select(SearchDocument.id).where(*among.conditions, *beyond)
    if among.spread:
        start = among.last if after.edge is None else after.edge
        near_ids = of_set.where(SearchDocument.id >= start - int(NEAR_RATIO * among.spread * rows))
        near = near_ids.cte().prefix_with("MATERIALIZED")
        have = select(func.count()).select_from(near).scalar_subquery()
        ways = union_all(select(near.c.id).where(have >= rows), of_set.where(have < rows))
        every = ways.cte()
    else:
        every = of_set.cte()
    newest_first = select(every.c.id).order_by(every.c.id.desc()).limit(rows)
    some = newest_first.cte().prefix_with("MATERIALIZED")
    # An array makes PostgreSQL look them up by id; a join might scan the whole table.
    ids = func.array(select(some.c.id).scalar_subquery())
    hits = (
        select(SearchDocument.id)
        .where(SearchDocument.id == func.any(ids), has_words(expression), *conditions)
        .order_by(SearchDocument.id.desc())
        .limit(limit - len(after.ids))
    )
    asked = select(func.array(hits.scalar_subquery()), func.count(), func.min(some.c.id))
    found, count, edge = db.session.execute(asked.select_from(some)).one()
    return NewestScan([*after.ids, *found], edge if count == rows else None, after.rows + rows)
