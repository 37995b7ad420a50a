"""The people who speak for a post now: its holders, their stand-ins, or those of its fallback.

It all follows from dates, so that no job is needed at midnight. The rule exists twice: as SQL,
for access checks, and as objects, to show to people.
"""
# ruff: noqa: S608 - the SQL is composed of constants of this package only

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    TextualSelect,
    Uuid,
    and_,
    bindparam,
    column,
    exists,
    or_,
    select,
    text,
)
from sqlalchemy.orm import aliased, lazyload
from sqlalchemy.types import TypeEngine

from intranet.extensions import db
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Absence, Appointment, AppointmentKind, Person
from intranet.organisation.people.queries import in_parts, is_current
from intranet.platform.core.types import Id, Instant, UTCDateTime

MAX_FALLBACK_STEPS = 3
"""How many fallbacks are followed; this ends cycles as well."""


class SpeakerKind(StrEnum):
    """The capacity in which a person speaks for a post."""

    HOLDER = "holder"
    ACTING = "acting"
    SUBSTITUTE = "substitute"
    STAND_IN = "stand_in"


@dataclass(frozen=True)
class Speaker:
    """A person who speaks for a post. A stand-in does so for an absent person until a day."""

    person: Person
    kind: SpeakerKind
    since: datetime
    away: Person | None = None
    away_until: date | None = None


@dataclass(frozen=True)
class Answering:
    """The people who answer for a post. `by` is their post: this one or a fallback."""

    post_id: UUID
    by: Post | None
    speakers: tuple[Speaker, ...] = ()

    @property
    def people(self) -> list[Person]:
        """Return the people without duplicates, holders first."""
        return list({row.person.id: row.person for row in self.speakers}.values())

    @property
    def is_covered(self) -> bool:
        """Whether another post answers because this one is vacant."""
        return self.by is not None and self.by.id != self.post_id


def runs(now: datetime) -> ColumnElement[bool]:
    """Return the condition for an absence to include this instant."""
    return and_(Absence.since <= now, Absence.until > now)


HOLDS = """{row}.since <= :now AND ({row}.until IS NULL OR {row}.until > :now)
    AND NOT {row}.on_hold"""
_STANDS_IN = f"""
    absence.since <= :now AND absence.until > :now AND {HOLDS.format(row="held")} AND EXISTS (
        SELECT 1 FROM appointments AS own
        WHERE own.person_id = absence.stand_in_id AND {HOLDS.format(row="own")})"""
VACANT = f"""NOT EXISTS (
    SELECT 1 FROM appointments AS held
    WHERE held.post_id = post.id AND {HOLDS.format(row="held")})"""
_BEHIND = """
    SELECT post.id AS post_id FROM step_{step} AS level CROSS JOIN posts AS post
    WHERE post.fallback_id = level.post_id AND post.fallback_id IS NOT NULL AND {vacant}"""
"""CROSS JOIN makes SQLite scan the left table first, whatever its statistics say. The index of the
column covers only values that are not NULL: otherwise the planner scans every post."""
LEVELS_SPOKEN_FOR = f"""step_0 AS (
    SELECT held.post_id FROM appointments AS held
    WHERE held.person_id = :person_id AND {HOLDS.format(row="held")}
    UNION SELECT held.post_id FROM absences AS absence
    JOIN appointments AS held ON held.person_id = absence.person_id
    WHERE absence.stand_in_id = :person_id AND {_STANDS_IN})""" + "".join(
    f", step_{step + 1} AS ({_BEHIND.format(step=step, vacant=VACANT)})"
    for step in range(MAX_FALLBACK_STEPS)
)
_POSTS_SPOKEN_FOR = f"WITH {LEVELS_SPOKEN_FOR}" + " UNION ".join(
    f" SELECT post_id FROM step_{step}" for step in range(MAX_FALLBACK_STEPS + 1)
)
LEVELS_ANSWERING = (
    "step_0 AS (SELECT id, fallback_id FROM posts WHERE id = :post_id)"
    + "".join(
        f""", step_{step + 1} AS (
    SELECT following.id, following.fallback_id FROM step_{step} AS post
    JOIN posts AS following ON following.id = post.fallback_id WHERE {VACANT})"""
        for step in range(MAX_FALLBACK_STEPS)
    )
    + ", answering AS ("
    + " UNION ".join(f"SELECT id FROM step_{step}" for step in range(MAX_FALLBACK_STEPS + 1))
    + ")"
)
PEOPLE_OF = f"""
    SELECT held.person_id FROM appointments AS held
    WHERE held.post_id IN (SELECT id FROM {{posts}}) AND {HOLDS.format(row="held")}
    UNION SELECT absence.stand_in_id FROM absences AS absence
    JOIN appointments AS held ON held.person_id = absence.person_id
    WHERE held.post_id IN (SELECT id FROM {{posts}}) AND {_STANDS_IN}"""
