"""Lessons from the network: the occupations that people take for counterparts, in totals.

A lesson is a pair of occupations, of the asker's post and of the other one, with a weight. For each
pair an agency has one vote, the mean of what its people said and did. The weight is what remains
without the agency that speaks most strongly for it, so that none decides alone, and pairs of fewer
than three agencies teach nothing. Everything stays in this installation: decision 53.
"""

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from flask import current_app
from sqlalchemy import delete, null, select
from sqlalchemy.orm import aliased

from intranet.extensions import db
from intranet.finding.counterparts.models import CounterpartLesson, CounterpartOpinion
from intranet.messaging.conversations.models import Conversation
from intranet.organisation.agencies.models import Post
from intranet.organisation.agencies.occupations import strongest
from intranet.organisation.people.queries import current_appointments_of
from intranet.platform.core import clock
from intranet.platform.core.batches import batches
from intranet.platform.core.database import insert_into
from intranet.platform.core.unit_of_work import unit_of_work

MIN_AGENCIES = 3
CONVERSATION_VOTE = 0.5
"""The vote of a conversation that began from a list of counterparts; a "yes" is 1."""
SMOOTHING = 1.0
"""Agencies without an opinion that are added to each pair, so that few agencies teach less."""
MIN_WEIGHT = 0.05
BATCH_SIZE = 1_000
FRESH_FOR = timedelta(minutes=5)

Pair = tuple[str, str]
Vote = tuple[Pair, UUID, float]


def taught(occupation: str) -> Mapping[str, float]:
    """Return the occupations that the network relates to this one, with weights in [-1, 1]."""
    return _cache().lessons().get(occupation, _NOTHING)


def learn() -> None:
    """Compute all lessons anew from opinions and conversations. Idempotent."""
    lessons = weights(_votes())
    with unit_of_work():
        stored = _stored()
        for pair in sorted(stored.keys() - lessons.keys()):
            db.session.execute(
                delete(CounterpartLesson).where(
                    CounterpartLesson.occupation == pair[0], CounterpartLesson.other == pair[1]
                )
            )
        changed = [
            {"occupation": pair[0], "other": pair[1], "weight": weight}
            for pair, weight in sorted(lessons.items())
            if stored.get(pair) != weight
        ]
        if changed:
            insert = insert_into(CounterpartLesson)
            upsert = insert.on_conflict_do_update(
                index_elements=["occupation", "other"], set_={"weight": insert.excluded.weight}
            )
            db.session.execute(upsert, changed)
    _cache().forget()


def _stored() -> dict[Pair, float]:
    rows = db.session.execute(
        select(CounterpartLesson.occupation, CounterpartLesson.other, CounterpartLesson.weight)
    )
    return {(row.occupation, row.other): row.weight for row in rows}


