"""What the clock does with models."""

import logging

from intranet.extensions import db
from intranet.platform.core import clock
from intranet.publishing.model_texts import queries
from intranet.publishing.model_texts.models import ModelText
from intranet.publishing.model_texts.operations.using import tell_of_lapse

log = logging.getLogger(__name__)


def tell_lapsed() -> None:
    """Tell who uses a model whose last day is over; one that fails stops itself only."""
    for publication_id in queries.lapsed_ids(clock.now()):
        try:
            tell_of_lapse(db.session.get_one(ModelText, publication_id))
        except Exception:
            log.exception("model %s", publication_id)
            db.session.rollback()
