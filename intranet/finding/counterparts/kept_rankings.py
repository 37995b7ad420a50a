"""Rankings that are made again only when what is wanted, or a post, has changed."""

from collections.abc import Iterable, Sequence

from flask import current_app

from intranet.finding.counterparts.ranking import rank
from intranet.finding.counterparts.ranking_models import (
    CounterpartCandidate,
    CounterpartTarget,
    Ranked,
)
from intranet.platform.core.recently_used import RecentlyUsed, digest_of

MAX_KEPT = 60
"""So many rankings, of 150 KB."""

KeptRankings = RecentlyUsed[bytes, tuple[Sequence[CounterpartCandidate], Sequence[Ranked]]]


def ranked_for(
    target: CounterpartTarget, candidates: Iterable[CounterpartCandidate]
) -> Sequence[Ranked]:
    """Return what `ranking.rank` does, ranked now or before.

    A ranking is kept under its target, with the candidates that were ranked. Those that have not
    changed are the same objects (`facts_of`), so to compare them with those of before takes less
    than to rank one. Any other candidate is ranked, with all beside it.
    """
    kept: KeptRankings = current_app.extensions.setdefault(
        "counterpart_rankings", RecentlyUsed(MAX_KEPT)
    )
    key, given = digest_of(target), tuple(candidates)
    known, ranked = kept.get(key) or ((), ())
    if given == known:
        return ranked
    ranked = tuple(rank(target, given))
    kept.keep(key, (given, ranked))
    return ranked
