"""Addresses of posts: `@secretaria@vilaverde`, or `@secretaria` within the person's agency."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select

from intranet.extensions import db
from intranet.messaging.conversations.post_readers import (
    PostResponders,
    answers_of,
    post_named,
    title_of_post,
)
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.access import agency_ids_of, holds_any_post, is_open_to
from intranet.organisation.people.directory_limit import hand_out
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import has_word
from intranet.platform.core import clock
from intranet.platform.core.errors import TooMany
from intranet.platform.core.i18n import _

MAX_SUGGESTIONS = 8
MAX_NAMES = 2


def find_posts(viewer: Person, words: str, limit: int = MAX_SUGGESTIONS) -> list[dict[str, Any]]:
    """Find posts by handle or title in the viewer's agencies; `secretaria@vilaverde` in any."""
    rows = _named(viewer, words, limit)
    answers = answers_of(rows)
    try:
        hand_out(viewer, {each.id for answer in answers.values() for each in answer.people})
    except TooMany:
        return []
    return [
        {**post_named(row), "answer": answers[row.id], "note": answered_by(answers[row.id])}
        for row in rows
    ]


def suggested_posts(viewer: Person, words: str) -> list[dict[str, Any]]:
    """Suggest posts for the box under `@`, with the address and who answers."""
    return [
        {
            "kind": "post",
            "id": str(found["id"]),
            "name": found["title"],
            "note": " · ".join([found["address"], found["unit_name"] or found["agency_name"]]),
            "answered_by": found["note"],
            "handle": found["address"].removeprefix("@"),
        }
        for found in find_posts(viewer, words)
    ]


def answered_by(answer: PostResponders) -> str:
    """Say briefly who answers for a post: names, or the post that covers it while it is vacant."""
    names = ", ".join(person.name for person in answer.people[:MAX_NAMES])
    if answer.covering:
        return _("vacant; messages go to %(post)s", post=title_of_post(answer.covering))
    return names or _("vacant; nobody is reading its messages")


def posts_at(author: Person, addresses: Collection[str]) -> Mapping[str, UUID]:
    """Return the posts at these addresses; `@handle` means one of the author's agencies.

    If two of these have such a post, the address means none. An address may name any agency that is
    open to the author.
    """
    if not addresses:
        return {}
    parts = [address.removeprefix("@").partition("@") for address in addresses]
    far = [
        and_(Post.handle == handle, Agency.handle == agency, is_open_to(author))
        for handle, _sign, agency in parts
        if agency
    ]
    near = [handle for handle, _sign, agency in parts if not agency]
    own = and_(Post.handle.in_(near), Post.agency_id.in_(agency_ids_of(author)))
    rows = db.session.execute(
        select(Post.id, Post.handle, Agency.handle.label("agency"), own.label("is_own"))
        .join(Agency, Agency.id == Post.agency_id)
        .where(or_(own, *far), or_(Post.valid_to.is_(None), Post.valid_to >= clock.now().date()))
    ).all()
    found = {f"@{row.handle}@{row.agency}": row.id for row in rows}
    for handle in near:
        fitting = [row.id for row in rows if row.handle == handle and row.is_own]
        if len(fitting) == 1:
            found[f"@{handle}"] = fitting[0]
    return found


def _named(viewer: Person, words: str, limit: int) -> Sequence[Post]:
    wanted = words.strip().lower().removeprefix("@")
    if not wanted or not holds_any_post(viewer):
        return ()
    handle, _sign, agency = wanted.partition("@")
    place = (
        and_(Agency.handle.startswith(agency, autoescape=True), is_open_to(viewer))
        if agency
        else Post.agency_id.in_(agency_ids_of(viewer))
    )
    named = Post.handle.startswith(handle, autoescape=True)
    if not agency:
        named = or_(named, has_word(Post.sort_key, handle))
    return db.session.scalars(
        select(Post)
        .join(Agency, Post.agency_id == Agency.id)
        .where(place, named, or_(Post.valid_to.is_(None), Post.valid_to >= clock.now().date()))
        .order_by(Post.level, Post.sort_key, Post.id)
        .limit(limit)
    ).all()
