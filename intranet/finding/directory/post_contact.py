"""Writing to posts from the pages of posts, units and people: who may write, who answers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select

from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation, Participant
from intranet.messaging.conversations.post_readers import PostResponders, answer_of, answers_of
from intranet.messaging.messages.access import is_former_content_of
from intranet.messaging.messages.models import Message
from intranet.organisation.agencies.models import Post, PostKind, Unit
from intranet.organisation.agencies.queries import in_force
from intranet.organisation.people.access import closed_agency_ids
from intranet.organisation.people.models import Person
from intranet.organisation.people.vacancy_readers import posts_read_for
from intranet.platform.core import clock


@dataclass(frozen=True)
class Addressed:
    """A post to write to: who answers, and whether the reader is among them."""

    answer: PostResponders
    is_own: bool

    @property
    def may_write(self) -> bool:
        """Whether the reader can start a conversation with the post."""
        return not self.is_own and not self.answer.has_ended


@dataclass(frozen=True)
class Fallbacks:
    """Links to posts of other agencies: posts this one answers for, and open requests."""

    answers_for: Sequence[Post]
    asked_by: Sequence[Post]
    asked: Post | None
    may_answer: bool
    may_ask: bool


def addressed(viewer: Person, post: Post) -> Addressed:
    """Return a post as one to write to."""
    answer = answer_of(post)
    return Addressed(answer, answer.includes(viewer))


def post_of_unit(viewer: Person, unit: Unit, posts: Collection[Post]) -> Addressed | None:
    """Return the post that gets messages for a unit: its head, or the nearest head above.

    Elected posts are skipped. A post whose messages are read by somebody is preferred.

    Args:
        posts: those of the unit.
    """
    own = [post for post in posts if post.is_head and post.kind != PostKind.ELECTED]
    answers = answers_of(own)
    found = next((post for post in own if answers[post.id].is_read), None)
    if found is None:
        above = _heads_above(unit)
        answers |= answers_of(above)
        heads = [*own, *above]
        found = next((post for post in heads if answers[post.id].is_read), None)
        found = found or (heads[0] if heads else None)
    if found is None:
        return None
    return Addressed(answers[found.id], answers[found.id].includes(viewer))


def _heads_above(unit: Unit) -> list[Post]:
    """Return the head posts of the units above, nearest first, without elected ones."""
    ids = unit.ancestor_ids[:-1]
    heads = db.session.scalars(
        select(Post)
        .where(
            Post.unit_id.in_(ids),
            Post.is_head,
            Post.kind != PostKind.ELECTED,
            in_force(Post, clock.today(unit.agency.time_zone)),
        )
        .order_by(Post.level, Post.id)
    ).all()
    return sorted(heads, key=lambda post: -ids.index(post.unit_id))


def fallbacks_of(viewer: Person, post: Post, *, stands_in: bool) -> Fallbacks:
    """Return how this post and vacant posts of other agencies stand in for each other.

    Args:
        stands_in: whether the viewer stands in this post.
    """
    administers = viewer.administers(post.agency_id)
    may_answer = administers or stands_in
    others = db.session.scalars(
        select(Post)
        .where(
            Post.agency_id != post.agency_id,
            or_(Post.fallback_id == post.id, Post.fallback_asked_id == post.id),
        )
        .order_by(Post.sort_key, Post.id)
    ).all()
    if others and not may_answer:
        closed = closed_agency_ids(viewer)
        others = [other for other in others if other.agency_id not in closed]
    asked = db.session.get(Post, post.fallback_asked_id) if post.fallback_asked_id else None
    return Fallbacks(
        answers_for=[other for other in others if other.fallback_id == post.id],
        asked_by=[other for other in others if other.fallback_asked_id == post.id],
        asked=asked,
        may_answer=may_answer,
        may_ask=administers,
    )


def kept_talks(viewer: Person, post: Post) -> list[tuple[UUID, str]]:
    """Return a former holder's conversations of a post: id, and the names of the others."""
    spoken_for = select(posts_read_for(viewer.id, clock.now()).subquery().c.post_id)
    talks = (
        select(Conversation.id)
        .join(Message, Message.conversation_id == Conversation.id)
        .where(
            Conversation.post_id == post.id,
            Conversation.post_id.not_in(spoken_for),
            is_former_content_of(viewer.id),
        )
        .distinct()
    )
    rows = db.session.execute(
        select(Participant.conversation_id, Person.id, Person.name)
        .join(Person, Person.id == Participant.person_id)
        .where(Participant.conversation_id.in_(talks))
        .order_by(Participant.conversation_id.desc(), Participant.position)
    )
    names: dict[UUID, list[str]] = {}
    own = set()
    for talk_id, person_id, name in rows:
        names.setdefault(talk_id, []).append(name)
        if person_id == viewer.id:
            own.add(talk_id)
    return [(talk_id, ", ".join(found)) for talk_id, found in names.items() if talk_id not in own]
