"""Functions of posts: suggested from titles, confirmed by holders or administrators."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, select

from intranet.extensions import db
from intranet.organisation.agencies.access import Actor
from intranet.organisation.agencies.events import PostsChanged
from intranet.organisation.agencies.locks import lock_organisation
from intranet.organisation.agencies.models import Agency, Function, Post, PostFunction
from intranet.organisation.agencies.operations.structure import changing_structure
from intranet.organisation.agencies.own_places import leave_to_others, own_places
from intranet.platform.audit.operations import AuditAct, record, record_many
from intranet.platform.core.batches import batches
from intranet.platform.core.database import execute, expire_rows, store_rows
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import unit_of_work

LEVELS = range(1, 6)
BATCH_SIZE = 500
FUNCTIONS_SET = "post.functions"
"""The act in the audit log; its detail says what a post had, so that it can be undone."""


class FunctionRow(NamedTuple):
    """A function of a post, as `PostFunction` holds it."""

    is_suggested: bool
    strength: float
    backing: float


FunctionRows = Mapping[str, FunctionRow]
"""The functions of a post by code."""
CONFIRMED = FunctionRow(is_suggested=False, strength=1.0, backing=1.0)


@dataclass(frozen=True)
class FunctionsChange:
    """Posts whose functions changed at once, and the numbers of the audit lines that say so."""

    post_ids: Sequence[UUID] = ()
    numbers: Sequence[int] = ()


def confirm_functions(holder: Actor, post: Post, codes: Collection[str]) -> Post:
    """Set a post's functions as its holder; the caller checks that the actor holds it.

    Nobody has a right by that which neither the title nor somebody else gave (`backing`).

    Raises:
        Invalid: a code is unknown.
    """
    with unit_of_work() as work:
        lock_organisation(work, post.unit.agency, post)
        known = without_duplicates(codes)
        had = rows_of_functions([post.id])
        rows = {post.id: {code: said_by_holder(had[post.id].get(code)) for code in known}}
        if store_rows_of_functions(holder, post.unit.agency, had, rows).post_ids:
            work.publish(PostsChanged((post.id,)))
    return post


def set_levels(actor: Actor | None, agency: Agency, posts: Sequence[Post], level: int) -> None:
    """Set the level of many posts of an agency at once.

    Raises:
        Forbidden: the actor does not administer the agency.
        Invalid: there is no such level.
    """
    if level not in LEVELS:
        raise Invalid({"level": _l("Choose a level from 1 to 5.")})
    with changing_structure(actor, agency, *posts) as work:
        changed = [post for post in posts if post.level != level]
        own = own_places(actor, agency.id).post_ids
        leave_to_others(is_bound=any(post.id in own for post in changed))
        for post in changed:
            _stand(actor, post, level)
        if changed:
            work.publish(PostsChanged(tuple(post.id for post in changed)))


def set_confirmed_functions(actor: Actor | None, post: Post, known: Collection[str]) -> bool:
    """Set a post's functions to exactly these, confirmed; return whether they were not yet."""
    had = rows_of_functions([post.id])
    return bool(store_confirmed(actor, post.unit.agency, had, {post.id: known}).post_ids)


def rows_of_functions(post_ids: Collection[UUID]) -> dict[UUID, FunctionRows]:
    """Return the functions of each post by code."""
    rows = select(
        PostFunction.post_id,
        PostFunction.function_code,
        PostFunction.is_suggested,
        PostFunction.strength,
        PostFunction.backing,
    )
    found: dict[UUID, dict[str, FunctionRow]] = {post_id: {} for post_id in post_ids}
    for some in batches(post_ids, BATCH_SIZE):
        for row in db.session.execute(rows.where(PostFunction.post_id.in_(some))):
            found[row.post_id][row.function_code] = FunctionRow(
                row.is_suggested, row.strength, row.backing
            )
    return dict(found)


def store_confirmed(
    actor: Actor | None,
    agency: Agency,
    had: Mapping[UUID, FunctionRows],
    wanted: Mapping[UUID, Collection[str]],
) -> FunctionsChange:
    """Set the functions of posts, confirmed, in a few statements.

    The caller holds the organisation's lock and publishes the event.
    """
    own = own_places(actor, agency.id).post_ids
    rows = {
        post_id: {
            code: said_by_holder(had[post_id].get(code)) if post_id in own else CONFIRMED
            for code in codes
        }
        for post_id, codes in wanted.items()
    }
    return store_rows_of_functions(actor, agency, had, rows)


def store_rows_of_functions(
    actor: Actor | None,
    agency: Agency,
    had: Mapping[UUID, FunctionRows],
    wanted: Mapping[UUID, FunctionRows],
) -> FunctionsChange:
    """Replace the rows of functions that differ, and record what each post had before."""
    changed = [post_id for post_id in wanted if wanted[post_id] != had[post_id]]
    if not changed:
        return FunctionsChange()
    for some in batches(changed, BATCH_SIZE):
        execute(delete(PostFunction).where(PostFunction.post_id.in_(some)))
    store_rows(
        PostFunction,
        [
            {"post_id": post_id, "function_code": code, **row._asdict()}
            for post_id in changed
            for code, row in wanted[post_id].items()
        ],
    )
    expire_rows(PostFunction)
    for known in list(db.session.identity_map.values()):
        if isinstance(known, Post) and known.id in wanted:
            db.session.expire(known, ["functions"])
    numbers = record_many(
        actor.id if actor else None,
        [
            AuditAct(
                act=FUNCTIONS_SET,
                agency_id=agency.id,
                subject=("post", post_id),
                detail={
                    "before": sorted(had[post_id]),
                    "after": sorted(wanted[post_id]),
                    "was": {code: list(row) for code, row in had[post_id].items()},
                },
            )
            for post_id in changed
        ],
    )
    return FunctionsChange(tuple(changed), tuple(numbers))


def said_by_holder(before: FunctionRow | None) -> FunctionRow:
    """Return the row of a function that the holder of the post confirms."""
    return CONFIRMED._replace(backing=before.backing if before else 0.0)


def _stand(actor: Actor | None, post: Post, level: int) -> None:
    before, post.level = post.level, level
    post.version += 1
    record(
        "post.change",
        agency_id=post.agency_id,
        actor_id=actor.id if actor else None,
        subject=("post", post.id),
        detail={"before": {"level": before}, "after": {"level": level}},
    )


def without_duplicates(codes: Collection[str]) -> set[str]:
    """Return these codes without duplicates.

    Raises:
        Invalid: a code is unknown.
    """
    if not codes:
        return set()
    plain = [code for code in codes if code.isalnum()]  # PostgreSQL does not store every character
    known = set(db.session.scalars(select(Function.code).where(Function.code.in_(plain))))
    if unknown := set(codes) - known:
        words = _l("The function %(code)s does not exist.", code=", ".join(sorted(unknown)))
        raise Invalid({"functions": words})
    return known
