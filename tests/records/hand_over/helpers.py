"""Short ways to hand-overs: a section, its head, and the time that passes."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from intranet.collaboration.initiatives.body import InitiativeFacts, InitiativeWording
from intranet.collaboration.initiatives.operations.describing import create_initiative
from intranet.collaboration.questions.models import Addressee, Question
from intranet.collaboration.questions.operations.asking import QuestionAddressee, publish_question
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.organisation.people.operations.people import create_person
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.operations.publishing import schedule
from intranet.publishing.publications.placement import PublicationPlacement
from intranet.records.hand_over.access import get_standing
from intranet.records.hand_over.scopes import HandOverEntry, entries_of
from tests.cast import LONG_AGO
from tests.messaging.messages.helpers import space_of
from tests.publishing.publications.helpers import draft

ZONE = ZoneInfo("Europe/Madrid")


def at(days: int = 0, hour: int = 10) -> datetime:
    """An hour of the day that is so many days from today, by the real clock."""
    day = datetime.now(ZONE).date() + timedelta(days=days)
    return datetime.combine(day, time(hour), ZONE)


def day(days: int) -> date:
    """The day that is so many days from today, by the real clock."""
    return at(days).date()


def person_in(agency: Agency, name: str, post: Post, **more: Any) -> Person:
    """A person with an account who holds a post."""
    person = create_person(None, agency, name)
    first = name.split(maxsplit=1)[0].lower()
    with unit_of_work() as work:
        work.add(
            Account(
                person_id=person.id,
                home_agency_id=agency.id,
                email=f"{first}@{agency.handle}.example",
                state=AccountState.ACTIVE,
            )
        )
    appoint(None, post, person, **{"starts_on": LONG_AGO, **more})
    return person


def appointment_of(person: Person, post: Post) -> Appointment:
    """The latest appointment of a person to a post."""
    return db.session.scalars(
        select(Appointment)
        .where(Appointment.person_id == person.id, Appointment.post_id == post.id)
        .order_by(Appointment.since.desc())
    ).first()  # type: ignore[return-value]


def head_of_section(cast: Any, name: str = "Elvira Cao") -> Person:
    """The holder of the head's post of Licences, where Ana acted until today."""
    post = cast.head_of_licences_post
    end_appointment(None, appointment_of(cast.ana, post))
    return person_in(cast.monteclaro, name, post)


def leaves(person: Person, post: Post, *, on: date | None) -> Appointment:
    """Let somebody's appointment end on a day, or at once."""
    row = appointment_of(person, post)
    return end_appointment(None, row, last_day=on)


def scheduled(author: Person, title: str, when: datetime) -> Publication:
    """An announcement that the author scheduled."""
    made = draft(author, title, scheduled_at=when)
    return schedule(author, made, edition=made.edition)


def initiative_of(author: Person, post: Post, title: str) -> Any:
    """An initiative of a post."""
    said = InitiativeWording(title, "Fin", "Problema", "Hecho", "Resultado", "Lecciones")
    space = space_of(post.unit)
    place = PublicationPlacement(space, post, Visibility.AGENCY)
    return create_initiative(author, place, {"es": said}, InitiativeFacts())


def asked(
    author: Person, own: Post, post: Post, title: str = "¿Qué pedís para un vado?"
) -> Question:
    """A question to a post, of which all of the network may read."""
    space = space_of(own.unit)
    place = PublicationPlacement(space, own, Visibility.NETWORK)
    to = QuestionAddressee(Addressee.POST, post=post)
    return publish_question(author, place, {"es": Written(title, "")}, to)


def lines(viewer: Person, row: Appointment) -> Sequence[HandOverEntry]:
    """The lines of a hand-over as somebody sees them."""
    return entries_of(viewer, get_standing(viewer, row.post_id, row.id))


def titles(viewer: Person, row: Appointment, kind: str) -> list[str]:
    """The titles of a kind of line."""
    return [one.item.title for one in lines(viewer, row) if one.kind.name == kind]
