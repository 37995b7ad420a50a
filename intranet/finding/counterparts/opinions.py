"""Opinions on counterparts: for which search they hold, and their effect on its results.

A person's "yes" puts a post first in their own list, their "not this" takes it out. Nobody else
sees either. A post that an earlier holder accepted starts high for the next one: decision 53.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Executable, Select, String, bindparam, select, union_all

from intranet.extensions import db
from intranet.finding.counterparts.models import CounterpartOpinion
from intranet.finding.counterparts.query_parser import QUERY_CHARACTERS
from intranet.finding.counterparts.ranking_models import Ranked
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.access import closed_agency_ids
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import is_current
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.parsing import printable
from intranet.platform.core.types import NOW, id_parameter
from intranet.platform.core.web import current_language

MAX_OPINIONS = 500
KEY_CHARACTERS = 64
MAX_INHERITED = 500


@dataclass(frozen=True)
class OpinionSubject:
    """The search for which an opinion holds: an own post's counterparts, or words."""

    own_post: Post | None = None
    words: str = ""

    @property
    def plain_words(self) -> str:
        """The words as they are stored: one space between them, none that cannot be printed."""
        return printable(" ".join(self.words.split()), QUERY_CHARACTERS)

    @property
    def key(self) -> str:
        """The key of the search, of at most 64 characters; case and spaces do not count."""
        if self.own_post:
            return self.own_post.id.hex
        return sha256(self.plain_words.casefold().encode()).hexdigest()


@dataclass(frozen=True)
class Opinions:
    """The posts among the results that the viewer accepted, that others before them did, or hid."""

    accepted: frozenset[UUID] = frozenset()
    inherited: frozenset[UUID] = frozenset()
    hidden: tuple[UUID, ...] = ()


def applied(
    viewer: Person, subject: OpinionSubject, ranked: Sequence[Ranked]
) -> tuple[list[Ranked], Opinions]:
    """Return the results with accepted posts first and without hidden ones, and the opinions.

    An accepted post scores no less than the best of the others, so that the order stays by score.
    """
    own, before = _opinions_in(viewer, subject)
    if not own and not before:
        return list(ranked), Opinions()
    first: list[Ranked] = []
    inherited: list[Ranked] = []
    others: list[Ranked] = []
    hidden: list[UUID] = []
    for fit in ranked:
        post_id = fit.candidate.post_id
        if own.get(post_id) is False:
            hidden.append(post_id)
        elif post_id in own:
            first.append(fit)
        else:
            (inherited if post_id in before else others).append(fit)
    best = max((fit.score for fit in ranked), default=0)
    raised = [replace(fit, score=best) for fit in (*first, *inherited)]
    return [*raised, *others], Opinions(
        accepted=frozenset(fit.candidate.post_id for fit in first),
        inherited=frozenset(fit.candidate.post_id for fit in inherited),
        hidden=tuple(hidden),
    )


def _opinions_in(
    viewer: Person, subject: OpinionSubject
) -> tuple[dict[UUID, bool], frozenset[UUID]]:
    """Return the viewer's opinions by post, and what earlier holders accepted. One query."""
    post = subject.own_post
    given = {"person_id": viewer.id, "subject": subject.key}
    if post:
        given["post_id"] = post.id
    rows = execute_prepared(_said(of_a_post=post is not None), **given).all()
    said = {row.post_id: row.is_accepted for row in rows if row.person_id == viewer.id}
    return said, frozenset(row.post_id for row in rows) - said.keys()


@cache
def _said(*, of_a_post: bool) -> Executable:
    columns = (
        CounterpartOpinion.person_id,
        CounterpartOpinion.post_id,
        CounterpartOpinion.is_accepted,
    )
    own = select(*columns).where(
        CounterpartOpinion.person_id == id_parameter("person_id"),
        CounterpartOpinion.subject == bindparam("subject", type_=String),
    )
    if not of_a_post:
        return own
    earlier = select(*columns).where(
        CounterpartOpinion.own_post_id == id_parameter("post_id"),
        CounterpartOpinion.is_accepted,
        CounterpartOpinion.person_id.not_in(_holding()),
    )
    newest = earlier.order_by(CounterpartOpinion.given_at.desc(), CounterpartOpinion.id)
    found = newest.limit(MAX_INHERITED).subquery()
    return union_all(own, select(found.c.person_id, found.c.post_id, found.c.is_accepted))


def _holding() -> Select[UUID]:
    """Return the people who hold the post now: what earlier ones accepted is inherited."""
    return select(Appointment.person_id).where(
        Appointment.post_id == id_parameter("post_id"), is_current(NOW)
    )


@dataclass(frozen=True)
class ListedOpinion:
    """An opinion in the person's own list of them."""

    row: CounterpartOpinion

    @property
    def title(self) -> str:
        """The title of the post for the reader."""
        return _title(self.row.post)

    @property
    def agency_name(self) -> str:
        """The agency of the post for the reader."""
        agency = self.row.post.unit.agency
        return agency.name.text(current_language(), agency.language)

    @property
    def search(self) -> str:
        """The title of the own post, or the words, for which the opinion holds."""
        return _title(self.row.own_post) if self.row.own_post else self.row.words


def opinions_of(person: Person, *, is_accepted: bool) -> list[ListedOpinion]:
    """Return a person's opinions of one sort, the newest first; none on posts they cannot see."""
    closed = closed_agency_ids(person)
    rows = db.session.scalars(
        select(CounterpartOpinion)
        .where(
            CounterpartOpinion.person_id == person.id,
            CounterpartOpinion.is_accepted == is_accepted,
        )
        .order_by(CounterpartOpinion.given_at.desc(), CounterpartOpinion.id)
    )
    return [ListedOpinion(row) for row in rows if row.post.agency_id not in closed]


def _title(post: Post) -> str:
    return post.title.text(current_language(), post.unit.agency.language)
