"""The first steps of a new person: a list that ends by itself or when it is hidden."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from sqlalchemy import Select, exists, select

from intranet.administration.imports.queries import unsure_people
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation, Place
from intranet.messaging.messages.models import Message
from intranet.messaging.spaces.models import Space
from intranet.organisation.accounts.invitation_status import status_counts
from intranet.organisation.accounts.setup_steps import count_of, setup_steps, size_of
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.first_steps import has_hidden_first_steps
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.i18n import _
from intranet.platform.core.types import ago, id_parameter
from intranet.publishing.publications.announcement_models import Acknowledgement
from intranet.publishing.publications.required_reading import count_required

NEW_FOR = timedelta(days=45)


@dataclass(frozen=True)
class HomeFirstStep:
    """A task of the list, and whether it is done."""

    words: str
    href: str
    is_done: bool


def first_steps(person: Person) -> Sequence[HomeFirstStep]:
    """Return the first steps of a new person; none once all are done or hidden.

    An administrator gets the steps of setting up the agency instead.
    """
    held = current_appointments(person.id)
    if not held or not _is_new(person) or has_hidden_first_steps(person):
        return ()
    if person.administers(held[0].post.agency_id, by_own_post=True):
        return _steps_of_administrator(held[0].post.unit.agency)
    unit = held[0].post.unit
    steps = (
        HomeFirstStep(
            _("Confirm required reading"),
            "/publications",
            is_done=count_required(person) == 0 and _has_confirmed(person),
        ),
        HomeFirstStep(
            _("Read your unit’s channel"), f"/units/{unit.id}", is_done=_has_read(person)
        ),
        HomeFirstStep(
            _("Confirm what you do, so that others can find you"),
            f"/people/{person.id}",
            is_done=person.confirmed_on is not None,
        ),
        HomeFirstStep(
            _("Introduce yourself, with a photo if you like"),
            f"/people/{person.id}/edit",
            is_done=bool(person.about or person.photo_key),
        ),
        HomeFirstStep(_("Write your first message"), "/messages", is_done=_has_written(person)),
    )
    return () if all(step.is_done for step in steps) else steps


def _steps_of_administrator(agency: Agency) -> Sequence[HomeFirstStep]:
    unsure = db.session.scalar(select(count_of(unsure_people(agency.id)))) or 0
    steps = setup_steps(agency, size_of(agency), status_counts(agency.id), unsure)
    return tuple(HomeFirstStep(step.title, step.href, is_done=step.is_done) for step in steps)


def _is_new(person: Person) -> bool:
    """Whether the person's very first post began lately."""
    return not execute_prepared(_held_earlier(), person_id=person.id).scalar()


@cache
def _held_earlier() -> Select[bool]:
    person_id = id_parameter("person_id")
    earlier = exists().where(Appointment.person_id == person_id, Appointment.since <= ago(NEW_FOR))
    return select(earlier)


def _has_confirmed(person: Person) -> bool:
    return bool(db.session.scalar(select(exists().where(Acknowledgement.person_id == person.id))))


def _has_written(person: Person) -> bool:
    return bool(db.session.scalar(select(exists().where(Message.author_id == person.id))))


def _has_read(person: Person) -> bool:
    """Whether the person has read a unit's channel."""
    asked = (
        select(Place.person_id)
        .join(Conversation, Conversation.id == Place.conversation_id)
        .join(Space, Space.id == Conversation.space_id)
        .where(Place.person_id == person.id, Space.unit_id.is_not(None), Place.read_seq > 0)
        .limit(1)
    )
    return db.session.scalar(asked) is not None
