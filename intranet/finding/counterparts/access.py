"""Access rules: the posts whose counterparts a person may look up."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.access import agency_ids_of, holds_any_post, is_open_to
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core.errors import NotFound
from intranet.platform.core.parsing import printable

CODE_CHARACTERS = 40


def require_post(viewer: Person) -> None:
    """Require that the viewer holds a post anywhere, as only such people find counterparts.

    Raises:
        NotFound: they hold none.
    """
    if not holds_any_post(viewer):
        raise NotFound


def get_post(viewer: Person, key: str) -> Post:
    """Return a post by id or code; the viewer's own first, then the oldest.

    Raises:
        NotFound: there is none, its agency is closed to the viewer, or they hold no post.
    """
    require_post(viewer)
    code = printable(key, CODE_CHARACTERS)
    wanted = select(Post).join(Agency, Agency.id == Post.agency_id).where(is_open_to(viewer))
    wanted = wanted.where(Post.id == _id(key)) if _id(key) else wanted.where(Post.code == code)
    own = Post.agency_id.in_(agency_ids_of(viewer))
    post = db.session.scalar(wanted.order_by(own.desc(), Post.id).limit(1))
    if post is None:
        raise NotFound
    return post


def own_posts(viewer: Person) -> Sequence[Post]:
    """Return the posts that the viewer holds, oldest first."""
    return [row.post for row in current_appointments(viewer.id)]


def _id(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None
