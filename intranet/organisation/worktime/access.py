"""Load duties of an administered agency."""

from uuid import UUID

from intranet.extensions import db
from intranet.organisation.agencies.models import Agency
from intranet.organisation.worktime.models import Duty
from intranet.platform.core.errors import NotFound


def get_duty(agency: Agency, duty_id: UUID) -> Duty:
    """Return a duty of the agency.

    Raises:
        NotFound: there is none, or it belongs to another agency.
    """
    duty = db.session.get(Duty, duty_id)
    if duty is None or duty.agency_id != agency.id:
        raise NotFound
    return duty
