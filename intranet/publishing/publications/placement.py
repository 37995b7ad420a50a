"""Where a person contributes: the choice of space, post and visibility, shared by all kinds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.spaces.access import get_space, joined_by
from intranet.messaging.spaces.models import Space, SpaceKind, Visibility
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments, holders_of
from intranet.organisation.people.speakers import posts_spoken_for
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.parsing import Form
from intranet.publishing.publications.view_models import name_of_space, text_of

MAX_SPACES_OFFERED = 100


class PlaceForm(Form):
    """The choice of space, post and visibility; forms of each kind extend it."""

    space_id: UUID
    post_id: UUID
    visibility: Visibility


@dataclass(frozen=True)
class PublicationPlacement:
    """An allowed choice of space, post and visibility."""

    space: Space
    post: Post
    visibility: Visibility


def placement_of(person: Person, form: PlaceForm) -> PublicationPlacement:
    """Return the choice of a form, if it is allowed.

    Raises:
        NotFound: the space does not exist for the person.
        Forbidden: the person does not act for the post.
        Invalid: the visibility is not offered.
    """
    space = get_space(person, form.space_id)
    posts = {post.id: post for post in posts_of(person)}
    if form.post_id not in posts:
        raise Forbidden(_l("You do not hold this post at present."))
    if form.visibility == Visibility.PUBLIC:
        raise Invalid({"visibility": _l("This value is not allowed here.")})
    return PublicationPlacement(space, posts[form.post_id], form.visibility)


def placement_context(
    person: Person, sent: Any = None, *, visibility: Visibility = Visibility.MEMBERS
) -> dict[str, Any]:
    """Return what `publications/_place_fields.html` shows: the options, and what is chosen.

    Args:
        sent: fields of a refused form, or defaults from an address.
        visibility: the default of the form. The narrowest is safe: nothing reaches other
        administrations unless its author decides so. Kinds meant for sharing start wider.
    """
    spaces, posts = spaces_of(person), posts_of(person)
    chosen = sent or {}
    return {
        "place_spaces": apart([(space.id, _names_of_space(space)) for space in spaces]),
        "place_posts": names_of_posts(posts),
        "place_visibilities": visibilities_of(spaces[0] if len(spaces) == 1 else None),
        "place": {
            "space_id": chosen.get("space_id", "") or _own_unit(spaces, posts),
            "post_id": chosen.get("post_id", ""),
            "visibility": chosen.get("visibility") or visibility.value,
        },
    }


def visibilities_of(
    space: Space | None, chosen: Visibility = Visibility.MEMBERS
) -> list[tuple[str, str]]:
    """Return the visibilities on offer, as values and labels.

    Without a space, the label refers to the space chosen above in the form.
    """
    own = (
        _("Only %(place)s", place=name_of_space(space))
        if space
        else _("Only the people in the space chosen above")
    )
    rows = [
        (Visibility.MEMBERS.value, own),
        (Visibility.AGENCY.value, _("Everyone in my administration")),
        (Visibility.NETWORK.value, _("Everyone in the network, including other administrations")),
    ]
    # In an agency's space the first two reach the same people, so that one of them is enough.
    if space is not None and space.kind == SpaceKind.AGENCY:
        del rows[0 if chosen == Visibility.AGENCY else 1]
    return rows


def names_of_posts(posts: Sequence[Post]) -> list[tuple[UUID, str]]:
    """Return posts by id with a name each, made longer until the names differ."""
    held = holders_of([post.id for post in posts], clock.now())
    named = [(post, [row.person.name for row in held.get(post.id, ())]) for post in posts]
    return apart([(post.id, _names_of_post(post, holders)) for post, holders in named])


def full_name_of(post: Post) -> str:
    """Return the title, unit, agency and holders of a post, as its full name."""
    held = holders_of([post.id], clock.now()).get(post.id, ())
    parts = _names_of_post(post, [row.person.name for row in held])
    return " · ".join(part for part in dict.fromkeys(parts) if part)


def apart(named: Sequence[tuple[UUID, Sequence[str]]]) -> list[tuple[UUID, str]]:
    """Name each row by the fewest of its parts, from the first on, that no other row shares."""
    most = max((len(parts) for _id, parts in named), default=1)
    found = []
    for row_id, parts in named:
        others = [other for other_id, other in named if other_id != row_id]
        needed = next(
            (
                number
                for number in range(1, most)
                if all(tuple(other[:number]) != tuple(parts[:number]) for other in others)
            ),
            most,
        )
        found.append((row_id, " · ".join(part for part in dict.fromkeys(parts[:needed]) if part)))
    return found


def spaces_of(person: Person) -> Sequence[Space]:
    """List a person's open spaces: groups, then units from near to far, then agencies."""
    is_open = Space.archived_at.is_(None)
    found = db.session.scalars(
        select(Space).where(joined_by(person), is_open).limit(MAX_SPACES_OFFERED)
    ).all()
    order = {SpaceKind.UNIT: 1, SpaceKind.AGENCY: 2}
    return sorted(
        found,
        key=lambda space: (
            order.get(space.kind, 0),
            -space.unit.depth if space.unit else 0,
            space.id,
        ),
    )


def _own_unit(spaces: Sequence[Space], posts: Sequence[Post]) -> str:
    """Return the default space of a form: the unit of the person's first post, else its agency.

    It is never a group or a unit where the person is a guest: nothing lands there by mistake.
    """
    for post in posts:
        for space in spaces:
            if space.kind == SpaceKind.UNIT and space.unit_id == post.unit_id:
                return str(space.id)
        for space in spaces:
            if space.kind == SpaceKind.AGENCY and space.agency_id == post.agency_id:
                return str(space.id)
    return ""


def _names_of_space(space: Space) -> list[str]:
    return [name_of_space(space), text_of(space.agency.name, space.agency.language)]


def _names_of_post(post: Post, holders: Sequence[str]) -> list[str]:
    own = post.unit.agency.language
    return [
        text_of(post.title, own),
        text_of(post.unit.name, own),
        text_of(post.unit.agency.name, own),
        ", ".join(holders),
    ]


def posts_of(person: Person) -> list[Post]:
    """List the posts as which a person contributes: those they hold, then those they act for.

    Posts held in the person's home agency come first.
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
