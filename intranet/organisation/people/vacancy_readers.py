"""The people who read messages to a post now: its speakers, or those of the onward post.

A message to a post always has a reader, as long as there is a head above it or a registry
(`agencies.operations.vacancy_readers`). The right is limited to reading and answering what was
written to the post. To publish as a post, or to own a group by it, a person has to speak for it
(`people.speakers`). As there, the rule exists as SQL, for access checks, and as objects.
"""
# ruff: noqa: S608 - the SQL is composed of constants of this package only

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Select,
    TextualSelect,
    Uuid,
    bindparam,
    column,
    exists,
    select,
    text,
    union,
)

from intranet.extensions import db
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import in_parts, is_current
from intranet.organisation.people.speakers import (
    HOLDS,
    LEVELS_ANSWERING,
    LEVELS_SPOKEN_FOR,
    MAX_FALLBACK_STEPS,
    PEOPLE_OF,
    VACANT,
    Answering,
    answering,
    holders_and_stand_ins,
    ids_query,
)
from intranet.platform.core.types import Id, Instant, UTCDateTime

_UNANSWERED = f"""NOT EXISTS (
    SELECT 1 FROM posts AS first
    LEFT JOIN posts AS second ON second.id = first.fallback_id
    LEFT JOIN posts AS third ON third.id = second.fallback_id
    JOIN appointments AS held ON held.post_id IN (first.id, second.id, third.id)
    WHERE first.id = post.fallback_id AND {HOLDS.format(row="held")})"""
_POSTS_READ_FOR = f"""WITH RECURSIVE {LEVELS_SPOKEN_FOR}, above(post_id) AS (
    SELECT post_id FROM step_0
    UNION SELECT post.id FROM above CROSS JOIN posts AS post
    WHERE post.onward_id = above.post_id AND {VACANT})""" + " UNION ".join(
    [
        *(f" SELECT post_id FROM step_{step}" for step in range(MAX_FALLBACK_STEPS + 1)),
        f""" SELECT above.post_id FROM above CROSS JOIN posts AS post
    WHERE post.id = above.post_id AND {_UNANSWERED}""",
    ]
)
_READERS_OF = f"""WITH RECURSIVE {LEVELS_ANSWERING}, onward(id, next_id) AS (
    SELECT post.id, post.onward_id FROM posts AS post WHERE post.id = :post_id AND NOT EXISTS (
        SELECT 1 FROM appointments AS held
        WHERE held.post_id IN (SELECT id FROM answering) AND {HOLDS.format(row="held")})
    UNION SELECT following.id, following.onward_id FROM onward AS post
    JOIN posts AS following ON following.id = post.next_id WHERE {VACANT}
), reading AS (SELECT id FROM answering UNION SELECT id FROM onward)
{PEOPLE_OF.format(posts="reading")}"""
_WHERE_IT_LEADS = f"""WITH RECURSIVE onward(first_id, id) AS (
    SELECT post.id, post.onward_id FROM posts AS post WHERE post.id IN :post_ids
    UNION SELECT onward.first_id, post.onward_id FROM onward
    JOIN posts AS post ON post.id = onward.id WHERE {VACANT})
    SELECT DISTINCT onward.first_id, onward.id FROM onward
    JOIN appointments AS held ON held.post_id = onward.id AND {HOLDS.format(row="held")}"""


def posts_read_for(person_id: Id, now: Instant) -> TextualSelect:
    """Return the posts whose conversations a person reads now, as SQL (`post_id`)."""
    return ids_query(_POSTS_READ_FOR, "post_id", now, person_id=person_id)


def readers_of(post_id: Id, now: Instant) -> TextualSelect:
    """Return the ids of the people who read messages to a post now, as SQL (`person_id`)."""
    return ids_query(_READERS_OF, "person_id", now, post_id=post_id)


def reads_for(person: Person, post_id: UUID, now: datetime) -> bool:
    """Return whether a person reads and answers messages to a post at this instant."""
    posts = posts_read_for(person.id, now).subquery()
    found = select(posts.c.post_id).where(posts.c.post_id == post_id).limit(1)
    return db.session.scalar(found) is not None


def reading(
    post_ids: Collection[UUID], now: datetime, known: Collection[Post] = ()
) -> dict[UUID, Answering]:
    """Return the readers of messages to each of these posts, in a constant number of queries.

    Args:
        known: posts that are loaded already.
    """
    found = answering(post_ids, now, known)
    leads = _where_they_lead([post_id for post_id in post_ids if not found[post_id].by], now)
    if not leads:
        return found
    to = set(leads.values())
    posts: dict[UUID, Post] = {}
    for some in in_parts(to):
        rows = db.session.scalars(select(Post).where(Post.id.in_(some)))
        posts.update({post.id: post for post in rows})
    standing = holders_and_stand_ins(to, now)
    for post_id, by in leads.items():
        found[post_id] = Answering(post_id, posts[by], tuple(standing[by]))
    return found


def leading_to(post_ids: Select[UUID], now: datetime) -> Select[UUID]:
    """Return these posts and those whose fallback or onward post leads to them, as SQL.

    Onward posts are followed only past vacant posts: an occupied post is read by its own people.
    """
    level = select(Post.id.label("post_id")).where(Post.id.in_(post_ids)).cte()
    levels = [level]
    for _step in range(MAX_FALLBACK_STEPS):
        behind = select(Post.id.label("post_id")).where(
            Post.fallback_id.in_(select(level.c.post_id))
        )
        level = behind.cte()
        levels.append(level)
    onward = select(levels[0].c.post_id).cte(recursive=True)
    vacant = ~exists(select(Appointment.id).where(Appointment.post_id == Post.id, is_current(now)))
    onward = onward.union(
        select(Post.id).join(onward, Post.onward_id == onward.c.post_id).where(vacant)
    )
    every = union(*(select(level.c.post_id) for level in (*levels, onward))).cte()
    return select(every.c.post_id)


def _where_they_lead(post_ids: Collection[UUID], now: datetime) -> dict[UUID, UUID]:
    """Return the first occupied post onward from each post, if there is one."""
    found: dict[UUID, UUID] = {}
    for some in in_parts(post_ids):
        wanted = text(_WHERE_IT_LEADS).bindparams(
            bindparam("now", now, UTCDateTime()),
            bindparam("post_ids", some, Uuid(), expanding=True),
        )
        rows = wanted.columns(column("first_id", Uuid()), column("id", Uuid()))
        found.update({row.first_id: row.id for row in db.session.execute(rows)})
    return found
