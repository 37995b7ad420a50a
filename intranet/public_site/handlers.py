"""Reactions of the public site when a publication is withdrawn or a version removed."""

from intranet.extensions import db
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.public_site.models import ShowcaseItem
from intranet.public_site.operations.showing import remove_deleted_version
from intranet.publishing.publications.events import VersionRemoved, Withdrawn
from intranet.publishing.publications.models import Publication, PublicationVersion


def follow_withdrawn(event: Withdrawn) -> None:
    """Cancel the proposal of a withdrawn publication; `public_content` already leaves it out."""
    with unit_of_work():
        item = db.session.get(ShowcaseItem, event.publication_id)
        if item is not None:
            item.proposed_at = item.proposed_version = item.proposed_by_id = None
            item.changed_at = clock.now()


def follow_removed(event: VersionRemoved) -> None:
    """Take a removed version off the public site and its search index."""
    with unit_of_work():
        remove_deleted_version(
            db.session.get_one(Publication, event.publication_id),
            db.session.get_one(PublicationVersion, (event.publication_id, event.number)),
        )
