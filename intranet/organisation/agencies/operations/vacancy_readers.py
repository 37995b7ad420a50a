"""The post that reads what is written to another one during a vacancy.

It is the post that administrators named. Otherwise it is a head of the same unit, then one of
the units above, nearest first. The last resort is the post that keeps the agency's registry:
the one named for it (`name_registry`), else one with the function of the registry, else of the
secretary. What only the holder of a post says of it counts for nothing here. It is never an
elected post. It is never a post of another agency, which has to accept
(`people.operations.fallbacks`).

A column stores it, because every read of a conversation needs it. It is computed for the whole
agency whenever one of its posts or units changes, so that errors cannot accumulate. An import of
thousands of posts computes it once, at its end (`reckoned_later`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, or_, select

from intranet.extensions import db
from intranet.organisation.agencies.access import Actor, require_administrator
from intranet.organisation.agencies.events import OnwardChanged, PostDetailsChanged
from intranet.organisation.agencies.locks import lock_organisation
from intranet.organisation.agencies.models import Agency, Post, PostFunction, PostKind, Unit
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.database import write
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import unit_of_work

REGISTRY, SECRETARY = "OAC", "SEC"
AGENCY_BATCH_SIZE = 200
LOOKBACK_PERIOD = timedelta(days=3)
_Rank = tuple[bool, float]
_is_later: ContextVar[bool] = ContextVar("is_later", default=False)


@dataclass
class _Agency:
    """The current posts of an agency, and the data to find the onward post of each."""

    posts: dict[UUID, Any] = field(default_factory=dict)
    first_heads: dict[str, UUID] = field(default_factory=dict)
    next_heads: dict[UUID, UUID | None] = field(default_factory=dict)
    registry: UUID | None = None


@contextmanager
def reckoned_later() -> Iterator[None]:
    """Leave the onward posts as they are while the block runs; the caller computes them after."""
    token = _is_later.set(True)
    try:
        yield
    finally:
        _is_later.reset(token)


def follow_changes(agency_ids: frozenset[UUID]) -> None:
    """Recompute the onward posts of agencies that changed, unless the caller does it later."""
    if not _is_later.get():
        reckon_onward(agency_ids)


def reckon_onward(agency_ids: Iterable[UUID]) -> set[UUID]:
    """Recompute the onward post of each post of these agencies; return the changed posts."""
    every = sorted(agency_ids)
    changed: dict[UUID, UUID | None] = {}
    for start in range(0, len(every), AGENCY_BATCH_SIZE):
        changed |= differing(every[start : start + AGENCY_BATCH_SIZE])
    if changed:
        table = cast("Table", Post.__table__)
        with unit_of_work() as work:
            write(
                table.update()
                .where(table.c.id == bindparam("of"))
                .values(onward_id=bindparam("to")),
                [{"of": post_id, "to": onward_id} for post_id, onward_id in changed.items()],
            )
            work.publish(OnwardChanged(tuple(changed)))
    return set(changed)


def differing(agency_ids: Sequence[UUID]) -> dict[UUID, UUID | None]:
    """Return posts whose stored onward post is wrong, with the right one. Two queries."""
    rows = _rows(agency_ids)
    found = _reckoned(rows, agency_ids)
    return {row.id: found.get(row.id) for row in rows if row.onward_id != found.get(row.id)}


def onward_if(
    agency_id: UUID, places: Mapping[UUID, tuple[str, bool]], ended: Collection[UUID]
) -> dict[UUID, UUID | None]:
    """Return the onward post of each post if some were elsewhere, and nothing is stored.

    Args:
        places: the path of the unit and whether it is a head's, of each post that is elsewhere.
        ended: posts that would be over.
    """
    rows = [
        SimpleNamespace(**{**row._asdict(), "path": place[0], "is_head": place[1]})
        if place
        else row
        for row in _rows([agency_id])
        if row.id not in ended
        for place in [places.get(row.id)]
    ]
    return _reckoned(rows, [agency_id])


def _rows(agency_ids: Sequence[UUID]) -> Sequence[Any]:
    return db.session.execute(
        select(
            Post.id,
            Post.agency_id,
            Post.is_head,
            Post.keeps_registry,
            Post.kind,
            Post.level,
            Post.sort_key,
            Post.fallback_id,
            Post.onward_id,
            Post.valid_to,
            Unit.path,
            Agency.time_zone,
        )
        .join(Unit, Unit.id == Post.unit_id)
        .join(Agency, Agency.id == Post.agency_id)
        .where(Post.agency_id.in_(agency_ids))
        .order_by(Post.id)
    ).all()


def _reckoned(rows: Sequence[Any], agency_ids: Sequence[UUID]) -> dict[UUID, UUID | None]:
    days = {zone: clock.today(zone) for zone in {row.time_zone for row in rows}}
    agencies: dict[UUID, _Agency] = defaultdict(_Agency)
    for row in rows:
        if _exists(row, days[row.time_zone]):
            agencies[row.agency_id].posts[row.id] = row
    functions = _functions(agency_ids)
    found: dict[UUID, UUID | None] = {}
    for agency in agencies.values():
        _find_heads(agency, functions)
        found |= _leading(agency)
    return found


def registry_named(agency: Agency) -> Post | None:
    """Return the post that administrators named to keep the registry, while it exists."""
    post = db.session.scalar(
        select(Post)
        .where(Post.agency_id == agency.id, Post.keeps_registry, Post.kind != PostKind.ELECTED)
        .limit(1)
    )
    return post if post and _exists(post, clock.today(agency.time_zone)) else None


def name_registry(actor: Actor | None, agency: Agency, post: Post | None) -> None:
    """Name the post that keeps the registry, or with None leave it to the functions of posts.

    Raises:
        Forbidden: the actor does not administer the agency.
        Invalid: the post belongs to another agency, has ended, or is filled by election.
    """
    with unit_of_work() as work:
        lock_organisation(work, agency)
        require_administrator(actor, agency.id)
        if post:
            _require_registry(agency, post)
        before = db.session.scalars(
            select(Post).where(Post.agency_id == agency.id, Post.keeps_registry)
        ).all()
        if [row.id for row in before] == ([post.id] if post else []):
            return
        for row in before:
            row.keeps_registry = False
        if post:
            post.keeps_registry = True
        work.flush()
        record(
            "agency.registry",
            agency_id=agency.id,
            actor_id=actor.id if actor else None,
            subject=("agency", agency.id),
            detail={"post": str(post.id) if post else None},
        )
        named = (*before, post) if post else before
        work.publish(PostDetailsChanged(tuple({row.id for row in named})))
        reckon_onward([agency.id])


def _require_registry(agency: Agency, post: Post) -> None:
    refused = None
    if post.agency_id != agency.id:
        refused = _l("Choose a post in the same agency.")
    elif not _exists(post, clock.today(agency.time_zone)):
        refused = _l("This post has ended.")
    elif post.kind == PostKind.ELECTED:
        refused = _l("An elected post cannot be responsible for the registry.")
    if refused:
        raise Invalid({"registry": refused})


def agencies_of_dates() -> Sequence[UUID]:
    """Return the ids of agencies with a post that ended by its date lately."""
    today = clock.now().date()
    ended = Post.valid_to.between(today - LOOKBACK_PERIOD, today + timedelta(days=1))
    return db.session.scalars(select(Post.agency_id).where(ended).distinct()).all()


def _exists(row: Any, day: date) -> bool:
    return row.valid_to is None or row.valid_to >= day


def _functions(agency_ids: Sequence[UUID]) -> Mapping[UUID, _Rank]:
    """Return the rank of each post for keeping the registry; the lowest rank is the best.

    The function of the registry precedes that of the secretary, then what others than the holder
    confirmed precedes what the title suggests, then stronger suggestions precede weaker ones.
    """
    found: dict[UUID, _Rank] = {}
    rows = db.session.execute(
        select(PostFunction)
        .join(Post, Post.id == PostFunction.post_id)
        .where(
            Post.agency_id.in_(agency_ids),
            PostFunction.backing > 0,
            or_(
                PostFunction.function_code == REGISTRY,
                PostFunction.function_code == SECRETARY,
            ),
        )
        .with_only_columns(
            PostFunction.post_id,
            PostFunction.function_code,
            PostFunction.backing,
        )
    )
    for post_id, code, backing in rows:
        rank = (code != REGISTRY, -backing)
        found[post_id] = min(rank, found.get(post_id, rank))
    return found


def _find_heads(agency: _Agency, functions: Mapping[UUID, _Rank]) -> None:
    asked = [row for row in agency.posts.values() if row.kind != PostKind.ELECTED]
    latest: dict[str, UUID] = {}
    for row in sorted(asked, key=lambda row: (row.level, row.sort_key, row.id)):
        if row.is_head:
            agency.first_heads.setdefault(row.path, row.id)
            agency.next_heads[row.id] = None
            if row.path in latest:
                agency.next_heads[latest[row.path]] = row.id
            latest[row.path] = row.id
    keeping = [row for row in asked if row.keeps_registry]
    if not keeping:
        keeping = [row for row in asked if row.id in functions]
    if keeping:
        agency.registry = min(
            keeping,
            key=lambda row: (
                *functions.get(row.id, (True, 0.0)),
                not row.is_head,
                row.level,
                row.sort_key,
                row.id,
            ),
        ).id


def _leading(agency: _Agency) -> dict[UUID, UUID | None]:
    """Return the onward post of each post; skip a named fallback that would form a cycle."""
    leads = {post_id: _above(agency, row) for post_id, row in agency.posts.items()}
    for post_id, row in agency.posts.items():
        if row.fallback_id in agency.posts and not _leads(leads, row.fallback_id, post_id):
            leads[post_id] = row.fallback_id
    return leads


def _above(agency: _Agency, row: Any) -> UUID | None:
    path = row.path
    is_head = row.id in agency.next_heads
    found = agency.next_heads[row.id] if is_head else agency.first_heads.get(path)
    while found is None and (path := path[: path.rindex("/", 0, -1) + 1]) != "/":
        found = agency.first_heads.get(path)
    if found:
        return found
    return agency.registry if agency.registry != row.id else None


def _leads(leads: Mapping[UUID, UUID | None], start: UUID, end: UUID) -> bool:
    seen: set[UUID] = set()
    at: UUID | None = start
    while at is not None and at not in seen:
        if at == end:
            return True
        seen.add(at)
        at = leads[at]
    return False
