"""What is written along with a publication: by which words it is found."""

from intranet.extensions import db
from intranet.platform.index.models import DocumentKind
from intranet.platform.index.operations import put, remove
from intranet.publishing.publications.documents import publication_document
from intranet.publishing.publications.events import Corrected, Published, ShownAgain, Withdrawn
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.queries import topics_of
from intranet.publishing.publications.versions import files_in, get_version


def index_publication(event: Published | Corrected | ShownAgain) -> None:
    """Let a publication be found by what its readers get now."""
    publication = db.session.get_one(Publication, event.publication_id)
    if version := get_version(publication, publication.version):
        topics = topics_of(publication)
        put([publication_document(publication, version, files_in(version), topics)])


def forget_publication(event: Withdrawn) -> None:
    """Let what was withdrawn be found no more."""
    remove(DocumentKind.PUBLICATION, [event.publication_id])
