"""Scheduled job for publications."""

import logging

from intranet.extensions import db
from intranet.platform.core import clock
from intranet.publishing.publications import queries
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.publishing import publish_scheduled

log = logging.getLogger(__name__)


def publish_due() -> None:
    """Publish what is scheduled and due; a failure affects its own publication only."""
    for publication_id in queries.due_ids(clock.now()):
        publication = db.session.get(Publication, publication_id)
        if publication is None:
            continue
        try:
            publish_scheduled(publication)
        except Exception:
            log.exception("publication %s did not go out", publication_id)
            db.session.rollback()
