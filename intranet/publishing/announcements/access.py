"""Access to an announcement's report: writers see all of it, heads only their own people."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, exists, false, or_, select, true

from intranet.extensions import db
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.agencies.queries import subtree
from intranet.organisation.people.models import Person
from intranet.organisation.people.speakers import posts_spoken_for
from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound
from intranet.publishing.publications.access import may_write
from intranet.publishing.publications.announcement_models import Recipient
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.senders import is_asked


@dataclass(frozen=True)
class AnnouncementScope:
    """The part of a publication's report that a person may see.

    `unit_paths` are the paths of the units that they head; None for the whole report.
    """

    publication: Publication
    unit_paths: tuple[str, ...] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the scope covers every recipient of the publication."""
        return self.unit_paths is None

    def holds(self, unit_paths: Collection[str] | None) -> bool:
        """Return whether the scope covers everyone in these units; None means every recipient."""
        if self.unit_paths is None:
            return True
        return unit_paths is not None and all(
            path.startswith(self.unit_paths) for path in unit_paths
        )

    def units(self) -> ColumnElement[bool]:
        """Return the units that the scope covers, as a condition on `Unit`."""
        if self.unit_paths is None:
            return true()
        return or_(false(), *(subtree(path) for path in self.unit_paths))

    def rows(self) -> ColumnElement[bool]:
        """Return a condition for recipients in the scope who are asked to confirm."""
        sent = (Recipient.publication_id == self.publication.id) & is_asked()
        if self.is_whole:
            return sent
        return sent & Recipient.unit_id.in_(select(Unit.id).where(self.units()))


def get_scope(person: Person, publication_id: UUID) -> AnnouncementScope:
    """Return the part of the report that the person may see.

    Raises:
        NotFound: nobody is asked to confirm the publication, or the person may see no recipient.
    """
    publication = db.session.get(Publication, publication_id)
    if publication is None:
        raise NotFound
    scope = scope_of(person, publication)
    if scope is None:
        raise NotFound
    return scope


def scope_of(person: Person, publication: Publication) -> AnnouncementScope | None:
    """Return the part of the report that the person may see; None if they may see nothing."""
    if publication.published_at is None or publication.announcement.due_on is None:
        return None
    if may_write(person, publication):
        return AnnouncementScope(publication)
    if publication.withdrawn_at:
        return None
    scope = AnnouncementScope(publication, tuple(_headed_paths(person)))
    if scope.unit_paths and db.session.scalar(select(exists().where(scope.rows()))):
        return scope
    return None


def _headed_paths(person: Person) -> Sequence[str]:
    """Return the paths of the units for whose heads the person acts."""
    spoken = posts_spoken_for(person.id, clock.now()).subquery()
    return db.session.scalars(
        select(Unit.path)
        .join(Post, Post.unit_id == Unit.id)
        .where(Post.id.in_(select(spoken.c.post_id)), Post.is_head.is_(True))
        .order_by(Unit.path)
    ).all()
