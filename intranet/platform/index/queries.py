"""Asking the index."""

import typing
from collections.abc import Collection, Sequence
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
from intranet.platform.index.dialect import on_sqlite
from intranet.platform.index.expressions import All, Any, Expression, Not, OfKinds, Tag
from intranet.platform.index.fulltext import FTS5, WORDS, is_of
from intranet.platform.index.models import FAMILIES, DocumentKind, SearchDocument
from intranet.platform.index.tags import kind as kind_tag

RECENT, RARE, MORE = 4_000, 3_000, 40_000
READ_OF_EACH, TRIED_OF_EACH = 2_500, 125
"""So many documents of a kind are read where much fits, and to see whether it does."""
_EXPECTED = text(
    "EXPLAIN (FORMAT JSON) SELECT FROM search_documents"
    " WHERE words_fts @@ to_tsquery('simple', :words) AND kind = ANY(:kinds)"
)
LOOKS = 2
AMPLE = 1.5
"""The older things are, the fewer may fit: by so much further than it seems is looked."""


def of_kinds(kinds: Collection[DocumentKind], *parts: Expression) -> Expression:
    """What is of these kinds and fits all parts.

    For kinds that are a family, or several, by themselves (`FAMILIES`). PostgreSQL has an index
    for each, SQLite in its only one a tag for each kind; where nothing is asked but what must not
    be, there is only the tag to begin with.
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
    """Select from the documents that fit; add conditions, an order and, without `most`, a limit.

    The index is read first, and from it the documents, one by one until there are enough: never
    order the whole by something else than `newest`.

    PostgreSQL would read the whole table where it thinks that the limit is soon reached; a step
    of its own, which it plans without the limit and executes only as far as asked, keeps it to
    the index: of 200,000 documents a word that none has took 47 ms.

    Args:
        within: what holds of the documents besides; PostgreSQL looks at it while it reads.
        most: so many, where no further condition is added: PostgreSQL, which joins the whole of
            many hits where it thinks them few, then looks up so many by their ids and no more.
    """
    wanted = select(*columns).limit(most)
    also = true() if within is None else within
    if on_sqlite():
        return _on_sqlite(wanted, expression).where(also)
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
    """How much fits, as PostgreSQL thinks by what it has noted of the table; it looks at nothing.

    Of a million documents with a word it takes 130 ms to list them, before it gives the first.
    Of the kinds that have a word more than others do it thinks them fewer, up to ten times.
    """
    asked = {"words": expression.tsquery(), "kinds": sorted(expression.kinds() or DocumentKind)}
    plan = db.session.scalar(_EXPECTED, asked)
    return int(plan[0]["Plan"]["Plan Rows"])


def some_of_many(
    expression: Expression,
    kinds: Collection[DocumentKind],
    *columns: typing.Any,
    most: int,
    read: int = READ_OF_EACH,
    order: ColumnElement[UUID] | InstrumentedAttribute[UUID] = SearchDocument.subject_id,
) -> CompoundSelect[typing.Any]:
    """Select some of what fits, of each kind alike, where much of it does. On PostgreSQL.

    Not the index is read but the documents, first what came first, as far as is bearable: where
    fewer than asked for fit, this says nothing of the others. Of the columns one is the kind.

    Args:
        read: so many documents of each kind.
        order: by what is last instead.
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
            .where(documents.c.words.op("@@")(_query(expression)))
            .order_by(rank)
            .limit(most)
            .subquery()
            .select()
        )
    return union_all(*parts).order_by("rank", "kind").limit(most)


def fit_in(expression: Expression, kinds: Collection[DocumentKind], most: int) -> bool:
    """Whether so many seem to fit of those that `some_of_many` reads, by a few of them.

    Of the kinds that have a word more than others do, PostgreSQL expects up to ten times too few
    (`expected`). Of what came first and of what came last enough must fit: what one agency alone
    has is not much. On PostgreSQL.
    """
    needed = ceil(most * TRIED_OF_EACH / READ_OF_EACH)
    for order in (SearchDocument.subject_id, SearchDocument.subject_id.desc()):
        tried = some_of_many(
            expression, kinds, SearchDocument.kind, most=needed, read=TRIED_OF_EACH, order=order
        ).subquery()
        if db.session.scalar(select(func.count()).select_from(tried)) != needed:
            return False
    return True


def matching_each(
    expressions: Sequence[Expression], column: typing.Any, *, most: int
) -> CompoundSelect[typing.Any]:
    """Select, in one statement, some of what fits each of these: its place among them, a column."""
    parts = [
        matching(each, literal(number).label("place"), column.label("found"), most=most).subquery()
        for number, each in enumerate(expressions)
    ]
    return union_all(*(select(part.c.place, part.c.found) for part in parts))


