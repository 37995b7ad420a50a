"""Query the index."""

import typing
from collections.abc import Collection, Sequence
from datetime import datetime
from math import ceil
from typing import cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
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

from intranet.extensions import db
from intranet.platform.core.database import on_sqlite
from intranet.platform.index.expressions import All, Any, Expression, Not, OfKinds, Tag
from intranet.platform.index.fulltext import FTS5, WORDS, family_condition
from intranet.platform.index.models import FAMILIES, DocumentKind, SearchDocument
from intranet.platform.index.tags import kind as kind_tag

ROWS_PER_KIND, SAMPLE_ROWS_PER_KIND = 2_500, 125
"""How many documents of each kind `some_of_many` reads, and how many `fit_in` samples."""
_EXPECTED = text(
    "EXPLAIN (FORMAT JSON) SELECT FROM search_documents"
    " WHERE words_fts @@ to_tsquery('simple', :words) AND kind = ANY(:kinds)"
)


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
    most: int | None = None,
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


def expected(expression: Expression) -> int:
    """Return how many documents match, as PostgreSQL estimates from its statistics.

    Listing a million documents with a word takes 130 ms before the first is returned. For kinds
    with more than their share of a word, the estimate is up to ten times too low.
    """
    asked = {"words": expression.tsquery(), "kinds": sorted(expression.kinds() or DocumentKind)}
    plan = db.session.scalar(_EXPECTED, asked)
    return int(plan[0]["Plan"]["Plan Rows"])


def some_of_many(
    expression: Expression,
    kinds: Collection[DocumentKind],
    *columns: typing.Any,
    most: int,
    read: int = ROWS_PER_KIND,
    order: ColumnElement[UUID] | InstrumentedAttribute[UUID] = SearchDocument.subject_id,
) -> CompoundSelect[typing.Any]:
    """Select up to `most` matching documents, spread evenly over the kinds. PostgreSQL only.

    The query reads documents instead of the index, up to a limit. If it finds fewer than `most`,
    there may be others. One of the columns has to be the kind.

    Args:
        most: the highest number of documents to select.
        read: the number of documents to read of each kind.
        order: the order in which they are read.
    """
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
            .where(has_words(expression, documents.c.words))
            .order_by(rank)
            .limit(most)
            .subquery()
            .select()
        )
    return union_all(*parts).order_by("rank", "kind").limit(most)


def fit_in(expression: Expression, kinds: Collection[DocumentKind], most: int) -> bool:
    """Return whether a sample suggests that `some_of_many` would find `most` documents.

    It is needed because the estimate of PostgreSQL can be ten times too low (`expected`). Both ends
    of the table must have enough matches, so that a cluster from one agency does not mislead it. On
    PostgreSQL.
    """
    needed = ceil(most * SAMPLE_ROWS_PER_KIND / ROWS_PER_KIND)
    for order in (SearchDocument.subject_id, SearchDocument.subject_id.desc()):
        tried = some_of_many(
            expression,
            kinds,
            SearchDocument.kind,
            most=needed,
            read=SAMPLE_ROWS_PER_KIND,
            order=order,
        ).subquery()
        if db.session.scalar(select(func.count()).select_from(tried)) != needed:
            return False
    return True


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
    is_match = FTS5.c.search_fts.op("MATCH")(literal(expression.fts5()))
    joined = FTS5.join(SearchDocument.__table__, SearchDocument.id == FTS5.c.rowid)
    return wanted.select_from(joined).where(is_match)


def fits(expression: Expression) -> ColumnElement[bool]:
    """Return PostgreSQL's condition for a match, written to use the index of each family."""
    is_match = has_words(expression)
    kinds = expression.kinds()
    return or_(
        false(),
        *(
            and_(is_match, literal_column(family_condition(family)))
            for family, of_it in FAMILIES.items()
            if kinds is None or not kinds.isdisjoint(of_it)
        ),
    )


def has_words(
    expression: Expression, words: ColumnElement[typing.Any] = WORDS
) -> ColumnElement[bool]:
    """Return PostgreSQL's condition for a match, without the kinds: no index answers it."""
    return words.op("@@")(_query(expression))


def _query(expression: Expression) -> ColumnElement[typing.Any]:
    return func.to_tsquery("simple", expression.tsquery(), type_=TSQUERY)
