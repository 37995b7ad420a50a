"""Search of people, posts, units and agencies, shared by the page, the API and the switcher.

If few documents match, all of them are ranked. If many match, the index is queried in rings around
the viewer, nearest first. Some hundreds are read at most, whatever the size of the network.
"""

import typing
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from intranet.finding.directory.filters import GROUPS, DirectoryFilters
from intranet.finding.directory.hit_order import DirectoryHit, DirectoryHitOrder, fits
from intranet.finding.directory.query_builder import (
    MAX_COUNTED,
    MAX_RANKED,
    DirectoryIndexSearch,
    hit_of,
)
from intranet.finding.directory.query_parser import (
    STOP_WORDS,
    DirectoryQuery,
    DirectoryTerm,
    forgiving,
    understand,
)
from intranet.organisation.people.access import holds_any_post, own_agency_ids
from intranet.organisation.people.models import Person
from intranet.platform.core.database import on_sqlite
from intranet.platform.index.expressions import Any, Expression, Phrase, Tag
from intranet.platform.index.models import DocumentKind

RING_SIZE, WIDE_RING_SIZE = 80, 400
RARE_KIND_RATIO = 20
"""A kind is rare if fewer than one match in so many is of it; one in `MAX_PER_KIND` for
`NUMEROUS_KINDS`."""
MAX_TITLED = 60
MAX_PER_KIND = 200
NUMEROUS_KINDS = frozenset({DocumentKind.PERSON, DocumentKind.POST})


@dataclass(frozen=True)
class DirectoryMatches:
    """The results, best first; `is_cut` if `hits` are only some of the nearest.

    `counts` has the matches of each kind in every group, where they can be counted, and `counted`
    the tags of the matches in the group shown; neither goes beyond `MAX_COUNTED`.
    """

    meaning: DirectoryQuery
    filters: DirectoryFilters
    hits: Sequence[DirectoryHit] = ()
    is_cut: bool = False
    counts: Mapping[DocumentKind, int] = field(default_factory=dict)
    counted: Sequence[str] = ()
    is_beyond_count: bool = False

    def of(self, kind: DocumentKind) -> list[DirectoryHit]:
        """Return the hits of one kind, in order."""
        return [hit for hit in self.hits if hit.kind == kind]


def find(
    viewer: Person,
    words: str,
    filters: DirectoryFilters | None = None,
    *,
    most: int = MAX_PER_KIND,
    count: bool = False,
) -> DirectoryMatches:
    """Find what matches these words, the nearest to the viewer first.

    Args:
        filters: what to narrow by; none searches everywhere.
        most: how many of each kind are wanted at least, where there are so many.
        count: also count the matches, and return their tags for facets.
    """
    filters = filters or DirectoryFilters()
    meaning = understand(words, own_agency_ids(viewer))
    if not holds_any_post(viewer) or meaning.is_unreadable or filters.is_impossible:
        return DirectoryMatches(meaning, filters)
    is_common = bool(meaning.terms) and all(
        len(term.word) == 1 or term.word in STOP_WORDS for term in meaning.terms
    )
    asking = DirectoryIndexSearch(viewer, filters, most, is_common)
    found = _find(asking, meaning, count=count)
    if not found.hits and meaning.terms:
        unknown = [term.word for term in meaning.terms if not _is_known(asking, term)]
        if other := forgiving(meaning, unknown):
            return _find(asking, other, count=count)
    return found


def _find(
    asking: DirectoryIndexSearch, meaning: DirectoryQuery, *, count: bool
) -> DirectoryMatches:
    parts = [term.expression() for term in meaning.terms]
    kinds = asking.filters.groups()
    # Counts cover all kinds, so that the reader sees what the other groups would give.
    shown = GROUPS if count and on_sqlite() else kinds
    # PostgreSQL lists all matches in any case: one query serves the counts too.
    limit = MAX_RANKED if on_sqlite() or not count else MAX_COUNTED
    rows = asking.some(parts, shown, limit + 1)
    is_cut = len(rows) > MAX_RANKED
    if is_cut:
        many = kinds if on_sqlite() else _take_few(asking, parts, kinds, rows)
        _in_rings(asking, meaning, parts, many, rows)
        _anywhere(asking, parts, many, rows)
    else:
        asking.take(hit_of(row) for row in rows if row.kind in kinds)
    ranked = sorted(asking.hits.values(), key=DirectoryHitOrder(meaning, asking.vicinity))
    found = DirectoryMatches(meaning, asking.filters, ranked[:MAX_RANKED], is_cut=is_cut)
    if not count:
        return found
    counted: Sequence[str] = [row.tags for row in rows if row.kind in kinds]
    if not is_cut:
        if len(shown) < len(GROUPS):
            rows = asking.rows(parts, GROUPS, MAX_RANKED + 1)
        have = Counter(row.kind for row in rows)
        counts = {kind: have[kind] for kind in GROUPS} if len(rows) <= MAX_RANKED else {}
        return replace(found, counts=counts, counted=counted)
    if on_sqlite():
        counted = asking.tags(parts, kinds)
    return replace(
        found,
        counts=asking.counts(parts),
        counted=counted[:MAX_COUNTED],
        is_cut=asking.is_frequent or len(counted) > len(found.hits),
        is_beyond_count=asking.is_frequent or len(counted) > MAX_COUNTED,
    )


