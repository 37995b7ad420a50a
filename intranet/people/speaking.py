"""Who speaks for a post now: whoever stands in it, who stands in for them, else its fallback.

All of it follows from dates, so that nothing has to happen at midnight for it to be right. The
same rule is here twice: as SQL, by which rights are asked, and as objects, for people to read.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, or_, select, union
from sqlalchemy.orm import aliased, lazyload

from intranet.agencies.models import Post
from intranet.extensions import db
from intranet.people.models import Absence, Appointment, AppointmentKind, Person
from intranet.people.queries import in_parts, is_current

STEPS = 3
"""How far fallbacks are followed: a circle of them ends there as well."""


class SpeakerKind(StrEnum):
    """As what somebody speaks for a post."""

    HOLDER = "holder"
    ACTING = "acting"
    SUBSTITUTE = "substitute"
    STAND_IN = "stand_in"


@dataclass(frozen=True)
class Speaker:
    """Somebody who speaks for a post. A stand-in does it for somebody who is away until a day."""

    person: Person
    kind: SpeakerKind
    since: datetime
    away: Person | None = None
    away_until: date | None = None


@dataclass(frozen=True)
class Answering:
    """Who answers for a post: `by` is the post whose people do, itself or a fallback."""

    post_id: UUID
    by: Post | None
    speakers: tuple[Speaker, ...] = ()

    @property
    def people(self) -> list[Person]:
        """Each of them once, holders first."""
        return list({row.person.id: row.person for row in self.speakers}.values())

    @property
    def is_covered(self) -> bool:
        """Whether another post answers because nobody stands in this one."""
        return self.by is not None and self.by.id != self.post_id


def runs(now: datetime) -> ColumnElement[bool]:
    """An absence lies on this instant, as a condition."""
    return and_(Absence.since <= now, Absence.until > now)


def posts_spoken_for(person_id: UUID, now: datetime) -> Select[UUID]:
    """Ids of the posts for which a person speaks at this instant, as SQL."""
    stands_in = (
        select(Appointment.post_id)
        .join(Absence, Absence.person_id == Appointment.person_id)
        .where(Absence.stand_in_id == person_id, runs(now), is_current(now), _holds(person_id, now))
    )
    own = select(Appointment.post_id).where(Appointment.person_id == person_id, is_current(now))
    level = union(own, stands_in).cte()
    levels = [level]
    for _step in range(STEPS):
        behind = select(Post.id.label("post_id")).where(
            Post.fallback_id.in_(select(level.c.post_id)), ~_is_held(Post.id, now)
        )
        level = behind.cte()
        levels.append(level)
    every = union(*(select(level.c.post_id) for level in levels)).cte()
    return select(every.c.post_id)


def speakers_of(post_id: UUID | ColumnElement[UUID], now: datetime) -> Select[UUID]:
    """Ids of the people who speak for a post at this instant, each once, as SQL."""
    chain = [aliased(Post) for _step in range(STEPS + 1)]
    found = select(
        case(*((_is_held(post.id, now), post.id) for post in chain), else_=None).label("post_id")
    ).select_from(chain[0])
    for post, following in pairwise(chain):
        found = found.outerjoin(following, following.id == post.fallback_id)
    by = found.where(chain[0].id == post_id).cte()
    standing = select(Appointment.person_id.label("person_id")).where(
        Appointment.post_id.in_(select(by.c.post_id)), is_current(now)
    )
    stand_ins = (
        select(Absence.stand_in_id.label("person_id"))
        .join(Appointment, Appointment.person_id == Absence.person_id)
        .where(
            Appointment.post_id.in_(select(by.c.post_id)),
            is_current(now),
            runs(now),
            _holds(Absence.stand_in_id, now),
        )
    )
    every = union(standing, stand_ins).cte()
    return select(every.c.person_id)


def speaks_for(person: Person, post_id: UUID, now: datetime) -> bool:
    """Whether a person speaks for a post at this instant."""
    asked = posts_spoken_for(person.id, now).subquery()
    found = select(asked.c.post_id).where(asked.c.post_id == post_id).limit(1)
    return db.session.scalar(found) is not None


def answering(
    post_ids: Collection[UUID], now: datetime, known: Collection[Post] = ()
) -> dict[UUID, Answering]:
    """Who answers for each of these posts, in a constant number of queries.

    Args:
        known: posts that are at hand already.
    """
    posts = _with_fallbacks(post_ids, known)
    held = _held(posts, now)
    found = {}
    for post_id in post_ids:
        by = next((post for post in _chain(post_id, posts) if post.id in held), None)
        found[post_id] = Answering(post_id, by, tuple(held[by.id]) if by else ())
    return found


def leading_to(post_ids: Select[UUID]) -> Select[UUID]:
    """Ids of these posts and of those whose fallbacks lead to them, as SQL."""
    level = select(Post.id.label("post_id")).where(Post.id.in_(post_ids)).cte()
    levels = [level]
    for _step in range(STEPS):
        behind = select(Post.id.label("post_id")).where(
            Post.fallback_id.in_(select(level.c.post_id))
        )
        level = behind.cte()
        levels.append(level)
    every = union(*(select(level.c.post_id) for level in levels)).cte()
    return select(every.c.post_id)


def posts_touched_by(person_ids: Collection[UUID] | Select[UUID], now: datetime) -> Select[UUID]:
    """Ids of the posts of these people, and of those for whom they stand in, as SQL."""
    stood_in_for = select(Absence.person_id).where(Absence.stand_in_id.in_(person_ids), runs(now))
    return select(Appointment.post_id).where(
        or_(Appointment.person_id.in_(person_ids), Appointment.person_id.in_(stood_in_for))
    )


def absent_between(start: datetime, end: datetime) -> Sequence[UUID]:
    """Ids of the people whose absence begins or ends in (start, end]."""
    begins = and_(Absence.since > start, Absence.since <= end)
    ends = and_(Absence.until > start, Absence.until <= end)
    return db.session.scalars(select(Absence.person_id).where(or_(begins, ends))).all()


def _is_held(post_id: object, now: datetime) -> ColumnElement[bool]:
    held = aliased(Appointment)
    return exists(
        select(held.id).where(
            held.post_id == post_id, held.since <= now, or_(held.until.is_(None), held.until > now)
        )
    )


def _holds(person_id: object, now: datetime) -> ColumnElement[bool]:
    """Whether somebody holds a post at this instant: without one nobody stands in."""
    held = aliased(Appointment)
    return exists(
        select(held.id).where(
            held.person_id == person_id,
            held.since <= now,
            or_(held.until.is_(None), held.until > now),
        )
    )


def _with_fallbacks(post_ids: Collection[UUID], known: Collection[Post]) -> dict[UUID, Post]:
    found = {post.id: post for post in known}
    wanted = set(post_ids) - found.keys()
    for _step in range(STEPS + 1):
        for some in in_parts(wanted):
            rows = db.session.scalars(select(Post).where(Post.id.in_(some)))
            found.update({row.id: row for row in rows})
        wanted = {row.fallback_id for row in found.values() if row.fallback_id} - found.keys()
    return found


def _chain(post_id: UUID, posts: dict[UUID, Post]) -> Iterable[Post]:
    following: UUID | None = post_id
    for _step in range(STEPS + 1):
        if following is None or following not in posts:
            return
        yield posts[following]
        following = posts[following].fallback_id


def _held(post_ids: Collection[UUID], now: datetime) -> dict[UUID, list[Speaker]]:
    """Who stands in each of these posts and who stands in for them: holders first. One query."""
    found: dict[UUID, list[Speaker]] = {}
    stood_in_for = and_(
        Absence.person_id == Appointment.person_id, runs(now), _holds(Absence.stand_in_id, now)
    )
    for some in in_parts(post_ids):
        rows = db.session.execute(
            select(Appointment, Absence)
            .outerjoin(Absence, stood_in_for)
            .options(lazyload(Appointment.post))
            .where(Appointment.post_id.in_(some), is_current(now))
            .order_by(Appointment.since, Appointment.id, Absence.since)
        )
        for appointment, absence in rows:
            speakers = found.setdefault(appointment.post_id, [])
            own = Speaker(appointment.person, _kind(appointment.kind), appointment.since)
            if own not in speakers:
                speakers.append(own)
            if absence is not None:
                speakers.append(_stand_in(appointment.person, absence))
    for speakers in found.values():
        speakers.sort(key=lambda row: list(SpeakerKind).index(row.kind))
    return found


def _stand_in(away: Person, absence: Absence) -> Speaker:
    return Speaker(
        absence.stand_in or away,
        SpeakerKind.STAND_IN,
        absence.since,
        away=away,
        away_until=absence.ends_on,
    )


def _kind(kind: AppointmentKind) -> SpeakerKind:
    return SpeakerKind(kind.value)
