"""Opening, changing and closing ideas boxes."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from intranet.collaboration.ideas import queries
from intranet.collaboration.ideas.access import require_leader
from intranet.collaboration.ideas.models import IdeaBox
from intranet.extensions import db
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid, Words
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import required_line, required_text
from intranet.platform.core.unit_of_work import unit_of_work

NAME_LIMIT, PURPOSE_LIMIT = 120, 1000
TERM_LIMIT = 250
BOXES_LIMIT = 20
"""At most this many boxes in a space, closed ones included."""


@dataclass(frozen=True)
class BoxSettings:
    """The settings of a box: its purpose, the post that answers, and the term in working days."""

    name: str
    purpose: str
    post_id: UUID
    term_days: int


def open_box(person: Person, space: Space, settings: BoxSettings) -> IdeaBox:
    """Open an ideas box in a space that the person leads.

    Raises:
        Forbidden: the person does not lead the space.
        Invalid: a setting is missing or not allowed, or there are too many boxes.
    """
    with unit_of_work() as work:
        work.lock(space)
        require_leader(person, space)
        number = select(func.count()).where(IdeaBox.space_id == space.id)
        if (db.session.scalar(number) or 0) >= BOXES_LIMIT:
            raise Invalid(
                {"name": _l("There are too many ideas boxes here. Reopen an old box instead.")}
            )
        post = _post(person, space, settings)
        box = IdeaBox(
            space_id=space.id,
            name=settings.name,
            purpose=settings.purpose,
            post_id=post.id,
            term_days=settings.term_days,
            opened_by_id=person.id,
        )
        _write(box, settings)
        work.add(box)
        work.flush()
    return box


def change_box(person: Person, box: IdeaBox, settings: BoxSettings) -> None:
    """Change the settings of a box. Existing ideas keep the term that they were promised.

    Raises:
        Forbidden: the person does not lead the space.
        Invalid: a setting is missing or not allowed.
    """
    with unit_of_work() as work:
        work.lock(box)
        require_leader(person, box.space)
        _post(person, box.space, settings, kept=box.post_id)
        _write(box, settings)


def close_box(person: Person, box: IdeaBox) -> None:
    """Close a box to new ideas; existing ideas stay and are still answered. Idempotent."""
    with unit_of_work() as work:
        work.lock(box)
        require_leader(person, box.space)
        box.closed_at = box.closed_at or clock.now()


def reopen_box(person: Person, box: IdeaBox) -> None:
    """Open a box to new ideas again."""
    with unit_of_work() as work:
        work.lock(box)
        require_leader(person, box.space)
        box.closed_at = None


def _write(box: IdeaBox, settings: BoxSettings) -> None:
    box.name = required_line(settings.name, "name", NAME_LIMIT)
    box.purpose = required_text(settings.purpose, "purpose", PURPOSE_LIMIT)
    box.post_id, box.term_days = settings.post_id, settings.term_days


def _post(person: Person, space: Space, settings: BoxSettings, kept: UUID | None = None) -> Post:
    reasons: dict[str, Words] = {}
    posts = {post.id: post for post in queries.posts_offered(person, space, kept)}
    if settings.post_id not in posts:
        reasons["post_id"] = _l("Choose a post in this space.")
    if not 1 <= settings.term_days <= TERM_LIMIT:
        reasons["term_days"] = _l("Enter from 1 to %(limit)s working days.", limit=TERM_LIMIT)
    if reasons:
        raise Invalid(reasons)
    return posts[settings.post_id]
