"""A search of the index: its queries, and the hits so far."""

import typing
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Select, func, select

from intranet.extensions import db
from intranet.finding.directory.filters import GROUPS, DirectoryFilters
from intranet.finding.directory.hit_order import DirectoryHit
from intranet.finding.directory.nearness import AROUND, Vicinity, vicinity_of
from intranet.organisation.people.access import closed_agency_ids
from intranet.organisation.people.models import Person
from intranet.platform.core.database import on_sqlite
from intranet.platform.index import tags
from intranet.platform.index.expressions import All, Any, Expression, Not, Tag
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.platform.index.queries import (
    expected,
    fit_in,
    matching,
    of_kinds,
    some_matching,
    some_of_many,
)

MAX_RANKED = 300
MAX_COUNTED = 1_000
FREQUENT_ROWS, PERHAPS_FREQUENT_ROWS = 50_000, 5_000
"""Rows from which PostgreSQL takes longer to list all matches than to read some of them: surely
from the first number on; from the second it is checked."""
MAX_CLOSED_NAMED = 100
COLUMNS = (
    SearchDocument.kind,
    SearchDocument.subject_id,
    SearchDocument.title,
    SearchDocument.body,
    SearchDocument.tags,
)


@dataclass
class DirectoryIndexSearch:
    """A search of the index: its queries, and the hits so far."""

    viewer: Person
    filters: DirectoryFilters
    most: int
    is_common: bool
    is_frequent: bool = False
    hits: dict[UUID, DirectoryHit] = field(default_factory=dict)
    vicinity: Vicinity = field(init=False)
    open_to: list[Expression] = field(init=False)

    def __post_init__(self) -> None:
        """Look up the viewer's surroundings, and the agencies closed to them."""
        self.vicinity = vicinity_of(self.viewer)
        self.open_to = _open_to(self.vicinity, closed_agency_ids(self.viewer))

    def ask(
        self,
        parts: Iterable[Expression],
        kinds: Sequence[DocumentKind],
        limit: int,
    ) -> list[DirectoryHit]:
        """Return some documents of these kinds that match all parts and may be found."""
        return [hit_of(row) for row in self.rows(parts, kinds, limit)]

    def rows(
        self,
        parts: Iterable[Expression],
        kinds: Sequence[DocumentKind],
        limit: int,
    ) -> Sequence[typing.Any]:
        """Return the matches of `ask` as rows of the index."""
        wanted = self._wanted(parts)
        if wanted or on_sqlite():
            return some_matching(of_kinds(kinds, *wanted), *COLUMNS, most=limit)
        every = select(*COLUMNS).where(SearchDocument.kind.in_(kinds)).limit(limit)
        return db.session.execute(every).all()

    def some(
        self, parts: Sequence[Expression], kinds: Sequence[DocumentKind], limit: int
    ) -> Sequence[typing.Any]:
        """Return the first matching rows; if very many match, a sample spread over the kinds.

        In that case names far away are not searched for, and `is_frequent` is set.
        """
        wanted = All(*self._wanted(parts))
        is_narrow = bool(parts) or bool(self.filters.expressions())
        self.is_frequent = is_narrow and _are_many(wanted, kinds)
        if self.is_frequent:
            rows = some_of_many(wanted, kinds, *COLUMNS, most=limit)
            if len(rows) > MAX_RANKED:
                return rows
            self.is_frequent = False
        return self.rows(parts, kinds, limit)

    def counts(self, parts: Sequence[Expression]) -> dict[DocumentKind, int]:
        """Count the matching documents of each kind, up to one more than `MAX_COUNTED`.

        Empty on PostgreSQL, whose index lists all that matches before counting can begin.
        """
        if not on_sqlite():
            return {}
        each = []
        for kind in GROUPS:
            limited = self._select(parts, [kind], MAX_COUNTED + 1, SearchDocument.id).subquery()
            each.append(select(func.count()).select_from(limited).scalar_subquery())
        return dict(zip(GROUPS, db.session.execute(select(*each)).one(), strict=True))

    def tags(self, parts: Sequence[Expression], kinds: Sequence[DocumentKind]) -> Sequence[str]:
        """Return the tags of the matches, up to one more than `MAX_COUNTED`."""
        return db.session.scalars(
            self._select(parts, kinds, MAX_COUNTED + 1, SearchDocument.tags)
        ).all()

    def _select(
        self,
        parts: Iterable[Expression],
        kinds: Sequence[DocumentKind],
        limit: int,
        *columns: typing.Any,
    ) -> Select[typing.Any]:
        """Select some documents of these kinds that match all parts and may be found."""
        return matching(of_kinds(kinds, *self._wanted(parts)), *columns, most=limit)

    def _wanted(self, parts: Iterable[Expression]) -> list[Expression]:
        return [*parts, *self.filters.expressions(), *self.open_to]

    def take(self, found: Iterable[DirectoryHit]) -> None:
        """Keep these hits, each once."""
        for hit in found:
            self.hits.setdefault(hit.id, hit)

    def lacking(self, kinds: Sequence[DocumentKind], *, near: bool = False) -> list[DocumentKind]:
        """Return the kinds with too few hits so far; with `near` counts only those nearby."""
        have = Counter(
            hit.kind
            for hit in self.hits.values()
            if not near or self.vicinity.distance(hit.tags) <= AROUND
        )
        return [kind for kind in kinds if have[kind] < self.most]


def hit_of(row: typing.Any) -> DirectoryHit:
    """Return a row of the index as a hit to rank."""
    return DirectoryHit(row.kind, row.subject_id, row.title, row.body, frozenset(row.tags.split()))


def _are_many(wanted: Expression, kinds: Sequence[DocumentKind]) -> bool:
    """Whether so many documents match that only a sample is read (PostgreSQL only)."""
    if on_sqlite():
        return False
    count = expected(of_kinds(kinds, wanted))
    return count >= FREQUENT_ROWS or (
        count >= PERHAPS_FREQUENT_ROWS and fit_in(wanted, kinds, MAX_RANKED)
    )


def _open_to(vicinity: Vicinity, closed: Collection[UUID]) -> list[Expression]:
    """Build the filter that excludes agencies closed to the viewer.

    A few agencies are excluded one by one. If there are many, a document must be of an agency in
    the network's directory, or of the viewer's own.
    """
    if len(closed) > MAX_CLOSED_NAMED:
        own = (Tag(tags.agency(each)) for each in sorted(vicinity.agency_ids))
        return [Any(Tag(tags.NETWORK), *own)]
    return [Not(Tag(tags.agency(each))) for each in sorted(closed)]
