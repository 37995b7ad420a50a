"""Notify the users of a model text when it is corrected."""

from intranet.extensions import db
from intranet.publishing.model_texts.models import MODEL
from intranet.publishing.model_texts.operations.using import notify_of_change
from intranet.publishing.publications.events import Corrected
from intranet.publishing.publications.models import Publication


def follow_corrected(event: Corrected) -> None:
    """Notify the users of a model that was corrected."""
    publication = db.session.get_one(Publication, event.publication_id)
    if publication.kind == MODEL:
        notify_of_change(publication)
