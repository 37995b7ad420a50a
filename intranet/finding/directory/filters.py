"""The filters of a directory search, read from an address; unknown values find nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from intranet.finding.finder.filters import FilterReader, sent_as
from intranet.finding.finder.properties import TagFilters
from intranet.organisation.people.models import Person
from intranet.platform.index import tags
from intranet.platform.index.expressions import Expression, Tag
from intranet.platform.index.models import DocumentKind

GROUPS = (DocumentKind.PERSON, DocumentKind.POST, DocumentKind.UNIT, DocumentKind.AGENCY)
WORKING = (DocumentKind.PERSON, DocumentKind.POST)


@dataclass(frozen=True)
class DirectoryFilters(TagFilters):
    """The filters as the address has them, empty if not set. `agency` is an official code."""

    group: str = ""
    agency: str = ""
    kind: str = ""
    territory: str = ""
    function: str = ""
    level: str = ""
    agency_id: UUID | None = field(default=None, metadata=sent_as(""))

    @classmethod
    def read(cls, sent: Mapping[str, str], viewer: Person) -> "DirectoryFilters":
        """Read the filters from an address. `kind` may also name the group, as in the API.

        An agency that is closed to the viewer counts as unknown.
        """
        given, values = FilterReader(sent), cls.values(sent)
        group = given.one_of("group", GROUPS)
        if values["kind"] in GROUPS:
            group, values["kind"] = values["kind"], ""
        agency = given.agency(viewer)
        return cls(
            **values,
            group=group,
            agency=given.text("agency"),
            agency_id=agency.id if agency else None,
        )

    @property
    def is_impossible(self) -> bool:
        """Whether a filter names something that does not exist."""
        return bool(self.agency and not self.agency_id) or super().is_impossible

    def expressions(self) -> list[Expression]:
        """Return the filters for the index, without the group."""
        agency = [tags.agency(self.agency_id)] if self.agency_id else []
        return [Tag(name) for name in (*agency, *self.as_tags())]

    def groups(self) -> tuple[DocumentKind, ...]:
        """Return the kinds to search for: units and agencies have no level or function."""
        if self.group:
            return (DocumentKind(self.group),)
        return WORKING if self.level or self.function else GROUPS
