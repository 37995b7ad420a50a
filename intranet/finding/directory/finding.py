"""Finding people, posts, units and agencies: the one way of the page, programs and the switcher.

Few matches are ranked whole. Of many the index is asked in rings around who looks, the nearest
first, and never more than some hundreds are looked at, whatever the network holds.
"""

import typing
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from intranet.finding.directory.asking import COUNTED, RANKED, Asking, hit_of
from intranet.finding.directory.hits import Hit, Order, fits
from intranet.finding.directory.meaning import STOP_WORDS, Meaning, Term, forgiving, understand
from intranet.finding.directory.narrowing import GROUPS, Narrowing
from intranet.organisation.people.access import holds_any_post, own_agency_ids
from intranet.organisation.people.models import Person
from intranet.platform.index.dialect import on_sqlite
from intranet.platform.index.expressions import Any, Expression, Phrase, Tag
from intranet.platform.index.models import DocumentKind

RING, WIDE_RING = 80, 400
FEW = 20
"""Less than one in so many of what fits is few; of people and posts, one in `MOST`."""
TITLED = 60
MOST = 200
MANY = frozenset({DocumentKind.PERSON, DocumentKind.POST})


@dataclass(frozen=True)
class Found:
    """What fits, the best first. `hits` may be some of the nearest only: then `is_cut`.

    `counts` has how many of each kind fit, whichever group is looked at, if that can be told, and
    `counted` the tags of those of the group; neither goes beyond `COUNTED`.
    """

    meaning: Meaning
    narrowing: Narrowing
    hits: Sequence[Hit] = ()
    is_cut: bool = False
    counts: Mapping[DocumentKind, int] = field(default_factory=dict)
    counted: Sequence[str] = ()
    is_beyond_count: bool = False

    def of(self, kind: DocumentKind) -> list[Hit]:
        """Those of one kind, in order."""
        return [hit for hit in self.hits if hit.kind == kind]


def find(
    viewer: Person,
    words: str,
    narrowing: Narrowing | None = None,
    *,
    most: int = MOST,
    count: bool = False,
) -> Found:
    """What fits these words, the nearest to the viewer first.

    Args:
        narrowing: filters; none looks everywhere.
        most: how many of each kind are wanted at least, where there are so many.
        count: also count what fits, and give its tags to count by.
    """
    narrowing = narrowing or Narrowing()
    meaning = understand(words, own_agency_ids(viewer))
    if not holds_any_post(viewer) or meaning.is_unreadable or narrowing.is_impossible:
        return Found(meaning, narrowing)
    is_common = bool(meaning.terms) and all(
        len(term.word) == 1 or term.word in STOP_WORDS for term in meaning.terms
    )
    asking = Asking(viewer, narrowing, most, is_common)
    found = _find(asking, meaning, count=count)
    if not found.hits and meaning.terms:
        unknown = [term.word for term in meaning.terms if not _is_known(asking, term)]
        if other := forgiving(meaning, unknown):
            return _find(asking, other, count=count)
    return found


def _find(asking: Asking, meaning: Meaning, *, count: bool) -> Found:
    parts = [term.expression() for term in meaning.terms]
    kinds = asking.narrowing.groups()
    # Counts are of all kinds, so that one sees what the others would give.
    shown = GROUPS if count and on_sqlite() else kinds
    # PostgreSQL lists all that fits in any case, and is asked but once for what is counted.
    limit = RANKED if on_sqlite() or not count else COUNTED
    rows = asking.some(parts, shown, limit + 1)
    is_cut = len(rows) > RANKED
    if is_cut:
        many = kinds if on_sqlite() else _take_few(asking, parts, kinds, rows)
        _in_rings(asking, meaning, parts, many, rows)
        _anywhere(asking, parts, many, rows)
    else:
        asking.take(hit_of(row) for row in rows if row.kind in kinds)
    ranked = sorted(asking.hits.values(), key=Order(meaning, asking.vicinity))
    found = Found(meaning, asking.narrowing, ranked[:RANKED], is_cut=is_cut)
    if not count:
        return found
    counted: Sequence[str] = [row.tags for row in rows if row.kind in kinds]
    if not is_cut:
        if len(shown) < len(GROUPS):
            rows = asking.rows(parts, GROUPS, RANKED + 1)
        have = Counter(row.kind for row in rows)
        counts = {kind: have[kind] for kind in GROUPS} if len(rows) <= RANKED else {}
        return replace(found, counts=counts, counted=counted)
    if on_sqlite():
        counted = asking.tags(parts, kinds)
    return replace(
        found,
        counts=asking.counts(parts),
        counted=counted[:COUNTED],
        is_cut=asking.is_frequent or len(counted) > len(found.hits),
        is_beyond_count=asking.is_frequent or len(counted) > COUNTED,
    )


