"""Cards of announcements, articles and all other publications, and of their files."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, select

from intranet.delivery.files.models import File
from intranet.extensions import db
from intranet.messaging.messages.cards import LinkCard, LinkTarget
from intranet.organisation.people.models import Person
from intranet.platform.core.dates import day
from intranet.platform.core.i18n import _
from intranet.platform.core.web import current_language
from intranet.publishing.publications.access import readable_by
from intranet.publishing.publications.kinds import KindState, kind_named, kind_of
from intranet.publishing.publications.models import Publication, PublicationFile, PublicationVersion
from intranet.publishing.publications.queries import versions_now
from intranet.publishing.publications.readable_ids import published_among
from intranet.publishing.publications.view_models import origin_of


def publication_cards(
    reader: Person, targets: Collection[LinkTarget]
) -> dict[LinkTarget, LinkCard]:
    """Return cards of the published, not withdrawn ones that the reader may read."""
    ids = published_among(reader, {UUID(each.id) for each in targets})
    if not ids:
        return {}
    items = {item.publication.id: item for item in versions_now(ids)}
    publications = [item.publication for item in items.values()]
    states = _states(reader, publications)
    return {
        target: _card(target, item.publication, item.version, states.get(item.publication.id))
        for target in targets
        if (item := items.get(UUID(target.id)))
    }


def files_of_publications(
    reader: Person, file_ids: Collection[UUID]
) -> dict[UUID, tuple[File, str]]:
    """Return these files with the title of their publication, if readable."""
    if not file_ids:
        return {}
    rows = db.session.execute(
        select(File, Publication.id)
        .join(PublicationFile, PublicationFile.file_id == File.id)
        .join(Publication, Publication.id == PublicationFile.publication_id)
        .where(File.id.in_(file_ids), *_stands(), readable_by(reader))
    ).all()
    items = {item.publication.id: item for item in versions_now({row[1] for row in rows})}
    return {
        file.id: (file, _title(items[publication_id].publication, items[publication_id].version)[0])
        for file, publication_id in rows
        if publication_id in items and str(file.id) in items[publication_id].version.file_ids
    }


def _stands() -> tuple[ColumnElement[bool], ...]:
    return Publication.published_at.is_not(None), Publication.withdrawn_at.is_(None)


def _card(
    target: LinkTarget,
    publication: Publication,
    version: PublicationVersion,
    state: KindState | None,
) -> LinkCard:
    kind = kind_of(publication)
    title, language = _title(publication, version)
    due = ""
    if publication.announcement.due_on:
        due = _("required reading, confirm by %(day)s", day=day(publication.announcement.due_on))
    about = (str(kind.word), due, origin_of(publication))
    said = state or KindState()
    return LinkCard(
        target.path, kind.icon, title, tuple(filter(None, about)), said.words, said.tone, language
    )


def _title(publication: Publication, version: PublicationVersion) -> tuple[str, str]:
    own = publication.space.agency.language
    language = version.title.language(current_language(), own)
    return version.title.text(language), language


def _states(reader: Person, publications: Iterable[Publication]) -> dict[UUID, KindState]:
    """Return the status of each publication for the reader, one lookup for each kind."""
    by_kind: dict[str, list[UUID]] = {}
    for publication in publications:
        by_kind.setdefault(publication.kind, []).append(publication.id)
    states: dict[UUID, KindState] = {}
    for kind, ids in by_kind.items():
        if look_up := kind_named(kind).states:
            states |= look_up(reader, ids)
    return states
