"""Publications as the index knows them: what readers get, in every language of it."""

from collections.abc import Sequence

from intranet.delivery.files.models import File
from intranet.finding.counterparts.words import read
from intranet.messaging.messages.documents import plain_text
from intranet.organisation.agencies.models import Function
from intranet.platform.index import tags
from intranet.platform.index.models import DocumentKind
from intranet.platform.index.operations import Document
from intranet.publishing.publications.models import Publication, PublicationVersion
from intranet.publishing.publications.texts import without_pictures

ABOUT_AT_MOST = 2
"""So many functions a title names, at most; more are a coincidence."""


def words_of(body: str) -> str:
    """A body as it is read, but for the signs of its markup."""
    return plain_text(without_pictures(body))


def _words(file: File) -> list[str]:
    """What a file is called and shows; all that an infographic says."""
    return [word for word in (file.name, file.alternative, file.long_text) if word]


def publication_document(
    publication: Publication,
    version: PublicationVersion,
    files: Sequence[File],
    topics: Sequence[Function],
) -> Document:
    """What readers get of it: titles, texts, what its files are called and show."""
    named = [word for file in files for word in _words(file)]
    if not publication.is_voiced:  # found by what it is about, in every language
        named += [name for topic in topics for name in topic.name.values()]
    author_id = publication.published_by_id
    return Document(
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
    """By what it is found to be near something: its kind, and the functions it is about."""
    codes = {topic.code for topic in topics}
    for title in version.title.values():
        codes.update(list(read(title).functions)[:ABOUT_AT_MOST])
    return [tags.published(publication.kind.value), *map(tags.function, sorted(codes))]
