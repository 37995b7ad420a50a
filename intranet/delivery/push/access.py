"""Access to devices: people can see only their own."""

from uuid import UUID

from intranet.delivery.push.models import PushSubscription
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound


def get_subscription(person: Person, subscription_id: UUID) -> PushSubscription:
    """Return a device of the person's own.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    row = db.session.get(PushSubscription, subscription_id)
    if row is None or row.person_id != person.id:
        raise NotFound
    return row
