"""Which languages of a text are older than its original: it was corrected, and they were not."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from intranet.extensions import db
from intranet.publishing.publications.models import Publication, PublicationVersion

Said = Mapping[str, tuple[str, str]]
"""The title and the text by language."""


def older_languages(publication: Publication, version: PublicationVersion) -> frozenset[str]:
    """The languages in which a version, stored or to be, says what an earlier original said."""
    if version.number == 1 or len(version.title) == 1:
        return frozenset()
    return _older(publication, version.number, _said(version.title, version.body))


def older_in_work(publication: Publication) -> frozenset[str]:
    """The same of the working copy of what was published."""
    texts = {row.language: (row.title, row.body) for row in publication.texts if row.title}
    if not publication.version or len(texts) < 2:  # noqa: PLR2004 - an original and another
        return frozenset()
    return _older(publication, publication.version + 1, texts)


def _older(publication: Publication, number: int, last: Said) -> frozenset[str]:
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


def _last_changes(history: Iterable[Said]) -> dict[str, int]:
    """When each language was changed last, as places in the history."""
    before: dict[str, tuple[str, str]] = {}
    changed: dict[str, int] = {}
    for place, said in enumerate(history):
        for tag, words in said.items():
            if before.get(tag) != words:
                before[tag], changed[tag] = words, place
    return changed


def _said(title: Mapping[str, str], body: Mapping[str, str]) -> Said:
    return {tag: (words, body.get(tag, "")) for tag, words in title.items()}
