"""Following and unfollowing a person, unit, agency, topic or publication."""

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.organisation.people.access import holds_any_post
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Forbidden, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.following import require_subject
from intranet.publishing.publications.follows import Follow, FollowKind

FOLLOWS_LIMIT = 200


def follow(person: Person, kind: FollowKind, subject: str) -> None:
    """Follow a subject from now on. A repeat changes nothing.

    Args:
        subject: an id, or the code of a function.

    Raises:
        NotFound: it does not exist, or the person may not know that it does.
        Forbidden: the person holds no post, or tries to follow themselves.
        Invalid: they have reached the limit.
    """
    with unit_of_work() as work:
        work.lock(person)
        subject = require_subject(person, kind, subject)
        if not holds_any_post(person):
            raise Forbidden
        if kind == FollowKind.PERSON and subject == person.id.hex:
            raise Forbidden(
                _l("You cannot follow yourself. Your own publications have a separate list.")
            )
        if db.session.get(Follow, (person.id, kind, subject)):
            return
        count = select(func.count()).where(Follow.person_id == person.id)
        if (db.session.scalar(count) or 0) >= FOLLOWS_LIMIT:
            words = _l(
                "You have reached the limit of %(limit)s followed items. Stop "
                "following some of them.",
                limit=FOLLOWS_LIMIT,
            )
            raise Invalid({"subject": words})
        work.add(Follow(person_id=person.id, kind=kind, subject=subject))


def unfollow(person: Person, kind: FollowKind, subject: str) -> None:
    """Stop following a subject, if followed."""
    with unit_of_work() as work:
        work.lock(person)
        if row := db.session.get(Follow, (person.id, kind, subject.replace("-", "")[:40])):
            work.delete(row)
