"""Jobs for publications: publish what is due, and index what came from elsewhere."""

import logging
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.platform.core import clock
from intranet.platform.core.outbox import enqueue, handler
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications import queries
from intranet.publishing.publications.events import PublicationPublished
from intranet.publishing.publications.handlers import index_publication
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.publishing import publish_scheduled

log = logging.getLogger(__name__)

FILL: Final = "publications.fill_index"
FILL_BATCH_SIZE = 200


@handler(FILL)
def fill_index(payload: Mapping[str, Any]) -> None:
    """Index a batch of what is published, and enqueue the next one.

    Args:
        payload: `after` is the id of the last one seen; empty for the first batch.
    """
    wanted = select(Publication.id).where(
        Publication.published_at.is_not(None), Publication.withdrawn_at.is_(None)
    )
    if payload:
        wanted = wanted.where(Publication.id > UUID(payload["after"]))
    ids = db.session.scalars(wanted.order_by(Publication.id).limit(FILL_BATCH_SIZE)).all()
    with unit_of_work() as work:
        for publication_id in ids:
            index_publication(PublicationPublished(publication_id))
        if len(ids) == FILL_BATCH_SIZE:
            enqueue(work, FILL, {"after": str(ids[-1])})


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
