"""Reactions of the calendar to events of other packages."""

from sqlalchemy import delete

from intranet.accounts.events import SecretsEnded
from intranet.core.unit_of_work import unit_of_work
from intranet.events.models import CalendarKey
from intranet.extensions import db


def end_calendar(event: SecretsEnded) -> None:
    """Revoke the secret address of a person's calendar."""
    with unit_of_work():
        db.session.execute(delete(CalendarKey).where(CalendarKey.person_id == event.person_id))
