"""Detection of outdated translations: languages not updated since the original was corrected."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from intranet.extensions import db
from intranet.publishing.publications.models import Publication, PublicationVersion

TextsByLanguage = Mapping[str, tuple[str, str]]
"""The title and the text by language."""


def older_languages(publication: Publication, version: PublicationVersion) -> frozenset[str]:
    """Return the languages of a version whose text is older than the original."""
    if version.number == 1 or len(version.title) == 1:
        return frozenset()
    return _older(publication, version.number, _said(version.title, version.body))


def older_in_work(publication: Publication) -> frozenset[str]:
    """Return the languages of the working copy whose text is older than the original.

    A publication that was never published has none.
    """
    texts = {row.language: (row.title, row.body) for row in publication.texts if row.title}
    if not publication.version or len(texts) < 2:  # noqa: PLR2004 - an original and another
        return frozenset()
    return _older(publication, publication.version + 1, texts)


def _older(publication: Publication, number: int, last: TextsByLanguage) -> frozenset[str]:
    rows = db.session.execute(
        select(PublicationVersion.title, PublicationVersion.body)
        .where(
            PublicationVersion.publication_id == publication.id,
            PublicationVersion.number < number,
            PublicationVersion.removed_at.is_(None),
        )
        .order_by(PublicationVersion.number)
    )
    changed = _last_changes([*(_said(title, body) for title, body in rows), last])
    own = publication.agency.language
    original = own if own in last else next(iter(last))
    return frozenset(tag for tag in last if changed[tag] < changed[original])


def _last_changes(history: Iterable[TextsByLanguage]) -> dict[str, int]:
    """Return the index in the history at which each language last changed."""
    before: dict[str, tuple[str, str]] = {}
    changed: dict[str, int] = {}
    for place, said in enumerate(history):
        for tag, words in said.items():
            if before.get(tag) != words:
                before[tag], changed[tag] = words, place
    return changed


def _said(title: Mapping[str, str], body: Mapping[str, str]) -> TextsByLanguage:
    return {tag: (words, body.get(tag, "")) for tag, words in title.items()}
