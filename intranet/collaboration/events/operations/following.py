"""The secret address of a person's calendar."""

from intranet.collaboration.events.models import CalendarKey
from intranet.extensions import db
from intranet.organisation.accounts.operations.own_account import notify_of_secret_address
from intranet.organisation.accounts.random_secrets import hash_of, new_secret
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work


def make_calendar_key(person: Person, *, has_places: bool) -> str:
    """Create a new secret for the person's calendar; the previous address stops working.

    Args:
        has_places: the calendar also holds the events of the person's spaces, whatever the
            person answered.
    """
    secret = new_secret()
    with unit_of_work() as work:
        notify_of_secret_address(work, person, "/me/calendar")
        values = {
            "person_id": person.id,
            "key_hash": hash_of(secret),
            "has_places": has_places,
            "created_at": clock.now(),
        }
        work.add_unless_there(CalendarKey, values)
        row = db.session.get_one(CalendarKey, person.id, with_for_update=True)
        row.key_hash, row.created_at = hash_of(secret), clock.now()
        row.has_places = has_places
    return secret


def end_calendar(person: Person) -> None:
    """Revoke the address of the person's calendar."""
    with unit_of_work() as work:
        row = db.session.get(CalendarKey, person.id)
        if row:
            work.delete(row)
