"""The one way into changes of an agency's structure: the lock, the right, and whom they bind."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import Identified, db
from intranet.organisation.agencies.access import Actor, require_right
from intranet.organisation.agencies.locks import lock_organisation
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.agencies.operations.vacancy_readers import onward_if
from intranet.organisation.agencies.own_places import leave_to_others, own_places
from intranet.organisation.agencies.roles import Act
from intranet.platform.core.unit_of_work import Work, unit_of_work

Way = tuple[UUID, bool]
"""A post from which letters come to somebody in a vacancy, and whether they do so first."""


@contextmanager
def changing_structure(actor: Actor | None, agency: Agency, *rows: Identified) -> Iterator[Work]:
    """Change units and posts of an agency in one transaction; reload the given rows first.

    Raises:
        Forbidden: no role of the actor is for the structure, or someone else decides on this.
        NotFound: one of the rows no longer exists.
    """
    with unit_of_work() as work:
        lock_organisation(work, agency, *rows)
        require_right(actor, Act.STRUCTURE, agency.id)
        with leading_no_more(work, actor, [agency.id]):
            yield work


@contextmanager
def leading_no_more(
    work: Work, actor: Actor | None, agency_ids: Collection[UUID]
) -> Iterator[None]:
    """Refuse what the block changes if by it more posts lead to those of the actor.

    Posts that the block creates may: nobody has written to them.

    Raises:
        Forbidden: it is so, and the actor may not give roles.
    """
    own = {key: found for key in agency_ids if (found := own_places(actor, key).post_ids)}
    known = {key: _ends(key).keys() for key in own}
    before = {key: _ways_now_and_then(key, post_ids) for key, post_ids in own.items()}
    yield
    if own:
        work.flush()
    for key, post_ids in own.items():
        more = _ways_now_and_then(key, post_ids) - before[key]
        leave_to_others(is_bound=any(way[0] in known[key] for way, _then in more))


def ways_to(own: Collection[UUID], onward: Mapping[UUID, UUID | None]) -> set[Way]:
    """Return the ways by which other posts lead to one of these."""
    found = set()
    for post_id in onward.keys() - set(own):
        at, seen = onward[post_id], {post_id}
        if at in own:
            found.add((post_id, True))
        while at is not None and at not in own and at not in seen:
            seen.add(at)
            at = onward.get(at)
        if at in own:
            found.add((post_id, False))
    return found


def _ways_now_and_then(agency_id: UUID, own: Collection[UUID]) -> set[tuple[Way, bool]]:
    """Return the ways of today, and those when every post that has a last day is over."""
    ending = {post_id for post_id, last_day in _ends(agency_id).items() if last_day}
    return {
        (way, bool(ended))
        for ended in ((), ending)
        for way in ways_to(own, onward_if(agency_id, {}, ended))
    }


def _ends(agency_id: UUID) -> dict[UUID, object]:
    """Return the last day of each post of an agency."""
    rows = select(Post.id, Post.valid_to).where(Post.agency_id == agency_id)
    return {row.id: row.valid_to for row in db.session.execute(rows)}