def weights(votes: Iterator[Vote] | Sequence[Vote]) -> dict[Pair, float]:
    """Return the weight of each pair on which enough agencies agree."""
    said: dict[Pair, dict[UUID, list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
    for pair, agency_id, vote in votes:
        total = said[pair][agency_id]
        total[0] += vote
        total[1] += 1
    found = {}
    for pair, agencies in said.items():
        if len(agencies) >= MIN_AGENCIES:
            weight = _weight([total / count for total, count in agencies.values()])
            if abs(weight) >= MIN_WEIGHT:
                found[pair] = weight
    return found


def _weight(votes: Sequence[float]) -> float:
    """Return the mean without the vote that is strongest in its direction; 0 if that turns it."""
    total = sum(votes)
    rest = total - (max(votes) if total > 0 else min(votes))
    if rest * total <= 0:
        return 0
    return round(rest / (len(votes) - 1 + SMOOTHING), 3)


def _votes() -> Iterator[Vote]:
    yield from _votes_of_opinions()
    yield from _votes_of_conversations()


def _votes_of_opinions() -> Iterator[Vote]:
    """Yield what people said of the counterparts of their own posts, in slices by id."""
    own, other = aliased(Post), aliased(Post)
    last: UUID | None = None
    while True:
        asked = (
            select(
                CounterpartOpinion.id,
                CounterpartOpinion.is_accepted,
                own.agency_id,
                own.occupations.label("own_occupations"),
                other.occupations.label("other_occupations"),
            )
            .join(own, own.id == CounterpartOpinion.own_post_id)
            .join(other, other.id == CounterpartOpinion.post_id)
            .order_by(CounterpartOpinion.id)
            .limit(BATCH_SIZE)
        )
        if last:
            asked = asked.where(CounterpartOpinion.id > last)
        rows = db.session.execute(asked).all()
        for row in rows:
            pair = (strongest(row.own_occupations), strongest(row.other_occupations))
            if all(pair):
                yield pair, row.agency_id, 1.0 if row.is_accepted else -1.0
        if len(rows) < BATCH_SIZE:
            return
        last = rows[-1].id


@dataclass(frozen=True)
class _Begun:
    """A conversation begun from the counterparts of a post: by whom, and with which post."""

    by_id: UUID
    post_id: UUID


def _votes_of_conversations() -> Iterator[Vote]:
    """Yield a vote for each conversation that was begun from counterparts and has a message."""
    last: UUID | None = None
    while True:
        asked = select(Conversation.id, Conversation.opening, Conversation.last_seq)
        asked = asked.where(Conversation.opening.is_not(null()))
        if last:
            asked = asked.where(Conversation.id > last)
        rows = db.session.execute(asked.order_by(Conversation.id).limit(BATCH_SIZE)).all()
        begun = [
            _Begun(UUID(row.opening["by"]), UUID(row.opening["post"]))
            for row in rows
            if row.last_seq and row.opening and not row.opening.get("words")
        ]
        yield from _votes_of_begun(begun)
        if len(rows) < BATCH_SIZE:
            return
        last = rows[-1].id


def _votes_of_begun(begun: Sequence[_Begun]) -> Iterator[Vote]:
    now = clock.now()
    for some in batches(begun, BATCH_SIZE):
        held = current_appointments_of([each.by_id for each in some], now)
        others = {
            row.id: strongest(row.occupations)
            for row in db.session.execute(
                select(Post.id, Post.occupations).where(
                    Post.id.in_([each.post_id for each in some])
                )
            )
        }
        for each in some:
            own = next((row.post for row in held.get(each.by_id, ())), None)
            if own is None or not others.get(each.post_id) or not strongest(own.occupations):
                continue
            yield (
                (strongest(own.occupations), others[each.post_id]),
                own.agency_id,
                CONVERSATION_VOTE,
            )


Lessons = Mapping[str, Mapping[str, float]]
_NOTHING: Mapping[str, float] = MappingProxyType({})


class LessonCache:
    """The lessons as this process read them last; while one thread reads, others get those."""

    def __init__(self) -> None:
        """Begin without lessons."""
        self._reading = threading.Lock()
        self._known: tuple[datetime, Lessons] | None = None

    def lessons(self) -> Lessons:
        """Return all lessons, read anew after `FRESH_FOR`."""
        now, known = clock.now(), self._known
        if known and timedelta() <= now - known[0] < FRESH_FOR:
            return known[1]
        if not self._reading.acquire(blocking=known is None):
            return known[1] if known else {}
        try:
            if self._known is known:
                self._known = (now, _by_occupation(_stored()))
            return self._known[1] if self._known else {}
        finally:
            self._reading.release()

    def forget(self) -> None:
        """Read the lessons again when they are next needed."""
        self._known = None


def _by_occupation(stored: Mapping[Pair, float]) -> Lessons:
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for (occupation, other), weight in stored.items():
        found[occupation][other] = weight
    return {code: MappingProxyType(others) for code, others in found.items()}


def _cache() -> LessonCache:
    cache: LessonCache = current_app.extensions.setdefault("counterpart_lessons", LessonCache())
    return cache
