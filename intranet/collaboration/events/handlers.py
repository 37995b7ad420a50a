"""Reactions of the calendar to events of other packages."""

from sqlalchemy import delete

from intranet.collaboration.events.models import CalendarKey
from intranet.extensions import db
from intranet.organisation.accounts.events import SecretsEnded
from intranet.platform.core.unit_of_work import unit_of_work


def end_calendar(event: SecretsEnded) -> None:
    """Revoke the secret address of a person's calendar."""
    with unit_of_work():
        db.session.execute(delete(CalendarKey).where(CalendarKey.person_id == event.person_id))
