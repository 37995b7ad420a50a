"""Filters of the list of publications: by kind, blog, author or topic."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select

from intranet.extensions import db
from intranet.messaging.spaces.models import Space, SpaceKind
from intranet.organisation.agencies.models import Agency, Function, Unit
from intranet.organisation.people.access import closed_agency_ids, get_person
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound
from intranet.publishing.publications.models import (
    VOICED,
    Publication,
    PublicationKind,
    PublicationTopic,
)

NARROWED_BY = ("kind", "unit", "agency", "by", "topic")


@dataclass(frozen=True)
class PublicationFilter:
    """A filter of the list; empty, it keeps everything that the person may read."""

    kind: PublicationKind | None = None
    unit: Unit | None = None
    agency: Agency | None = None
    by: Person | None = None
    topic: Function | None = None

    @property
    def subject(self) -> Unit | Agency | Person | Function | None:
        """The unit, agency, author or topic of the list, if any."""
        return self.unit or self.agency or self.by or self.topic

    @property
    def address(self) -> dict[str, str]:
        """The filter as query parameters."""
        parts = {
            "kind": self.kind.value if self.kind else None,
            "unit": str(self.unit.id) if self.unit else None,
            "agency": self.agency.code if self.agency else None,
            "by": str(self.by.id) if self.by else None,
            "topic": self.topic.code if self.topic else None,
        }
        return {name: value for name, value in parts.items() if value}

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
            found.append(
                exists().where(
                    PublicationTopic.publication_id == Publication.id,
                    PublicationTopic.function_code == self.topic.code,
                )
            )
        return found


def read_narrowing(viewer: Person, sent: Mapping[str, str]) -> PublicationFilter:
    """Read the filter from an address.

    Raises:
        NotFound: it names something that does not exist or that the viewer may not know.
    """
    kind, unit, agency, by, topic = (sent.get(name, "") for name in NARROWED_BY)
    return PublicationFilter(
        kind=PublicationKind(kind) if kind in set(VOICED) else None,
        unit=_unit(viewer, _id(unit)) if unit else None,
        agency=_agency(viewer, agency) if agency else None,
        by=get_person(viewer, _id(by)) if by else None,
        topic=_topic(topic) if topic else None,
    )


def _space_ids(*which: ColumnElement[bool]) -> list[UUID]:
    """Return the ids of spaces, fetched beforehand so that the list walks one index."""
    return list(db.session.scalars(select(Space.id).where(*which)))


def _unit(viewer: Person, unit_id: UUID) -> Unit:
    unit = db.session.get(Unit, unit_id)
    if unit is None or unit.agency_id in closed_agency_ids(viewer):
        raise NotFound
    return unit


def _agency(viewer: Person, code: str) -> Agency:
    agency = db.session.scalar(select(Agency).where(Agency.code == code))
    if agency is None or agency.id in closed_agency_ids(viewer):
        raise NotFound
    return agency


def _topic(code: str) -> Function:
    topic = db.session.get(Function, code)
    if topic is None:
        raise NotFound
    return topic


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error
