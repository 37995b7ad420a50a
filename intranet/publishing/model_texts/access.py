"""Access to models: the post as which a person acts."""

from uuid import UUID

from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.i18n import _l
from intranet.publishing.publications.placement import posts_of


def require_post(person: Person, post_id: UUID | None) -> Post:
    """Return the post with this id that the person acts for; without an id, their first post.

    Raises:
        Forbidden: they do not act for it, or for any post.
    """
    for post in posts_of(person):
        if post_id in {None, post.id}:
            return post
    raise Forbidden(_l("You do not hold this post at present."))
