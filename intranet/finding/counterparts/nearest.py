"""Posts that are nearest to one without counterparts, and what differs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.finding.counterparts.access import own_posts
from intranet.finding.counterparts.candidates import facts_of
from intranet.finding.counterparts.opinions import OpinionSubject
from intranet.finding.counterparts.ranking import in_common, spread
from intranet.finding.counterparts.ranking_models import (
    CounterpartCandidate,
    CounterpartTarget,
    Ranked,
)
from intranet.finding.counterparts.search import CounterpartResults, target_of, with_opinions
from intranet.organisation.agencies.models import Post, PostFunction
from intranet.organisation.agencies.occupations import functions_of_occupations
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Person
from intranet.platform.index import tags
from intranet.platform.index.expressions import Expression, Not, Tag
from intranet.platform.index.function_match import one_of
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.platform.index.queries import of_kinds, some_matching

MAX_NEAREST = 10
POOL_SIZE = 120
MAX_FUNCTIONS = 4


def with_nearest(viewer: Person, found: CounterpartResults) -> CounterpartResults:
    """Return the results; if a post has none and no filter is set, the nearest posts instead."""
    post = found.post
    if found.ranked or post is None or found.opinions.hidden or not found.filters.is_empty:
        return found
    target = target_of(viewer, post)
    is_own = any(post.id == own.id for own in own_posts(viewer))
    without = {post.agency_id, *own_agency_ids(viewer)}
    for parts in _ways(post, target):
        ids = _ids(parts, without)
        facts = facts_of(ids, without=without)
        ranked = _ranked(target, (each.candidate for each in facts.values()))
        if ranked:
            near = replace(found, ranked=ranked[:MAX_NEAREST], facts=facts, is_nearest=True)
            return with_opinions(viewer, OpinionSubject(post), near) if is_own else near
    return found


def _ways(post: Post, target: CounterpartTarget) -> Iterator[list[Expression]]:
    """Yield what to look for: the subject of the post or of its unit, else its level."""
    usual = functions_of_occupations(post.occupations or {})
    functions = [*usual, *_functions_of_unit(post)][:MAX_FUNCTIONS]
    if functions:
        yield [one_of([tags.function(code) for code in functions])]
    kinds = one_of([tags.agency_kind(kind.value) for kind in sorted(target.kinds)])
    yield [Tag(tags.level(post.level)), kinds]
    yield [Tag(tags.level(post.level))]


def _functions_of_unit(post: Post) -> Sequence[str]:
    return db.session.scalars(
        select(PostFunction.function_code)
        .join(Post, Post.id == PostFunction.post_id)
        .where(Post.unit_id == post.unit_id)
        .distinct()
        .order_by(PostFunction.function_code)
        .limit(MAX_FUNCTIONS)
    ).all()


def _ids(parts: Sequence[Expression], without: set[UUID]) -> Sequence[UUID]:
    left_out = [Not(Tag(tags.agency(each))) for each in sorted(without)]
    wanted = of_kinds([DocumentKind.POST], *parts, *left_out)
    found = some_matching(wanted, SearchDocument.subject_id, most=POOL_SIZE)
    return [row[0] for row in found]


def _ranked(target: CounterpartTarget, candidates: Iterable[CounterpartCandidate]) -> list[Ranked]:
    fits = []
    for each in candidates:
        reasons = in_common(target, each)
        fits.append(Ranked(each, round(sum(reason.points for reason in reasons), 2), reasons))
    fits.sort(key=lambda fit: (-fit.score, fit.candidate.post_id.hex))
    return spread(fits)
