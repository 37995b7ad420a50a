"""Publications as documents of the search index, in all their languages."""

from collections.abc import Sequence

from intranet.delivery.files.models import File
from intranet.finding.counterparts.query_parser import read
from intranet.messaging.messages.index_documents import plain_text
from intranet.organisation.agencies.models import Function
from intranet.platform.index import tags
from intranet.platform.index.models import DocumentKind
from intranet.platform.index.operations import IndexDocument
from intranet.publishing.publications.models import Publication, PublicationVersion
from intranet.publishing.publications.texts import without_pictures

MAX_TITLE_FUNCTIONS = 2
"""Functions found in a title beyond these are taken for coincidence."""


def words_of(body: str) -> str:
    """Return a body as plain text."""
    return plain_text(without_pictures(body))


def _words(file: File) -> list[str]:
    """Return a file's name, its description and the full text of an infographic."""
    return [word for word in (file.name, file.alternative, file.long_text) if word]


def publication_document(
    publication: Publication,
    version: PublicationVersion,
    files: Sequence[File],
    topics: Sequence[Function],
) -> IndexDocument:
    """Return the indexed document: titles, texts, and the words of its files."""
    named = [word for file in files for word in _words(file)]
    if not publication.is_voiced:  # contributions are also found by their topics
        named += [name for topic in topics for name in topic.name.values()]
    author_id = publication.published_by_id
    return IndexDocument(
        kind=DocumentKind.PUBLICATION,
        subject_id=publication.id,
        author_id=author_id,
        at=publication.published_at,
        title=" ".join(version.title.values()),
        body=" ".join([*map(words_of, version.body.values()), *named]),
        tags=[
            tags.kind(DocumentKind.PUBLICATION),
            *([tags.author(author_id)] if author_id else []),
            *([tags.HAS_FILE] if files else []),
            *([] if publication.is_voiced else _near(publication, version, topics)),
        ],
    )


def _near(
    publication: Publication, version: PublicationVersion, topics: Sequence[Function]
) -> list[str]:
    """Return the tags for finding similar publications: kind, topics, functions in titles."""
    codes = {topic.code for topic in topics}
    for title in version.title.values():
        codes.update(list(read(title).functions)[:MAX_TITLE_FUNCTIONS])
    return [tags.published(publication.kind), *map(tags.function, sorted(codes))]
