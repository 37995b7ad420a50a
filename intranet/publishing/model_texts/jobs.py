"""Scheduled job for models."""

import logging

from intranet.extensions import db
from intranet.platform.core import clock
from intranet.publishing.model_texts import queries
from intranet.publishing.model_texts.models import ModelText
from intranet.publishing.model_texts.operations.using import notify_of_lapse

log = logging.getLogger(__name__)


def notify_lapsed() -> None:
    """Notify the users of models that have lapsed; a failure affects its own model only."""
    for publication_id in queries.lapsed_ids(clock.now()):
        try:
            notify_of_lapse(db.session.get_one(ModelText, publication_id))
        except Exception:
            log.exception("model %s", publication_id)
            db.session.rollback()
