"""What belongs to an administered agency."""

from uuid import UUID

from intranet.agencies.models import Agency
from intranet.core.errors import NotFound
from intranet.extensions import db
from intranet.worktime.models import Duty


def get_duty(agency: Agency, duty_id: UUID) -> Duty:
    """A duty of the agency.

    Raises:
        NotFound: there is none, or it is another agency's.
    """
    duty = db.session.get(Duty, duty_id)
    if duty is None or duty.agency_id != agency.id:
        raise NotFound
    return duty
