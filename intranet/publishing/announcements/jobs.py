"""Scheduled jobs and an outbox handler for announcements."""

import logging
from collections.abc import Mapping
from typing import Any

from intranet.extensions import db
from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound
from intranet.platform.core.outbox import Pace, handler
from intranet.publishing.announcements.models import Proof
from intranet.publishing.announcements.operations.proving import MAKE, forget_documents, make_proof
from intranet.publishing.announcements.operations.recording import forget_codes
from intranet.publishing.announcements.operations.reminding import due_rounds, remind_round
from intranet.publishing.publications.models import Publication

log = logging.getLogger(__name__)


def remind_due() -> None:
    """Send the reminders that are due; a failure affects its own publication only."""
    for publication_id, kind in due_rounds(clock.now()):
        publication = db.session.get(Publication, publication_id)
        if publication is None:
            continue
        try:
            remind_round(publication, kind)
        except Exception:
            log.exception("reminders of publication %s", publication_id)
            db.session.rollback()


def forget_old() -> None:
    """Delete expired codes and the documents of old proofs."""
    now = clock.now()
    forget_codes(now)
    forget_documents(now)


@handler(MAKE, pace=Pace.LONG)
def make(payload: Mapping[str, Any]) -> None:
    """Make a requested proof, unless the requester may no longer see the report."""
    proof = db.session.get(Proof, payload["code"])
    if proof is None:
        return
    try:
        make_proof(proof)
    except NotFound:
        log.info("proof %s is no longer to be made", proof.code)
