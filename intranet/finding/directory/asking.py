"""What is asked of the index for one search, and what was found so far."""

import typing
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Select, func, select

from intranet.extensions import db
from intranet.finding.directory.hits import Hit
from intranet.finding.directory.narrowing import GROUPS, Narrowing
from intranet.finding.directory.nearness import AROUND, Vicinity, vicinity_of
from intranet.organisation.people.access import closed_agency_ids
from intranet.organisation.people.models import Person
from intranet.platform.index import tags
from intranet.platform.index.dialect import on_sqlite
from intranet.platform.index.expressions import All, Any, Expression, Not, Tag
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.platform.index.queries import expected, fit_in, matching, of_kinds, some_of_many

RANKED = 300
COUNTED = 1_000
FREQUENT, FREQUENT_PERHAPS = 50_000, 5_000
"""Where PostgreSQL expects so much to fit, to list it takes longer than to read some of it; from
the lower figure on this may be so, and is tried."""
CLOSED_NAMED = 100
COLUMNS = (
    SearchDocument.kind,
    SearchDocument.subject_id,
    SearchDocument.title,
    SearchDocument.body,
    SearchDocument.tags,
)


@dataclass
class Asking:
    """One search: what is asked of the index, and what was found so far."""

    viewer: Person
    narrowing: Narrowing
    most: int
    is_common: bool
    is_frequent: bool = False
    hits: dict[UUID, Hit] = field(default_factory=dict)
    vicinity: Vicinity = field(init=False)
    open_to: list[Expression] = field(init=False)

    def __post_init__(self) -> None:
        """Find out where the viewer is, and what is closed to them."""
        self.vicinity = vicinity_of(self.viewer)
        self.open_to = _open_to(self.vicinity, closed_agency_ids(self.viewer))

    def ask(
        self,
        parts: Iterable[Expression],
        kinds: Sequence[DocumentKind],
        limit: int,
    ) -> list[Hit]:
        """Some documents of these kinds that fit all parts and may be found."""
        return [hit_of(row) for row in self.rows(parts, kinds, limit)]

    def rows(
        self,
        parts: Iterable[Expression],
        kinds: Sequence[DocumentKind],
        limit: int,
    ) -> Sequence[typing.Any]:
        """The same, as the index has them."""
        return db.session.execute(self._select(parts, kinds, limit, *COLUMNS)).all()

    def some(
        self, parts: Sequence[Expression], kinds: Sequence[DocumentKind], limit: int
    ) -> Sequence[typing.Any]:
        """The same to begin with: where very much fits, read as it comes and not by the index.

        Then what is named so far away is not looked for, and `is_frequent` says that.
        """
        wanted = All(*parts, *self.narrowing.expressions(), *self.open_to)
        is_narrow = bool(parts) or not self.narrowing.is_empty
        self.is_frequent = is_narrow and _are_many(wanted, kinds)
        if self.is_frequent:
            rows = db.session.execute(some_of_many(wanted, kinds, *COLUMNS, most=limit)).all()
            if len(rows) > RANKED:
                return rows
            self.is_frequent = False
        return self.rows(parts, kinds, limit)

    def counts(self, parts: Sequence[Expression]) -> dict[DocumentKind, int]:
        """How many documents of each kind fit, up to one more than are counted.

        None on PostgreSQL, whose index gives all that fits before one can begin to count.
        """
        if not on_sqlite():
            return {}
        each = []
        for kind in GROUPS:
            limited = self._select(parts, [kind], COUNTED + 1, SearchDocument.id).subquery()
            each.append(select(func.count()).select_from(limited).scalar_subquery())
        return dict(zip(GROUPS, db.session.execute(select(*each)).one(), strict=True))

    def tags(self, parts: Sequence[Expression], kinds: Sequence[DocumentKind]) -> Sequence[str]:
        """The tags of what fits, of one more than are counted."""
        return db.session.scalars(
            self._select(parts, kinds, COUNTED + 1, SearchDocument.tags)
        ).all()

    def _select(
        self,
        parts: Iterable[Expression],
        kinds: Sequence[DocumentKind],
        limit: int,
        *columns: typing.Any,
    ) -> Select[typing.Any]:
        """Some documents of these kinds that fit all parts and may be found."""
        wanted = [*parts, *self.narrowing.expressions(), *self.open_to]
        if not on_sqlite() and not wanted:
            return select(*columns).where(SearchDocument.kind.in_(kinds)).limit(limit)
        fits = of_kinds(kinds, *wanted)
        return matching(fits, *columns, most=limit)

    def take(self, found: Iterable[Hit]) -> None:
        """Keep what was found, once."""
        for hit in found:
            self.hits.setdefault(hit.id, hit)

    def lacking(self, kinds: Sequence[DocumentKind], *, near: bool = False) -> list[DocumentKind]:
        """The kinds of which there are not enough yet; with `near` from around the viewer."""
        have = Counter(
            hit.kind
            for hit in self.hits.values()
            if not near or self.vicinity.distance(hit.tags) <= AROUND
        )
        return [kind for kind in kinds if have[kind] < self.most]


def hit_of(row: typing.Any) -> Hit:
    """A document as the index has it, to be ranked."""
    return Hit(row.kind, row.subject_id, row.title, row.body, frozenset(row.tags.split()))


def _are_many(wanted: Expression, kinds: Sequence[DocumentKind]) -> bool:
    """Whether so much fits that some of it is read; on PostgreSQL."""
    if on_sqlite():
        return False
    count = expected(of_kinds(kinds, wanted))
    return count >= FREQUENT or (count >= FREQUENT_PERHAPS and fit_in(wanted, kinds, RANKED))


def _open_to(vicinity: Vicinity, closed: Collection[UUID]) -> list[Expression]:
    """What keeps agencies that left the directory out: by name while they are few."""
    if len(closed) > CLOSED_NAMED:
        own = (Tag(tags.agency(each)) for each in sorted(vicinity.agency_ids))
        return [Any(Tag(tags.NETWORK), *own)]
    return [Not(Tag(tags.agency(each))) for each in sorted(closed)]