def newest_ids(
    expression: Expression, *conditions: ColumnElement[bool], limit: int
) -> Sequence[int]:
    """Ids of the newest documents that fit, and that fit the conditions on them as well.

    SQLite reads its index backwards. PostgreSQL cannot, and guesses badly how much a prefix and
    several words find: two words that nearly all of 200,000 have took 250 ms, and one that none
    has 165. So the newest are looked at by themselves, at first few, then as many as it takes if
    they go on so, which is enough for what is common; then the index is asked for what is rare;
    only what is neither is left to its plan.
    """
    wanted = select(SearchDocument.id).where(*conditions)
    if on_sqlite():
        found = _on_sqlite(wanted, expression).order_by(newest()).limit(limit)
        return db.session.scalars(found).all()
    count = RECENT
    for _look in range(LOOKS):
        ids = db.session.scalars(_among_newest(expression, conditions, count).limit(limit)).all()
        if len(ids) >= limit:
            return ids
        count = ceil(AMPLE * count * limit / (len(ids) or 1))
        if count > MORE:
            break
    also = and_(true(), *conditions)
    rare = matching(expression, SearchDocument.id, within=also).limit(RARE + 1)
    every = db.session.scalars(rare).all()
    if len(every) <= RARE:
        return sorted(every, reverse=True)[:limit]
    planned = wanted.where(fits(expression)).order_by(newest()).limit(limit)
    return db.session.scalars(planned).all()


def newest_whole(
    expression: Expression, *conditions: ColumnElement[bool], limit: int
) -> Sequence[int]:
    """Ids of the newest documents that fit with whole words, all of which are looked at.

    On PostgreSQL, for what conditions keep to few. It has whole words at hand, and puts their
    documents together with those of an index for the conditions; of beginnings it would read all.
    """
    hits = select(SearchDocument.id).where(fits(expression.whole()), *conditions)
    every = hits.cte().prefix_with("MATERIALIZED")
    newest_first = select(every.c.id).order_by(every.c.id.desc()).limit(limit)
    return db.session.scalars(newest_first).all()


def newest_recent(
    expression: Expression, *conditions: ColumnElement[bool], limit: int
) -> Sequence[int]:
    """Ids of those that fit and fit the conditions, of some of the newest that do the latter.

    On PostgreSQL.
    """
    return db.session.scalars(_among_newest(expression, conditions, RECENT).limit(limit)).all()


def newest_among(
    expression: Expression,
    among: Sequence[ColumnElement[bool]],
    *conditions: ColumnElement[bool],
    looked_at: int,
    limit: int,
) -> tuple[Sequence[int], bool]:
    """Ids of those that fit, of the newest `among` some, and whether these were all.

    On PostgreSQL.

    Args:
        among: what an index answers by itself.
        looked_at: so many of these.
    """
    every = select(SearchDocument.id).where(*among).cte().prefix_with("MATERIALIZED")
    some = select(every.c.id).order_by(every.c.id.desc()).limit(looked_at)
    # As an array they are looked up one by one; joined, the whole table might be read for them.
    is_some = SearchDocument.id == func.any(func.array(some.scalar_subquery()))
    hits = (
        select(SearchDocument.id)
        .where(is_some, WORDS.op("@@")(_query(expression)), *conditions)
        .order_by(SearchDocument.id.desc())
        .limit(limit)
    )
    count = select(func.count()).select_from(every).scalar_subquery()
    row = db.session.execute(select(func.array(hits.scalar_subquery()), count)).one()
    return row[0], row[1] <= looked_at


def newest() -> ColumnElement[int]:
    """The order in which the index itself can be read backwards."""
    return place().desc()


def place() -> ColumnElement[int]:
    """The id of a document as the index knows it: to begin at one without looking at others."""
    known: ColumnElement[int] = FTS5.c.rowid
    return known if on_sqlite() else cast("ColumnElement[int]", SearchDocument.id)


def _on_sqlite(wanted: Select[typing.Any], expression: Expression) -> Select[typing.Any]:
    has_words = FTS5.c.search_fts.op("MATCH")(literal(expression.fts5()))
    joined = FTS5.join(SearchDocument.__table__, SearchDocument.id == FTS5.c.rowid)
    return wanted.select_from(joined).where(has_words)


def fits(expression: Expression) -> ColumnElement[bool]:
    """On PostgreSQL: by the index of each family of which something may fit."""
    has_words = WORDS.op("@@")(_query(expression))
    kinds = expression.kinds()
    return or_(
        false(),
        *(
            and_(has_words, literal_column(is_of(family)))
            for family, of_it in FAMILIES.items()
            if kinds is None or not kinds.isdisjoint(of_it)
        ),
    )


def _query(expression: Expression) -> ColumnElement[typing.Any]:
    return func.to_tsquery("simple", expression.tsquery(), type_=TSQUERY)


def _among_newest(
    expression: Expression, conditions: Sequence[ColumnElement[bool]], count: int
) -> Select[typing.Any]:
    """Of so many newest documents those that fit, looked at one by one. On PostgreSQL."""
    recent = (
        select(SearchDocument.id, WORDS.label("words"))
        .where(*conditions)
        .order_by(SearchDocument.id.desc())
        .limit(count)
        .subquery()
    )
    has_words = recent.c.words.op("@@")(_query(expression))
    return select(recent.c.id).where(has_words).order_by(recent.c.id.desc())
