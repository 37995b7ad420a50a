"""Short ways to polls: opened in a unit's or an agency's space, and voted in."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from intranet.attention.notifications.models import Notification
from intranet.collaboration.polls.models import Poll, PollKind, PollOption, Suits
from intranet.collaboration.polls.operations.opening import PollRules, open_poll
from intranet.collaboration.polls.operations.voting import vote
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.outbox import run_due
from intranet.publishing.publications.operations.drafting import Written
from tests.messaging.messages.helpers import space_of

YES, MAYBE, NO = Suits
QUESTION = "¿Qué día hacemos la jornada?"
OPTIONS = ("El martes", "El jueves", "Ninguno")


def opened(
    author: Person,
    unit: Any,
    *,
    title: str = QUESTION,
    visibility: Visibility = Visibility.NETWORK,
    **rules: Any,
) -> Poll:
    """A poll of a unit, or of the agency of a root unit."""
    post = current_appointments(author.id)[0].post
    given = {"options": OPTIONS, **rules}
    return open_poll(
        author,
        space_of(unit),
        post,
        {"es": Written(title, "")},
        PollRules(**given),
        visibility=visibility,
    )


def dates(*days: int) -> list[Any]:
    """Instants so many days from now."""
    start = clock.now().replace(hour=10, minute=0, second=0, microsecond=0)
    return [start + timedelta(days=day) for day in days]


def chooses(person: Person, poll: Poll, *numbers: int) -> None:
    """Vote for these."""
    vote(person, poll.publication_id, dict.fromkeys(numbers, YES))


def results(poll: Poll) -> list[int]:
    """What is shown, in the order of what can be chosen."""
    db.session.rollback()
    asked = select(PollOption.votes).where(PollOption.poll_id == poll.publication_id)
    return list(db.session.scalars(asked.order_by(PollOption.number)))


def anew(poll: Poll) -> Poll:
    """The poll stored version now."""
    db.session.rollback()
    return db.session.get_one(Poll, poll.publication_id, populate_existing=True)


def work_off() -> None:
    """Let the outbox do what it holds."""
    while run_due():
        pass
    db.session.rollback()


def told(person: Person, why: str) -> int:
    """How often somebody was told for a reason."""
    asked = select(Notification.id).where(
        Notification.person_id == person.id, Notification.why == why
    )
    return len(db.session.scalars(asked).all())


SECRET: dict[str, Any] = {"is_secret": True}
OF_DATES: dict[str, Any] = {"kind": PollKind.DATES}
