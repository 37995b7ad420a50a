"""What is written along with a publication: by which words it is found."""

from intranet.extensions import db
from intranet.index.models import DocumentKind
from intranet.index.operations import put, remove
from intranet.publications.documents import publication_document
from intranet.publications.events import Corrected, Published, Withdrawn
from intranet.publications.models import Publication
from intranet.publications.queries import topics_of
from intranet.publications.versions import files_in, get_version


def index_publication(event: Published | Corrected) -> None:
    """Let a publication be found by what its readers get now."""
    publication = db.session.get_one(Publication, event.publication_id)
    if version := get_version(publication, publication.version):
        topics = topics_of(publication)
        put([publication_document(publication, version, files_in(version), topics)])


def forget_publication(event: Withdrawn) -> None:
    """Let what was withdrawn be found no more."""
    remove(DocumentKind.PUBLICATION, [event.publication_id])