def _take_few(
    asking: Asking,
    parts: Sequence[Expression],
    kinds: Sequence[DocumentKind],
    rows: Sequence[typing.Any],
) -> list[DocumentKind]:
    """Take all that fits of the kinds of which few do, wherever it is; the kinds that are left.

    PostgreSQL takes as long for one of them as for all, and would be asked for them ring by ring.
    """
    have = Counter(row.kind for row in rows)
    few = [kind for kind in kinds if have[kind] * (MOST if kind in MANY else FEW) < len(rows)]
    if asking.is_common or asking.is_frequent or not few:
        return list(kinds)
    found = asking.ask(parts, few, WIDE_RING)
    asking.take(found)
    return [kind for kind in kinds if kind not in few] if len(found) < WIDE_RING else list(kinds)


def _in_rings(
    asking: Asking,
    meaning: Meaning,
    parts: Sequence[Expression],
    kinds: Sequence[DocumentKind],
    rows: Sequence[typing.Any],
) -> None:
    """Take what bears exactly this name, what is named so, then what is near.

    Where very much fits, of what bears it only what was read already.
    """
    rings = asking.vicinity.expressions()
    if asking.is_common and not on_sqlite():
        _at_hand(asking, meaning, rings[0], kinds)
        return
    titled = [term.expression(in_title=True) for term in meaning.terms]
    if len(meaning.terms) > 1 and not asking.is_frequent:
        phrase = Phrase(" ".join(term.word for term in meaning.terms))
        asking.take(asking.ask([phrase], kinds, TITLED))
    known = [row for row in rows if row.kind in kinds and meaning.names(row.title)][:TITLED]
    asking.take(map(hit_of, known))
    if titled and len(known) < TITLED and not asking.is_frequent:
        asking.take(asking.ask(titled, kinds, TITLED))
    # Of what nearly everything has, what is at hand is enough to begin with.
    for ring in rings[: 1 if asking.is_common else None]:
        if lacking := asking.lacking(kinds, near=True):
            _in_ring(asking, [*parts, ring], lacking)


def _at_hand(
    asking: Asking, meaning: Meaning, ring: Expression, kinds: Sequence[DocumentKind]
) -> None:
    """Take what is at hand and fits, where nearly everything fits.

    PostgreSQL reads the whole of what its index has on a word that is asked for: of a million
    documents with *de* and *la* it took 40 ms, each time. What is at hand is read without them.
    """
    for kind in kinds:
        asking.take(hit for hit in asking.ask([ring], [kind], RING) if fits(hit, meaning))


def _anywhere(
    asking: Asking,
    parts: Sequence[Expression],
    kinds: Sequence[DocumentKind],
    rows: Sequence[typing.Any],
) -> None:
    """Where there is not enough yet, take any: those that are known to fit, else ask for some."""
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


def _in_ring(asking: Asking, parts: Sequence[Expression], kinds: Sequence[DocumentKind]) -> None:
    # PostgreSQL takes as long for a few of them as for many.
    limit = RING if on_sqlite() else WIDE_RING
    near = asking.ask(parts, kinds, limit)
    asking.take(near)
    if len(near) < limit:
        return
    if units := asking.vicinity.rings[0]:
        asking.take(asking.ask([*parts, Any(*map(Tag, sorted(units)))], kinds, RING))
    have = Counter(hit.kind for hit in near)
    for kind in kinds if len(kinds) > 1 else ():
        if have[kind] < RING:
            asking.take(asking.ask(parts, [kind], RING))


def _is_known(asking: Asking, term: Term) -> bool:
    """Whether anything has a word by itself."""
    return bool(asking.ask([term.expression()], GROUPS, 1))
