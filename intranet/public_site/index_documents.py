"""Public content as the search index holds it: only approved text."""

from intranet.platform.index import tags
from intranet.platform.index.models import DocumentKind
from intranet.platform.index.operations import IndexDocument
from intranet.public_site.models import ShowcaseItem
from intranet.publishing.publications.index_documents import words_of
from intranet.publishing.publications.models import PublicationVersion


def open_document(item: ShowcaseItem, version: PublicationVersion) -> IndexDocument:
    """Return the search document of the approved version, with tags for the filters."""
    stage = item.facts.get("stage")
    return IndexDocument(
        kind=DocumentKind.OPEN,
        subject_id=item.publication_id,
        title=" ".join(version.title.values()),
        body=" ".join(map(words_of, version.body.values())),
        tags=[
            tags.kind(DocumentKind.OPEN),
            tags.publication_kind(item.kind),
            tags.agency(item.agency_id),
            *map(tags.function, item.topics),
            *map(tags.language, version.title),
            *([tags.stage(stage)] if stage else []),
        ],
    )
