"""Who sees the report: the author's post all of it, heads what concerns their own people."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, exists, false, or_, select, true

from intranet.extensions import db
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.agencies.queries import subtree
from intranet.organisation.people.models import Person
from intranet.organisation.people.speaking import posts_spoken_for
from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound
from intranet.publishing.publications.access import may_write
from intranet.publishing.publications.models import Publication, Recipient
from intranet.publishing.publications.senders import is_asked


@dataclass(frozen=True)
class Scope:
    """Of whom somebody sees the report of a publication.

    `unit_paths` are those of the units that they head; None where it is of everybody.
    """

    publication: Publication
    unit_paths: tuple[str, ...] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is of everybody to whom the publication was sent."""
        return self.unit_paths is None

    def holds(self, unit_paths: Collection[str] | None) -> bool:
        """Whether it is of all the people of these units; None: of everybody."""
        if self.unit_paths is None:
            return True
        return unit_paths is not None and all(
            path.startswith(self.unit_paths) for path in unit_paths
        )

    def units(self) -> ColumnElement[bool]:
        """The units whose people they see, as a condition on `Unit`."""
        if self.unit_paths is None:
            return true()
        return or_(false(), *(subtree(path) for path in self.unit_paths))

    def rows(self) -> ColumnElement[bool]:
        """The recipients whom they see and who are asked to confirm, as a condition."""
        sent = (Recipient.publication_id == self.publication.id) & is_asked()
        if self.is_whole:
            return sent
        return sent & Recipient.unit_id.in_(select(Unit.id).where(self.units()))


def get_scope(person: Person, publication_id: UUID) -> Scope:
    """Of whom the person sees the report.

    Raises:
        NotFound: nobody is asked to confirm it, or none of those asked are the person's.
    """
    publication = db.session.get(Publication, publication_id)
    if publication is None:
        raise NotFound
    scope = scope_of(person, publication)
    if scope is None:
        raise NotFound
    return scope


def scope_of(person: Person, publication: Publication) -> Scope | None:
    """The same; None where the person sees nothing of it."""
    if publication.published_at is None or publication.due_on is None:
        return None
    if may_write(person, publication):
        return Scope(publication)
    if publication.withdrawn_at:
        return None
    scope = Scope(publication, tuple(_headed_paths(person)))
    if scope.unit_paths and db.session.scalar(select(exists().where(scope.rows()))):
        return scope
    return None


def _headed_paths(person: Person) -> Sequence[str]:
    """The paths of the units for whose heads the person speaks."""
    spoken = posts_spoken_for(person.id, clock.now()).subquery()
    return db.session.scalars(
        select(Unit.path)
        .join(Post, Post.unit_id == Unit.id)
        .where(Post.id.in_(select(spoken.c.post_id)), Post.is_head.is_(True))
        .order_by(Unit.path)
    ).all()
