"""What people do on the first page."""

from intranet.core.unit_of_work import unit_of_work
from intranet.home.models import FirstStepsEnd
from intranet.people.models import Person


def end_first_steps(person: Person) -> None:
    """Put the list of first steps away. Twice changes nothing."""
    with unit_of_work() as work:
        work.add_unless_there(FirstStepsEnd, {"person_id": person.id})
