"""Rankings that are made again only when what is wanted, or a post, has changed."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from hashlib import blake2b

from flask import current_app

from intranet.finding.counterparts.ranking import rank
from intranet.finding.counterparts.ranking_models import (
    CounterpartCandidate,
    CounterpartTarget,
    Ranked,
)

MAX_KEPT = 60
"""So many rankings, of 150 KB."""

DIGEST_BYTES = 16

_Kept = tuple[Sequence[CounterpartCandidate], Sequence[Ranked]]


class KeptRankings:
    """The last rankings, each under its target and with the candidates that were ranked.

    Candidates that have not changed are the same objects (`facts_of`), so to compare them with
    those of before takes less than to rank one. Any other candidate is ranked, with all beside it.
    """

    def __init__(self) -> None:
        """Begin without any."""
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, _Kept] = OrderedDict()

    def rank(
        self, target: CounterpartTarget, candidates: Sequence[CounterpartCandidate]
    ) -> Sequence[Ranked]:
        """Return what `ranking.rank` does."""
        asked = repr(target).encode(errors="surrogatepass")
        key = blake2b(asked, digest_size=DIGEST_BYTES).digest()
        with self._lock:
            known, ranked = self._kept.get(key, ((), ()))
        if candidates == known:
            return ranked
        ranked = tuple(rank(target, candidates))
        with self._lock:
            self._kept[key] = candidates, ranked
            self._kept.move_to_end(key)
            if len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)
        return ranked


def ranked_for(
    target: CounterpartTarget, candidates: Iterable[CounterpartCandidate]
) -> Sequence[Ranked]:
    """Return the candidates that fit, best first, ranked now or before."""
    kept: KeptRankings = current_app.extensions.setdefault("counterpart_rankings", KeptRankings())
    return kept.rank(target, tuple(candidates))
