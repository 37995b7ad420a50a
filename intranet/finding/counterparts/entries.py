"""View models of counterparts: the post, its holders, the reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from intranet.extensions import db
from intranet.finding.counterparts import reasons
from intranet.finding.counterparts.candidates import CounterpartFacts
from intranet.finding.counterparts.models import KeptPost
from intranet.finding.counterparts.ranking_models import Ranked
from intranet.finding.counterparts.search import CounterpartResults
from intranet.messaging.conversations.faces import faces_of
from intranet.organisation.agencies.labels import agency_kind_names
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Person
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import among, id_parameter
from intranet.platform.core.web import current_language

MAX_PEOPLE_SHOWN = 3


@dataclass(frozen=True)
class Counterpart:
    """A result of the search. Without `people` the post is vacant, or its holders stay hidden."""

    post: Post
    people: Sequence[dict[str, Any]]
    more_people: int
    score: float
    reasons: Sequence[str]
    has_account: bool
    is_kept: bool = False
    is_accepted: bool = False
    is_inherited: bool = False
    differences: Sequence[str] = ()

    @property
    def agency(self) -> Agency:
        """The agency of the post."""
        return self.post.unit.agency

    @property
    def title(self) -> str:
        """The title for the reader."""
        return self.post.title.text(current_language(), self.agency.language)

    @property
    def title_language(self) -> str:
        """The language of the title."""
        return self.post.title.language(current_language(), self.agency.language)

    @property
    def agency_name(self) -> str:
        """The agency for the reader."""
        return self.agency.name.text(current_language(), self.agency.language)

    @property
    def unit_name(self) -> str:
        """The unit for the reader; empty for the agency's root unit."""
        unit = self.post.unit
        return unit.name.text(current_language(), self.agency.language) if unit.parent_id else ""

    @property
    def kind_name(self) -> str:
        """The name of the agency's type."""
        return agency_kind_names()[self.agency.kind.value]

    @property
    def person(self) -> dict[str, Any] | None:
        """The person to write to first."""
        return self.people[0] if self.people else None


def shown(viewer: Person, found: CounterpartResults, ranked: Sequence[Ranked]) -> list[Counterpart]:
    """Build the view models, in a number of queries that does not grow with the results."""
    ids = [fit.candidate.post_id for fit in ranked]
    posts = {post.id: post for post in db.session.scalars(_posts(), {"ids": ids})}
    kept = set(execute_prepared(_kept(), person_id=viewer.id, ids=ids).scalars())
    first = {each: _people(found.facts[each]) for each in ids}
    faces = faces_of(people_shown(found, ranked), viewer)
    made, is_weak = [], found.is_weak
    for fit in ranked:
        post_id = fit.candidate.post_id
        if post_id not in posts:
            continue
        facts = found.facts[post_id]
        made.append(
            Counterpart(
                post=posts[post_id],
                people=[_in_post(faces[each], facts) for each in first[post_id] if each in faces],
                more_people=max(len(facts.standing) - MAX_PEOPLE_SHOWN, 0),
                score=fit.score,
                reasons=reasons.said(fit.reasons),
                has_account=fit.candidate.has_account,
                is_kept=post_id in kept,
                is_accepted=post_id in found.opinions.accepted,
                differences=(reasons.differences(found.target, fit.candidate) if is_weak else ()),
                is_inherited=post_id in found.opinions.inherited,
            )
        )
    return made


def people_shown(found: CounterpartResults, ranked: Sequence[Ranked]) -> set[UUID]:
    """Return the ids of the people named beside these results."""
    facts = (found.facts[fit.candidate.post_id] for fit in ranked)
    return {person_id for each in facts for person_id in _people(each)}


@cache
def _posts() -> Select[Post]:
    return select(Post).where(among(Post.id, "ids"))


@cache
def _kept() -> Select[UUID]:
    return select(KeptPost.post_id).where(
        KeptPost.person_id == id_parameter("person_id"), among(KeptPost.post_id, "ids")
    )


def _people(facts: CounterpartFacts) -> list[UUID]:
    """Return the holders of the post who are shown."""
    return [each.person_id for each in facts.standing[:MAX_PEOPLE_SHOWN]]


def _in_post(face: dict[str, Any], facts: CounterpartFacts) -> dict[str, Any]:
    by_id = {each.person_id: each for each in facts.standing}
    standing = by_id[face["id"]]
    return {**face, "has_account": standing.has_account, "is_open": standing.is_open}
