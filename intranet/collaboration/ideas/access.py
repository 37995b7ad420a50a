"""Access to boxes and ideas: reading, supporting, answering, merging."""

from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from intranet.collaboration.ideas.models import Idea, IdeaBox, IdeaStatus
from intranet.extensions import db
from intranet.messaging.spaces.access import is_member, leads, visible_to
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.organisation.people.speakers import speaks_for
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.core.i18n import _l
from intranet.publishing.publications.access import get_of_kind

OVER = frozenset({IdeaStatus.DONE, IdeaStatus.DECLINED})
"""An idea with one of these statuses can no longer be supported."""


def is_seen_by(person: Person) -> ColumnElement[bool]:
    """Return the condition on `IdeaBox` that the person may read its space."""
    return IdeaBox.space_id.in_(select(Space.id).where(visible_to(person)))


def get_box(person: Person, box_id: UUID) -> IdeaBox:
    """Return a box, if the person may read its space.

    Raises:
        NotFound: it does not exist, or the person may not know that it does.
    """
    found = db.session.scalar(select(IdeaBox).where(IdeaBox.id == box_id, is_seen_by(person)))
    if found is None:
        raise NotFound
    return found


def get_idea(person: Person, publication_id: UUID) -> Idea:
    """Return an idea, if the person may read it.

    Raises:
        NotFound: it does not exist, or the person may not know that it does.
    """
    return get_of_kind(
        person, Idea, publication_id, joinedload(Idea.publication), joinedload(Idea.box)
    )


def proposes_in(person: Person, box: IdeaBox) -> bool:
    """Whether the person may propose ideas in a box now."""
    return box.closed_at is None and is_member(person, box.space)


def require_leader(person: Person, space: Space) -> None:
    """Check that the person may open and change the boxes of a space.

    Raises:
        Forbidden: the person does not lead the space.
    """
    if not leads(person, space):
        raise Forbidden(_l("Only the head of this space can open and change its ideas boxes."))


def answers(person: Person, box: IdeaBox) -> bool:
    """Whether the person acts for the post that answers in a box."""
    return speaks_for(person, box.post_id, clock.now())


def require_answering(person: Person, box: IdeaBox) -> None:
    """Check that the person acts for the post that answers in a box.

    Raises:
        Forbidden: the person does not act for the responsible post.
    """
    if not answers(person, box):
        raise Forbidden(_l("Only people who act for the responsible post can do this."))


def joins(person: Person, box: IdeaBox) -> bool:
    """Whether the person may merge ideas of a box: they answer in it or lead its space."""
    return answers(person, box) or leads(person, box.space)


def may_support(idea: Idea) -> bool:
    """Whether an idea can be supported now."""
    is_standing = idea.publication.withdrawn_at is None
    return is_standing and idea.joined_into_id is None and idea.status not in OVER


def agency_of(box: IdeaBox) -> Agency:
    """Return the agency whose calendar counts the term of a box."""
    return box.space.agency
