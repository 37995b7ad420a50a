"""Choices of the editor for an article: its visibility and its topics."""

from dataclasses import dataclass

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.messaging.spaces.models import SpaceKind, Visibility
from intranet.messaging.spaces.queries import member_count
from intranet.organisation.agencies.models import Function, Post
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import is_current
from intranet.platform.core import clock
from intranet.platform.core.i18n import _, ngettext
from intranet.platform.core.text import sort_key
from intranet.platform.core.web import current_language
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.view_models import origin_of

OFFERED_VISIBILITIES = (Visibility.MEMBERS, Visibility.AGENCY, Visibility.NETWORK)


@dataclass(frozen=True)
class ArticleReach:
    """A visibility offered for an article, with a label and the number of people."""

    visibility: Visibility
    label: str
    count: int

    @property
    def people(self) -> str:
        """The number of people today, in words."""
        return ngettext("%(num)s person", "%(num)s people", self.count)


def reaches_of(publication: Publication, widest: Visibility | None = None) -> list[ArticleReach]:
    """List the visibilities to choose from. In an agency's blog, its members are the whole agency.

    Args:
        widest: the widest visibility to offer.
    """
    space = publication.space
    offered: tuple[Visibility, ...] = (
        OFFERED_VISIBILITIES[1:] if space.kind == SpaceKind.AGENCY else OFFERED_VISIBILITIES
    )
    if publication.visibility == Visibility.PUBLIC:
        offered = (*offered, Visibility.PUBLIC)
    wideness = list(Visibility).index
    if widest:
        offered = tuple(one for one in offered if wideness(one) <= wideness(widest))
    return [
        ArticleReach(visibility, _label(publication, visibility), _count(publication, visibility))
        for visibility in offered
    ]


def reach_of(publication: Publication) -> ArticleReach | None:
    """Return the visibility that is chosen."""
    for reach in reaches_of(publication) if publication.is_article else ():
        if reach.visibility == publication.visibility:
            return reach
    return None


def topics_offered() -> list[tuple[str, str]]:
    """List all functions as options, by name; the first stands for none."""
    language = current_language()
    rows = db.session.scalars(select(Function)).all()
    named = sorted(
        ((row.code, row.name.text(language)) for row in rows), key=lambda one: sort_key(one[1])
    )
    return [("", _("None")), *named]


def _label(publication: Publication, visibility: Visibility) -> str:
    if visibility == Visibility.MEMBERS:
        return _("The people in %(unit)s", unit=origin_of(publication))
    if visibility == Visibility.AGENCY:
        agency = publication.agency
        name = agency.name.text(current_language(), agency.language)
        return _("Everyone in %(agency)s", agency=name)
    if visibility == Visibility.PUBLIC:
        return _("Everyone in the network. The approved version is on the public site.")
    return _("Everyone in the network, including other administrations")


def _count(publication: Publication, visibility: Visibility) -> int:
    if visibility == Visibility.MEMBERS:
        return member_count(publication.space_id)
    people = (
        select(func.count(Appointment.person_id.distinct()))
        .join(Post, Post.id == Appointment.post_id)
        .where(is_current(clock.now()))
    )
    if visibility == Visibility.AGENCY:
        people = people.where(Post.agency_id == publication.agency_id)
    return db.session.scalar(people) or 0
