"""Filters of the list of publications: by kind, blog, author or topic."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, select

from intranet.extensions import db
from intranet.finding.finder.filters import FilterReader, Filters
from intranet.messaging.spaces.models import Space, SpaceKind
from intranet.organisation.agencies.models import Agency, Function, Unit
from intranet.organisation.people.access import closed_agency_ids, get_person
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound
from intranet.publishing.publications.models import (
    VOICED,
    Publication,
)
from intranet.publishing.publications.queries import has_topic


@dataclass(frozen=True)
class PublicationFilter(Filters):
    """A filter of the list; empty, it keeps everything that the person may read."""

    kind: str | None = None
    unit: Unit | None = None
    agency: Agency | None = None
    by: Person | None = None
    topic: Function | None = None

    @property
    def subject(self) -> Unit | Agency | Person | Function | None:
        """The unit, agency, author or topic of the list, if any."""
        return self.unit or self.agency or self.by or self.topic

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the filter as conditions on `Publication`."""
        found: list[ColumnElement[bool]] = []
        if self.kind:
            found.append(Publication.kind == self.kind)
        if self.unit:
            found.append(Publication.space_id.in_(_space_ids(Space.unit_id == self.unit.id)))
            found.append(Publication.published_by_id.is_not(None))
        if self.agency:
            of_agency = Space.agency_id == self.agency.id
            its_own = _space_ids(of_agency, Space.kind == SpaceKind.AGENCY)
            found.append(Publication.space_id.in_(its_own))
            found.append(Publication.published_by_id.is_not(None))
        if self.by:
            found.append(Publication.published_by_id == self.by.id)
        if self.topic:
            found.append(has_topic(self.topic.code))
        return found


def read_narrowing(viewer: Person, sent: Mapping[str, str]) -> PublicationFilter:
    """Read the filter from an address.

    Raises:
        NotFound: it names something that does not exist or that the viewer may not know.
    """
    given, kind = FilterReader(sent), sent.get("kind", "")
    unit_id, author_id = given.id("unit"), given.id("by")
    agency, topic = given.agency(viewer), given.function()
    if given.unknown:
        raise NotFound
    return PublicationFilter(
        kind=kind if kind in set(VOICED) else None,
        unit=_unit(viewer, unit_id) if unit_id else None,
        agency=agency,
        by=get_person(viewer, author_id) if author_id else None,
        topic=topic,
    )


def _space_ids(*which: ColumnElement[bool]) -> list[UUID]:
    """Return the ids of spaces, fetched beforehand so that the list walks one index."""
    return list(db.session.scalars(select(Space.id).where(*which)))


def _unit(viewer: Person, unit_id: UUID) -> Unit:
    unit = db.session.get(Unit, unit_id)
    if unit is None or unit.agency_id in closed_agency_ids(viewer):
        raise NotFound
    return unit
