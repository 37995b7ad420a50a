"""Candidates that are collected again only when the organisation has changed.

Collecting them takes a third of a search, and home shows counterparts at each opening. Only ids are
kept: what is shown of a post, and whether it may be, is read for each search (`facts_of`).
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from flask import current_app

from intranet.extensions import db
from intranet.finding.counterparts.candidates import Candidates, collect_ids
from intranet.finding.counterparts.filters import CounterpartFilters
from intranet.finding.counterparts.ranking_models import CounterpartTarget
from intranet.organisation.history.queries import last_number
from intranet.platform.core import clock
from intranet.platform.core.recently_used import RecentlyUsed, digest_of

MAX_KEPT = 300
"""So many searches, of 20 KB at most each."""

FRESH_FOR = timedelta(minutes=1)
"""The log has no line for what is derived, such as the occupations of posts after an update."""


def candidates_for(
    target: CounterpartTarget,
    words: Sequence[str],
    filters: CounterpartFilters,
    without: Collection[UUID],
) -> Candidates:
    """Return the candidates for a target; within a unit of work they are always collected.

    They are kept under what was asked and the last change: numbers of the log rise with each commit
    that changes posts or agencies, in whatever process.
    """
    if db.session().info.get("work"):
        return collect_ids(target, words, filters, without)
    now = clock.now()
    key = digest_of(target, words, filters, sorted(without), now.date(), last_number())
    kept = _kept()
    at, found = kept.get(key) or (None, None)
    if found is None or at is None or not timedelta() <= now - at < FRESH_FOR:
        found = collect_ids(target, words, filters, without)
        kept.keep(key, (now, found))
    return found


def _kept() -> RecentlyUsed[bytes, tuple[datetime, Candidates]]:
    found: RecentlyUsed[bytes, tuple[datetime, Candidates]] = current_app.extensions.setdefault(
        "counterparts", RecentlyUsed(MAX_KEPT)
    )
    return found
