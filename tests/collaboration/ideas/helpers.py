"""Short ways to ideas boxes, and to what is proposed in them."""

from typing import Any

from intranet.collaboration.ideas.models import Idea, IdeaBox
from intranet.collaboration.ideas.operations.boxes import BoxSettings, open_box
from intranet.collaboration.ideas.operations.proposing import propose
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments
from intranet.publishing.publications.operations.drafting import Written
from tests.messaging.messages.helpers import space_of


def box_of(leader: Person, unit: Any, post: Any, days: int = 10) -> IdeaBox:
    """A box in a unit's space, or in the agency's of a root unit."""
    settings = BoxSettings("Trabajar mejor", "Lo que haríamos mejor.", post.id, days)
    return open_box(leader, space_of(unit), settings)


def idea_in(
    author: Person,
    box: IdeaBox,
    title: str = "Dos pantallas",
    visibility: Visibility = Visibility.NETWORK,
) -> Idea:
    """An idea in it, as the first post of its author."""
    post = current_appointments(author.id)[0].post
    return propose(author, box, post, {"es": Written(title, "")}, visibility=visibility)


def anew(idea: Idea) -> Idea:
    """The idea stored version now."""
    db.session.rollback()
    return db.session.get_one(Idea, idea.publication_id, populate_existing=True)
