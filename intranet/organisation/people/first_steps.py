"""Whether a new person has hidden the list of first steps."""

from sqlalchemy import exists, select

from intranet.extensions import db
from intranet.organisation.people.models import FirstStepsEnd, Person
from intranet.platform.core.unit_of_work import unit_of_work


def has_hidden_first_steps(person: Person) -> bool:
    """Return whether the person has hidden their first steps."""
    return bool(db.session.scalar(select(exists().where(FirstStepsEnd.person_id == person.id))))


def hide_first_steps(person: Person) -> None:
    """Hide the person's first steps permanently; hiding them again changes nothing."""
    with unit_of_work() as work:
        work.add_unless_there(FirstStepsEnd, {"person_id": person.id})
