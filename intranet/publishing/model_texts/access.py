"""Who reads a model and who uses one."""

from uuid import UUID

from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.i18n import _l
from intranet.publishing.publications.places import posts_of


def require_post(person: Person, post_id: UUID | None) -> Post:
    """The post as which the person acts, or their first.

    Raises:
        Forbidden: they do not speak for it, or for none.
    """
    for post in posts_of(person):
        if post_id in {None, post.id}:
            return post
    raise Forbidden(_l("You do not hold this post at present."))
