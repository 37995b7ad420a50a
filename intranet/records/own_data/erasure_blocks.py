"""Why a person cannot be erased now, in sentences for administrators and for the person."""

from dataclasses import dataclass

from flask_babel.speaklater import LazyString
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.operations.last_administrators import agencies_of_last
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import is_not_over
from intranet.platform.core import clock
from intranet.platform.core.i18n import _l


@dataclass(frozen=True)
class ErasureBlock:
    """An obstacle, in a sentence that says what to do about it."""

    words: LazyString


LAST_ADMINISTRATOR = ErasureBlock(
    _l("This is the last administrator of an agency. Give the role to another post first.")
)
HOLDS_POSTS = ErasureBlock(_l("The person holds a post, now or later. End the appointments first."))


def blocks_of(person: Person) -> list[ErasureBlock]:
    """Return everything that is in the way of erasing a person now."""
    found = []
    if agencies_of_last(person.id):
        found.append(LAST_ADMINISTRATOR)
    held = select(Appointment.id).where(
        Appointment.person_id == person.id, is_not_over(clock.now()) | Appointment.keeps_role
    )
    if db.session.scalar(held.limit(1)):
        found.append(HOLDS_POSTS)
    return found
