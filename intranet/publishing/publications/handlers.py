"""Handlers that keep the search index in step with publications."""

from intranet.extensions import db
from intranet.platform.index.models import DocumentKind
from intranet.platform.index.operations import put, remove
from intranet.publishing.publications.events import (
    Corrected,
    PublicationPublished,
    ShownAgain,
    Withdrawn,
)
from intranet.publishing.publications.index_documents import publication_document
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.queries import topics_of
from intranet.publishing.publications.versions import files_in, get_version


def index_publication(event: PublicationPublished | Corrected | ShownAgain) -> None:
    """Index the current version of a publication."""
    publication = db.session.get_one(Publication, event.publication_id)
    if version := get_version(publication, publication.version):
        topics = topics_of(publication)
        put([publication_document(publication, version, files_in(version), topics)])


def forget_publication(event: Withdrawn) -> None:
    """Remove a withdrawn publication from the index."""
    remove(DocumentKind.PUBLICATION, [event.publication_id])
