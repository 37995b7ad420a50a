"""Remove a publication whose time is over; the caller decides which, and under which rule.

Its title, dates and numbers of versions stay, as a line that something was there.
"""

from flask_babel import force_locale
from sqlalchemy import delete, select

from intranet.delivery.files.operations import discard
from intranet.extensions import db
from intranet.platform.core import clock
from intranet.platform.core.i18n import _
from intranet.platform.core.idempotency import forget_answers_about
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import Work
from intranet.publishing.publications.events import VersionRemoved, Withdrawn
from intranet.publishing.publications.kinds import kind_of
from intranet.publishing.publications.models import (
    Publication,
    PublicationFile,
    PublicationText,
    PublicationVersion,
)
from intranet.publishing.publications.operations.discussing import shut_discussion
from intranet.publishing.publications.operations.publishing import REASON_LIMIT


def expire_publication(work: Work, publication: Publication, *, under: str) -> None:
    """Remove the texts and files of a publication that the caller has locked.

    Args:
        under: the name of the rule, which readers see as the reason.
    """
    now = clock.now()
    of_it = PublicationVersion.publication_id == publication.id
    for version in db.session.scalars(select(PublicationVersion).where(of_it)):
        version.summary, version.body, version.html = Localized(), {}, {}
        version.described, version.file_ids, version.words, version.sha256 = {}, [], 0, ""
        version.removed_at = version.removed_at or now
        work.publish(VersionRemoved(publication.id, version.number))
    for text in db.session.scalars(
        select(PublicationText).where(PublicationText.publication_id == publication.id)
    ):
        text.body = ""
    held = select(PublicationFile.file_id).where(PublicationFile.publication_id == publication.id)
    file_ids = db.session.scalars(held).all()
    db.session.execute(
        delete(PublicationFile).where(PublicationFile.publication_id == publication.id)
    )
    discard(file_ids, with_holder=True)
    if erase := kind_of(publication).expires:
        erase(publication.id)
    with force_locale(publication.agency.language):
        reason = _("Removed under the retention rule “%(rule)s”.", rule=under)
    publication.withdrawn_at = publication.withdrawn_at or now
    publication.withdrawn_reason = reason[:REASON_LIMIT]
    publication.hidden_at = publication.pinned_until = None
    publication.expired_at = now
    shut_discussion(work, publication)
    forget_answers_about(publication.id)
    work.publish(Withdrawn(publication.id))
