"""Candidates that are collected again only when the organisation has changed.

Collecting them takes a third of a search, and home shows counterparts at each opening. Only ids are
kept: what is shown of a post, and whether it may be, is read for each search (`facts_of`).
"""

import threading
from collections import OrderedDict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from uuid import UUID

from flask import current_app

from intranet.extensions import db
from intranet.finding.counterparts.candidates import Candidates, collect_ids
from intranet.finding.counterparts.filters import CounterpartFilters
from intranet.finding.counterparts.ranking_models import CounterpartTarget
from intranet.organisation.history.queries import last_number
from intranet.platform.core import clock

MAX_KEPT = 300
"""So many searches, of 20 KB at most each."""

FRESH_FOR = timedelta(minutes=1)
"""The log has no line for what is derived, such as the occupations of posts after an update."""

DIGEST_BYTES = 16


class KeptCandidates:
    """The candidates of the last searches, each under what was asked and the last change.

    Numbers of the log rise with each commit that changes posts or agencies, in whatever process.
    """

    def __init__(self) -> None:
        """Begin without any."""
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, tuple[datetime, Candidates]] = OrderedDict()

    def get(self, key: bytes) -> Candidates | None:
        """Return what was kept in the last minute."""
        with self._lock:
            at, found = self._kept.get(key, (None, None))
        return found if at and timedelta() <= clock.now() - at < FRESH_FOR else None

    def keep(self, key: bytes, found: Candidates, at: datetime) -> None:
        """Keep candidates that were collected from then on."""
        with self._lock:
            self._kept[key] = at, found
            self._kept.move_to_end(key)
            if len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)


def candidates_for(
    target: CounterpartTarget,
    words: Sequence[str],
    filters: CounterpartFilters,
    without: Collection[UUID],
) -> Candidates:
    """Return the candidates for a target; within a unit of work they are always collected."""
    if db.session().info.get("work"):
        return collect_ids(target, words, filters, without)
    now = clock.now()
    asked = repr((target, words, filters, sorted(without), now.date(), last_number()))
    key = blake2b(asked.encode(errors="surrogatepass"), digest_size=DIGEST_BYTES).digest()
    kept: KeptCandidates = current_app.extensions.setdefault("counterparts", KeptCandidates())
    found = kept.get(key)
    if found is None:
        found = collect_ids(target, words, filters, without)
        kept.keep(key, found, now)
    return found
