"""What follows for the open web when something is withdrawn."""

from intranet.core import clock
from intranet.core.unit_of_work import unit_of_work
from intranet.extensions import db
from intranet.index.models import DocumentKind
from intranet.index.operations import remove
from intranet.publications.events import Withdrawn
from intranet.showcase.models import ShowcaseItem


def follow_withdrawn(event: Withdrawn) -> None:
    """What is withdrawn is proposed no more, and was taken off at that moment."""
    with unit_of_work():
        item = db.session.get(ShowcaseItem, event.publication_id)
        if item is None:
            return
        item.proposed_at = item.proposed_version = item.proposed_by_id = None
        if item.is_shown:
            item.taken_off_at = item.changed_at = clock.now()
            remove(DocumentKind.OPEN, [event.publication_id])
