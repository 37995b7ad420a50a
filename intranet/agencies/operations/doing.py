"""What posts do: suggested from their titles, said by who stands in them or administers them."""

from collections.abc import Collection, Iterable

from sqlalchemy import select

from intranet.agencies.access import Actor
from intranet.agencies.events import PostChanged
from intranet.agencies.functions import Suggestion
from intranet.agencies.locks import lock_organisation
from intranet.agencies.models import Function, Post, PostFunction
from intranet.audit.operations import record
from intranet.core.errors import Invalid
from intranet.core.i18n import _l
from intranet.core.unit_of_work import Work, unit_of_work
from intranet.extensions import db


def confirm_functions(holder: Actor, post: Post, codes: Collection[str]) -> Post:
    """Say what a post does, as who stands in it; that they do is the caller's to know.

    Raises:
        Invalid: a code is not known.
    """
    with unit_of_work() as work:
        lock_organisation(work, post.unit.agency, post)
        say_functions(work, holder, post, known_functions(codes))
    return post


def say_functions(work: Work, actor: Actor | None, post: Post, known: set[str]) -> None:
    """Have exactly these functions, confirmed; where that is so already nothing happens."""
    rows = db.session.scalars(select(PostFunction).where(PostFunction.post_id == post.id)).all()
    was_suggested = any(row.is_suggested for row in rows)
    for row in rows:
        row.is_suggested, row.strength = False, 1.0
        if row.function_code not in known:
            work.delete(row)
    had = {row.function_code for row in rows}
    if had == known and not was_suggested:
        return
    work.add(*confirmed_rows(post, sorted(known - had)))
    db.session.flush()
    db.session.expire(post, ["functions"])
    record(
        "post.functions",
        agency_id=post.agency_id,
        actor_id=actor.id if actor else None,
        subject=("post", post.id),
        detail={"before": sorted(had), "after": sorted(known)},
    )
    work.publish(PostChanged(post.id))


def suggested_rows(post: Post, suggestion: Suggestion) -> list[PostFunction]:
    """The functions that a title speaks for, with how much does."""
    return [
        PostFunction(
            post_id=post.id,
            function_code=code,
            is_suggested=True,
            strength=suggestion.strength(code),
        )
        for code in suggestion.functions
    ]


def confirmed_rows(post: Post, codes: Iterable[str]) -> list[PostFunction]:
    """Functions that somebody said."""
    return [
        PostFunction(post_id=post.id, function_code=code, is_suggested=False, strength=1.0)
        for code in dict.fromkeys(codes)
    ]


def known_functions(codes: Collection[str]) -> set[str]:
    """These codes, each once.

    Raises:
        Invalid: one of them is no function's.
    """
    if not codes:
        return set()
    known = set(db.session.scalars(select(Function.code).where(Function.code.in_(codes))))
    if unknown := set(codes) - known:
        words = _l("There is no function %(code)s.", code=", ".join(sorted(unknown)))
        raise Invalid({"functions": words})
    return known
