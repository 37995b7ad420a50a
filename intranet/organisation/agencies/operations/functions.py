"""Functions of posts: suggested from titles, confirmed by holders or administrators."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.access import Actor, require_administrator
from intranet.organisation.agencies.events import PostsChanged
from intranet.organisation.agencies.locks import lock_organisation
from intranet.organisation.agencies.models import Agency, Function, Post, PostFunction
from intranet.platform.audit.operations import record
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import Work, unit_of_work

LEVELS = range(1, 6)


def confirm_functions(holder: Actor, post: Post, codes: Collection[str]) -> Post:
    """Set a post's functions as its holder; the caller checks that the actor holds it.

    Raises:
        Invalid: a code is unknown.
    """
    with unit_of_work() as work:
        lock_organisation(work, post.unit.agency, post)
        if set_confirmed_functions(work, holder, post, without_duplicates(codes)):
            work.publish(PostsChanged((post.id,)))
    return post


def correct_posts(
    actor: Actor | None,
    agency: Agency,
    posts: Sequence[Post],
    *,
    codes: Collection[str] | None,
    level: int | None,
) -> None:
    """Set functions or level of many posts of an agency at once.

    Args:
        codes: functions for all of them; None confirms those that each has.
        level: for all of them; None leaves each as it is.

    Raises:
        Forbidden: the actor does not administer the agency.
        Invalid: a code or the level is unknown.
    """
    if level is not None and level not in LEVELS:
        raise Invalid({"level": _l("Choose a level from 1 to 5.")})
    with unit_of_work() as work:
        lock_organisation(work, agency, *posts)
        require_administrator(actor, agency.id)
        known = None if codes is None else without_duplicates(codes)
        changed = []
        for post in posts:
            wanted = _had(post) if known is None else known
            is_said = set_confirmed_functions(work, actor, post, wanted)
            if level is not None and level != post.level:
                _stand(actor, post, level)
            elif not is_said:
                continue
            changed.append(post.id)
        if changed:
            work.publish(PostsChanged(tuple(changed)))


def set_confirmed_functions(work: Work, actor: Actor | None, post: Post, known: set[str]) -> bool:
    """Set a post's functions to exactly these, confirmed; return whether they were not yet."""
    rows = db.session.scalars(select(PostFunction).where(PostFunction.post_id == post.id)).all()
    was_suggested = any(row.is_suggested for row in rows)
    for row in rows:
        row.is_suggested, row.strength = False, 1.0
        if row.function_code not in known:
            work.delete(row)
    had = {row.function_code for row in rows}
    if had == known and not was_suggested:
        return False
    work.add(*(PostFunction(post_id=post.id, function_code=code) for code in known - had))
    db.session.flush()
    db.session.expire(post, ["functions"])
    record(
        "post.functions",
        agency_id=post.agency_id,
        actor_id=actor.id if actor else None,
        subject=("post", post.id),
        detail={"before": sorted(had), "after": sorted(known)},
    )
    return True


def _had(post: Post) -> set[str]:
    codes = select(PostFunction.function_code).where(PostFunction.post_id == post.id)
    return set(db.session.scalars(codes))


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
