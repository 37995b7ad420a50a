"""The right to fill posts: those that carry a role are filled and emptied by administrators."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from intranet.organisation.agencies.access import require_right
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.queries import posts_with_roles
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import in_parts
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.i18n import _l
from intranet.platform.core.step_up import require_confirmed

OWN = _l("Someone else has to decide on your own appointments.")
ANEW = _l(
    "The post has a role: an appointment to it does not go on after its end, nor begin earlier "
    "than was said. Make a new one."
)


def fillable(
    actor: Person, agency: Agency, pairs: Collection[tuple[UUID, UUID]]
) -> set[tuple[UUID, UUID]]:
    """Return the posts and people, in pairs, for which `require_right_to_fill` lets the actor in.

    Appointing them, and changing or ending that, is allowed for the same ones.
    """
    if actor.may(Act.EMPOWER, agency.id):
        return set(pairs)
    if not actor.may(Act.PEOPLE, agency.id):
        return set()
    special = posts_with_roles([post_id for post_id, _person_id in pairs])
    return {pair for pair in pairs if pair[0] not in special and pair[1] != actor.id}


def must_be_new(before: date, after: date, today: date) -> bool:
    """Return whether moving the first day adds days of the past.

    In a post with a role that takes a new appointment, whose id tells when it was made: who has
    been an administrator for a week counts as one of two people.
    """
    return after < min(before, today)


def require_right_to_fill(
    actor: Person | None,
    agency: Agency,
    post_ids: Sequence[UUID],
    person_ids: Sequence[UUID],
    *,
    is_end: bool = False,
) -> None:
    """Require the right to appoint people to posts, or to change or end that.

    Only administrators fill posts with a role, after confirming their password. People's officers
    see no content, so they appoint others but never themselves.

    Raises:
        Forbidden: no role of the actor allows it.
        ConfirmationNeeded: a post has a role, and the actor has not confirmed lately.
    """
    require_right(actor, Act.PEOPLE, agency.id)
    if actor is None:
        return
    if any(posts_with_roles(some) for some in in_parts(post_ids)):
        require_right(actor, Act.EMPOWER, agency.id)
        if not is_end:
            require_confirmed(actor)
    if actor.id in person_ids and not actor.may(Act.EMPOWER, agency.id):
        raise Forbidden(OWN)
