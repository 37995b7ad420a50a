"""What follows for the open web when something is withdrawn."""

from intranet.core import clock
from intranet.core.unit_of_work import unit_of_work
from intranet.extensions import db
from intranet.publications.events import Withdrawn
from intranet.showcase.models import ShowcaseItem


def follow_withdrawn(event: Withdrawn) -> None:
    """What is withdrawn is proposed no more; the door shows it no more by itself."""
    with unit_of_work():
        item = db.session.get(ShowcaseItem, event.publication_id)
        if item is not None:
            item.proposed_at = item.proposed_version = item.proposed_by_id = None
            item.changed_at = clock.now()