def _take_few(
    asking: DirectoryIndexSearch,
    parts: Sequence[Expression],
    kinds: Sequence[DocumentKind],
    rows: Sequence[typing.Any],
) -> list[DocumentKind]:
    """Take every match of the kinds that have few; return the other kinds.

    One query for all of them takes PostgreSQL no longer than the query for a single ring.
    """
    have = Counter(row.kind for row in rows)
    few = [
        kind
        for kind in kinds
        if have[kind] * (MAX_PER_KIND if kind in NUMEROUS_KINDS else RARE_KIND_RATIO) < len(rows)
    ]
    if asking.is_common or asking.is_frequent or not few:
        return list(kinds)
    found = asking.ask(parts, few, WIDE_RING_SIZE)
    asking.take(found)
    return (
        [kind for kind in kinds if kind not in few] if len(found) < WIDE_RING_SIZE else list(kinds)
    )


def _in_rings(
    asking: DirectoryIndexSearch,
    meaning: DirectoryQuery,
    parts: Sequence[Expression],
    kinds: Sequence[DocumentKind],
    rows: Sequence[typing.Any],
) -> None:
    """Take exact names first, then names with the words, then what is near.

    If very many documents match, exact names come only from the rows already read.
    """
    rings = asking.vicinity.expressions()
    if asking.is_common and not on_sqlite():
        _at_hand(asking, meaning, rings[0], kinds)
        return
    titled = [term.expression(in_title=True) for term in meaning.terms]
    if len(meaning.terms) > 1 and not asking.is_frequent:
        phrase = Phrase(" ".join(term.word for term in meaning.terms))
        asking.take(asking.ask([phrase], kinds, MAX_TITLED))
    known = [row for row in rows if row.kind in kinds and meaning.names(row.title)][:MAX_TITLED]
    asking.take(map(hit_of, known))
    if titled and len(known) < MAX_TITLED and not asking.is_frequent:
        asking.take(asking.ask(titled, kinds, MAX_TITLED))
    # For words that nearly everything has, the nearest ring is enough.
    for ring in rings[: 1 if asking.is_common else None]:
        if lacking := asking.lacking(kinds, near=True):
            _in_ring(asking, [*parts, ring], lacking)


def _at_hand(
    asking: DirectoryIndexSearch,
    meaning: DirectoryQuery,
    ring: Expression,
    kinds: Sequence[DocumentKind],
) -> None:
    """Take only nearby matches, for words that nearly every document has.

    PostgreSQL reads all that its index has on each word of a query: of a million documents with
    *de* and *la* that took 40 ms each time. Nearby documents are read without those words.
    """
    for kind in kinds:
        asking.take(hit for hit in asking.ask([ring], [kind], RING_SIZE) if fits(hit, meaning))


def _anywhere(
    asking: DirectoryIndexSearch,
    parts: Sequence[Expression],
    kinds: Sequence[DocumentKind],
    rows: Sequence[typing.Any],
) -> None:
    """Fill kinds with too few hits from anywhere: known rows first, then a query."""
    for kind in asking.lacking(kinds):
        known = [row for row in rows if row.kind == kind]
        asking.take(map(hit_of, known[: asking.most]))
    if lacking := asking.lacking(kinds):
        limit = asking.most * len(lacking)
        found = asking.ask(parts, lacking, limit)
        asking.take(found)
        if len(found) == limit:
            for kind in asking.lacking(lacking):
                asking.take(asking.ask(parts, [kind], asking.most))


def _in_ring(
    asking: DirectoryIndexSearch, parts: Sequence[Expression], kinds: Sequence[DocumentKind]
) -> None:
    # PostgreSQL takes as long for a few rows as for many.
    limit = RING_SIZE if on_sqlite() else WIDE_RING_SIZE
    near = asking.ask(parts, kinds, limit)
    asking.take(near)
    if len(near) < limit:
        return
    if units := asking.vicinity.rings[0]:
        asking.take(asking.ask([*parts, Any(*map(Tag, sorted(units)))], kinds, RING_SIZE))
    have = Counter(hit.kind for hit in near)
    for kind in kinds if len(kinds) > 1 else ():
        if have[kind] < RING_SIZE:
            asking.take(asking.ask(parts, [kind], RING_SIZE))


def _is_known(asking: DirectoryIndexSearch, term: DirectoryTerm) -> bool:
    """Whether any document has this word by itself."""
    return bool(asking.ask([term.expression()], GROUPS, 1))