_SPEAKERS_OF = f"WITH {LEVELS_ANSWERING} {PEOPLE_OF.format(posts='answering')}"


def posts_spoken_for(person_id: Id, now: Instant) -> TextualSelect:
    """Return the ids of the posts a person speaks for at this instant, as SQL (`post_id`).

    Every read of a conversation needs this. As text it costs 0.1 ms; built from expressions each
    time, 3 ms.
    """
    return ids_query(_POSTS_SPOKEN_FOR, "post_id", now, person_id=person_id)


def speakers_of(post_id: Id, now: Instant) -> TextualSelect:
    """Return the ids of the people who speak for a post at this instant, as SQL (`person_id`).

    The chain of fallbacks is followed only past vacant posts.
    """
    return ids_query(_SPEAKERS_OF, "person_id", now, post_id=post_id)


def ids_query(words: str, name: str, now: Instant, **ids: Id) -> TextualSelect:
    """Turn SQL text into a query for ids, in a column called `name`."""
    values = [_value(key, value, Uuid()) for key, value in ids.items()]
    at = _value("now", now, UTCDateTime())
    return text(words).bindparams(at, *values).columns(column(name, Uuid()))


def _value(name: str, value: object, kind: TypeEngine[Any]) -> BindParameter[Any]:
    """Bind a value, unless it is already a named parameter of a statement that is built once."""
    if isinstance(value, BindParameter):
        return value
    return bindparam(name, value, kind, unique=True)


def speaks_for(person: Person, post_id: UUID, now: datetime) -> bool:
    """Return whether a person speaks for a post at this instant."""
    posts = posts_spoken_for(person.id, now).subquery()
    found = select(posts.c.post_id).where(posts.c.post_id == post_id).limit(1)
    return db.session.scalar(found) is not None


def answering(
    post_ids: Collection[UUID], now: datetime, known: Collection[Post] = ()
) -> dict[UUID, Answering]:
    """Return who answers for each of these posts, in a constant number of queries.

    Args:
        known: posts that are loaded already.
    """
    posts = _with_fallbacks(post_ids, known)
    held = holders_and_stand_ins(posts, now)
    found = {}
    for post_id in post_ids:
        by = next((post for post in _chain(post_id, posts) if post.id in held), None)
        found[post_id] = Answering(post_id, by, tuple(held[by.id]) if by else ())
    return found


def posts_touched_by(person_ids: Collection[UUID] | Select[UUID], now: datetime) -> Select[UUID]:
    """Return the posts of these people and of those they stand in for, as SQL."""
    stood_in_for = select(Absence.person_id).where(Absence.stand_in_id.in_(person_ids), runs(now))
    return select(Appointment.post_id).where(
        or_(Appointment.person_id.in_(person_ids), Appointment.person_id.in_(stood_in_for))
    )


def absent_between(start: datetime, end: datetime) -> Sequence[UUID]:
    """Return the ids of the people whose absence begins or ends in (start, end]."""
    begins = and_(Absence.since > start, Absence.since <= end)
    ends = and_(Absence.until > start, Absence.until <= end)
    return db.session.scalars(select(Absence.person_id).where(or_(begins, ends))).all()


def _holds(person_id: object, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a person holds a post now; only then can they stand in."""
    held = aliased(Appointment)
    return exists(
        select(held.id).where(
            held.person_id == person_id,
            held.since <= now,
            or_(held.until.is_(None), held.until > now),
            ~held.on_hold,
        )
    )


def _with_fallbacks(post_ids: Collection[UUID], known: Collection[Post]) -> dict[UUID, Post]:
    found = {post.id: post for post in known}
    wanted = set(post_ids) - found.keys()
    for _step in range(MAX_FALLBACK_STEPS + 1):
        for some in in_parts(wanted):
            rows = db.session.scalars(select(Post).where(Post.id.in_(some)))
            found.update({row.id: row for row in rows})
        wanted = {row.fallback_id for row in found.values() if row.fallback_id} - found.keys()
    return found


def _chain(post_id: UUID, posts: dict[UUID, Post]) -> Iterable[Post]:
    following: UUID | None = post_id
    for _step in range(MAX_FALLBACK_STEPS + 1):
        if following is None or following not in posts:
            return
        yield posts[following]
        following = posts[following].fallback_id


def holders_and_stand_ins(post_ids: Collection[UUID], now: datetime) -> dict[UUID, list[Speaker]]:
    """Return the holders and stand-ins of each of these posts, holders first. One query."""
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
