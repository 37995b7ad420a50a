"""Where somebody contributes, as which post, and for whom: the same choices for each kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from intranet.accounts.models import Account
from intranet.agencies.models import Post
from intranet.core import clock
from intranet.core.errors import Forbidden, Invalid
from intranet.core.i18n import _, _l
from intranet.core.parsing import Form
from intranet.extensions import db
from intranet.people.models import Person
from intranet.people.queries import current_appointments
from intranet.people.speaking import posts_spoken_for
from intranet.publications.shown import name_of_space, text_of
from intranet.spaces.access import get_space, joined_by
from intranet.spaces.models import Space, SpaceKind, Visibility

OFFERED = 100


class PlaceForm(Form):
    """Where, as which post, and for whom; a form of a kind stands on it."""

    space_id: UUID
    post_id: UUID
    visibility: Visibility


@dataclass(frozen=True)
class Place:
    """The same, looked up and allowed."""

    space: Space
    post: Post
    visibility: Visibility


def place_of(person: Person, form: PlaceForm) -> Place:
    """What a form names.

    Raises:
        NotFound: the space does not exist for the person.
        Forbidden: the person does not speak for the post.
        Invalid: nobody reads that so.
    """
    space = get_space(person, form.space_id)
    posts = {post.id: post for post in posts_of(person)}
    if form.post_id not in posts:
        raise Forbidden(_l("You do not hold this post at present."))
    if form.visibility == Visibility.PUBLIC:
        raise Invalid({"visibility": _l("This value is not one that can be taken here.")})
    return Place(space, posts[form.post_id], form.visibility)


def place_context(person: Person, sent: Any = None) -> dict[str, Any]:
    """What `publications/_place_fields.html` shows: the options, and what is chosen.

    Args:
        sent: fields of a form that was refused, or of an address that proposes something.
    """
    spaces, posts = spaces_of(person), posts_of(person)
    chosen = sent or {}
    return {
        "place_spaces": [(space.id, name_of_space(space)) for space in spaces],
        "place_posts": [
            (post.id, text_of(post.title, post.unit.agency.language)) for post in posts
        ],
        "place_visibilities": [
            (Visibility.NETWORK.value, _("Everybody in the network, other administrations too")),
            (Visibility.AGENCY.value, _("Everybody in my administration")),
            (Visibility.MEMBERS.value, _("Only the people of this place")),
        ],
        "place": {
            "space_id": chosen.get("space_id", "") or _nearest_unit(spaces),
            "post_id": chosen.get("post_id", ""),
            "visibility": chosen.get("visibility", Visibility.NETWORK.value),
        },
    }


def spaces_of(person: Person) -> Sequence[Space]:
    """The open spaces somebody is in: groups, then units from near to far, then agencies."""
    is_open = Space.archived_at.is_(None)
    found = db.session.scalars(select(Space).where(joined_by(person), is_open).limit(OFFERED)).all()
    order = {SpaceKind.UNIT: 1, SpaceKind.AGENCY: 2}
    return sorted(
        found,
        key=lambda space: (
            order.get(space.kind, 0),
            -space.unit.depth if space.unit else 0,
            space.id,
        ),
    )


def _nearest_unit(spaces: Sequence[Space]) -> str:
    """The place that a form begins with: the own unit, so that nothing lands in a group unseen."""
    return next((str(space.id) for space in spaces if space.kind == SpaceKind.UNIT), "")


def posts_of(person: Person) -> list[Post]:
    """The posts as which somebody contributes: those they hold, then those they speak for.

    Of those held the ones in the agency whose name stands over each page come first.
    """
    home_id = db.session.scalar(
        select(Account.home_agency_id).where(Account.person_id == person.id).limit(1)
    )
    held = [row.post for row in current_appointments(person.id)]
    held.sort(key=lambda post: post.agency_id != home_id)
    spoken = posts_spoken_for(person.id, clock.now()).subquery()
    others = db.session.scalars(
        select(Post)
        .where(Post.id.in_(select(spoken.c.post_id)), Post.id.not_in([post.id for post in held]))
        .order_by(Post.id)
    )
    return [*held, *others]
