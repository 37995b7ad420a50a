"""Query the index."""

import typing
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from math import ceil
from typing import cast
from uuid import UUID

from sqlalchemy import (
    JSON,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import InstrumentedAttribute

from intranet.platform.core.database import execute_prepared, on_sqlite
from intranet.platform.index.expressions import (
    All,
    Any,
    Expression,
    LaterWords,
    Not,
    OfKinds,
    Tag,
)
from intranet.platform.index.fulltext import FTS5, WORDS, family_condition
from intranet.platform.index.models import FAMILIES, DocumentKind, SearchDocument
from intranet.platform.index.tags import kind as kind_tag

ROWS_PER_KIND, SAMPLE_ROWS_PER_KIND = 2_500, 125
"""How many documents of each kind `some_of_many` reads, and how many `fit_in` samples."""
_EXPECTED = text(
    "EXPLAIN (FORMAT JSON) SELECT FROM search_documents"
    " WHERE words_fts @@ to_tsquery('simple', :words) AND kind = ANY(:kinds)"
).columns(plan=JSON)
MOST: BindParameter[int] = bindparam("most", type_=Integer)


def of_kinds(kinds: Collection[DocumentKind], *parts: Expression) -> Expression:
    """Match documents of these kinds that match all parts.

    The kinds must be one or more whole families (`FAMILIES`). PostgreSQL has an index for each
    family; SQLite has a single index, with a tag for each kind. If all parts are `Not`, the tag is
    needed as the positive part of the query.
    """
    if not on_sqlite() and any(not isinstance(part, Not) for part in parts):
        return OfKinds(All(*parts), frozenset(kinds))
    tagged = [Tag(kind_tag(kind)) for kind in sorted(kinds)]
    return All(*parts, tagged[0] if len(tagged) == 1 else Any(*tagged))


def matching(
    expression: Expression,
    *columns: typing.Any,
    within: ColumnElement[bool] | None = None,
    most: int | BindParameter[int] | None = None,
) -> Select[typing.Any]:
    """Select from the matching documents; add conditions, an order and, without `most`, a limit.

    The index is read first, then the documents one by one until there are enough. So never order
    the result by anything but `newest`.

    PostgreSQL would scan the whole table if it expects to reach the limit soon: 47 ms for a word
    that none of 200,000 documents has. A materialised CTE, planned without the limit and executed
    only as far as needed, makes it use the index.

    Args:
        within: a further condition on the documents, which PostgreSQL checks while it reads.
        most: a limit, for a query without further conditions. PostgreSQL, which would join all
            hits where it underestimates them, then looks up only this many by id.
    """
    wanted = select(*columns).limit(most)
    also = true() if within is None else within
    if on_sqlite():
        return matching_on_sqlite(wanted, expression).where(also)
    hits = (
        select(SearchDocument.id)
        .where(fits(expression), also)
        .cte()
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    if most is not None:
        ids = func.array(select(hits.c.id).limit(most).scalar_subquery())
        return wanted.where(SearchDocument.id == func.any(ids))
    return wanted.join_from(hits, SearchDocument, SearchDocument.id == hits.c.id)


def some_matching(expression: Expression, *columns: typing.Any, most: int) -> Sequence[typing.Any]:
    """Return these columns of up to `most` matches, by a statement that is built once.

    Args:
        columns: always the same objects: a statement is kept for each.
    """
    asked = _some_matching(expression.kinds(), columns, sqlite=on_sqlite())
    return execute_prepared(asked, words=words_of(expression), most=most).all()


@cache
def _some_matching(
    kinds: frozenset[str] | None, columns: Sequence[typing.Any], *, sqlite: bool
) -> Select[typing.Any]:
    return matching(LaterWords(None if sqlite else kinds), *columns, most=MOST)


def words_of(expression: Expression) -> str:
    """Return the query that takes the place of `LaterWords`, in the language of the database."""
    return expression.fts5() if on_sqlite() else expression.tsquery()


def expected(expression: Expression) -> int:
    """Return how many documents match, as PostgreSQL estimates from its statistics.

    Listing a million documents with a word takes 130 ms before the first is returned. For kinds
    with more than their share of a word, the estimate is up to ten times too low.
    """
    kinds = sorted(expression.kinds() or DocumentKind)
    plan = execute_prepared(_EXPECTED, words=expression.tsquery(), kinds=kinds).scalar_one()
    return int(plan[0]["Plan"]["Plan Rows"])


def some_of_many(
    expression: Expression, kinds: Collection[DocumentKind], *columns: typing.Any, most: int
) -> Sequence[typing.Any]:
    """Return up to `most` matching documents, spread evenly over the kinds. PostgreSQL only.

    The query reads documents instead of the index, up to a limit. If it finds fewer than `most`,
    there may be others. One of the columns has to be the kind.

    Args:
        columns: always the same objects: a statement is kept for each.
        most: the highest number of documents to return.
    """
    asked = _spread(tuple(kinds), columns, ROWS_PER_KIND, SearchDocument.subject_id)
    return execute_prepared(asked, words=words_of(expression), most=most).all()


@cache
def _spread(
    kinds: Sequence[DocumentKind],
    columns: Sequence[typing.Any],
    read: int,
    order: ColumnElement[UUID] | InstrumentedAttribute[UUID],
) -> CompoundSelect[typing.Any]:
    """Select some matches among so many documents of each kind, read in this order."""
    parts = []
    for kind in kinds:
        documents = (
            select(*columns, SearchDocument.subject_id.label("thing"), WORDS.label("words"))
            .where(SearchDocument.kind == kind)
            .order_by(order)
            .limit(read)
            .subquery()
        )
        rank = func.row_number().over(order_by=documents.c.thing).label("rank")
        parts.append(
            select(*(documents.c[column.name] for column in columns), rank)
            .where(has_words(LaterWords(None), documents.c.words))
            .order_by(rank)
            .limit(MOST)
            .subquery()
            .select()
        )
    return union_all(*parts).order_by("rank", "kind").limit(MOST)


def fit_in(expression: Expression, kinds: Collection[DocumentKind], most: int) -> bool:
    """Return whether a sample suggests that `some_of_many` would find `most` documents.

    It is needed because the estimate of PostgreSQL can be ten times too low (`expected`). Both ends
    of the table must have enough matches, so that a cluster from one agency does not mislead it. On
    PostgreSQL.
    """
    needed = ceil(most * SAMPLE_ROWS_PER_KIND / ROWS_PER_KIND)
    given = {"words": words_of(expression), "most": needed}
    return all(
        execute_prepared(_sampled(tuple(kinds), is_reversed=end), **given).scalar_one() == needed
        for end in (False, True)
    )


@cache
def _sampled(kinds: Sequence[DocumentKind], *, is_reversed: bool) -> Select[int]:
    order = SearchDocument.subject_id.desc() if is_reversed else SearchDocument.subject_id
    tried = _spread(kinds, (SearchDocument.kind,), SAMPLE_ROWS_PER_KIND, order).subquery()
    return select(func.count()).select_from(tried)


def matching_each(
    expressions: Sequence[Expression], column: typing.Any, *, most: int
) -> CompoundSelect[typing.Any]:
    """Select up to `most` matches of each expression, with the expression's position."""
    parts = [
        matching(each, literal(number).label("place"), column.label("found"), most=most).subquery()
        for number, each in enumerate(expressions)
    ]
    return union_all(*(select(part.c.place, part.c.found) for part in parts))


def newest() -> ColumnElement[int]:
    """Return the order "newest first", in which the index itself can be read."""
    return start_column().desc()


def start_column() -> ColumnElement[int]:
    """Return the id column of the index, by which a query can start at a given document."""
    known: ColumnElement[int] = FTS5.c.rowid
    return known if on_sqlite() else cast("ColumnElement[int]", SearchDocument.id)


def time_column() -> ColumnElement[datetime]:
    """Return the time of a document, as a column that has no index.

    PostgreSQL would read a whole period by its index to find a few of the newest.
    """
    return func.coalesce(SearchDocument.at, SearchDocument.at)


def matching_on_sqlite(wanted: Select[typing.Any], expression: Expression) -> Select[typing.Any]:
    """Limit a query to matching documents, on SQLite."""
    is_match = FTS5.c.search_fts.op("MATCH")(_words(expression))
    joined = FTS5.join(SearchDocument.__table__, SearchDocument.id == FTS5.c.rowid)
    return wanted.select_from(joined).where(is_match)


def fits(expression: Expression) -> ColumnElement[bool]:
    """Return PostgreSQL's condition for a match, written to use the index of each family."""
    is_match = has_words(expression)
    families = _families(expression.kinds())
    return or_(
        false(), *(and_(is_match, literal_column(family_condition(each))) for each in families)
    )


def _families(kinds: frozenset[str] | None) -> list[str]:
    """Return the families of these kinds, of all without any: that of files for them alone."""
    if kinds == frozenset(FAMILIES["files"]):
        return ["files"]
    return [
        family
        for family, of_it in FAMILIES.items()
        if family != "files" and (kinds is None or not kinds.isdisjoint(of_it))
    ]


def has_words(
    expression: Expression, words: ColumnElement[typing.Any] = WORDS
) -> ColumnElement[bool]:
    """Return PostgreSQL's condition for a match, without the kinds: no index answers it."""
    return words.op("@@")(_query(expression))


def _query(expression: Expression) -> ColumnElement[typing.Any]:
    return func.to_tsquery("simple", _words(expression), type_=TSQUERY)


def _words(expression: Expression) -> BindParameter[str]:
    if isinstance(expression, LaterWords):
        return bindparam("words", type_=Text)
    return literal(words_of(expression), Text)
