"""The filters of a directory search, read from an address; unknown values find nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from intranet.organisation.agencies.models import AgencyKind
from intranet.organisation.agencies.queries import agency_by_code
from intranet.organisation.agencies.territories import canonical
from intranet.organisation.people.access import closed_agency_ids
from intranet.organisation.people.models import Person
from intranet.platform.core.parsing import printable
from intranet.platform.index import tags
from intranet.platform.index.expressions import Expression, Tag
from intranet.platform.index.models import DocumentKind

GROUPS = (DocumentKind.PERSON, DocumentKind.POST, DocumentKind.UNIT, DocumentKind.AGENCY)
WORKING = (DocumentKind.PERSON, DocumentKind.POST)
LEVELS = ("1", "2", "3", "4", "5")
NAMES = ("group", "agency", "kind", "territory", "function", "level")
VALUE_CHARACTERS = 40


@dataclass(frozen=True)
class DirectoryFilters:
    """The filters as the address has them, empty if not set. `agency` is an official code."""

    group: str = ""
    agency: str = ""
    kind: str = ""
    territory: str = ""
    function: str = ""
    level: str = ""
    agency_id: UUID | None = None

    @classmethod
    def read(cls, asked: Mapping[str, str], viewer: Person) -> "DirectoryFilters":
        """Read the filters from an address. `kind` may also name the group, as in the API.

        An agency that is closed to the viewer counts as unknown.
        """
        values = {name: printable(asked.get(name, ""), VALUE_CHARACTERS) for name in NAMES}
        if values["kind"] in {each.value for each in GROUPS}:
            values["group"], values["kind"] = values["kind"], ""
        if values["group"] not in {each.value for each in GROUPS}:
            values["group"] = ""
        values["function"] = values["function"].upper()
        values["territory"] = canonical(values["territory"])
        agency = agency_by_code(values["agency"]) if values["agency"] else None
        if agency and not agency.in_directory and agency.id in closed_agency_ids(viewer):
            agency = None
        return cls(**values, agency_id=agency.id if agency else None)

    @property
    def is_empty(self) -> bool:
        """Whether no filter but perhaps the group is set."""
        return not any(getattr(self, name) for name in NAMES if name != "group")

    @property
    def is_impossible(self) -> bool:
        """Whether a filter names something that does not exist."""
        return bool(
            (self.agency and not self.agency_id)
            or (self.kind and self.kind not in {each.value for each in AgencyKind})
            or (self.level and self.level not in LEVELS)
            or (self.territory and not _word(self.territory))
            or (self.function and not _word(self.function))
        )

    def expressions(self) -> list[Expression]:
        """Return the filters for the index, without the group."""
        found: list[Expression] = []
        if self.agency_id:
            found.append(Tag(tags.agency(self.agency_id)))
        if self.kind:
            found.append(Tag(tags.agency_kind(self.kind)))
        if self.territory:
            found.append(Tag(tags.territory(self.territory)))
        if self.function:
            found.append(Tag(tags.function(self.function)))
        if self.level:
            found.append(Tag(tags.level(int(self.level))))
        return found

    def groups(self) -> tuple[DocumentKind, ...]:
        """Return the kinds to search for: units and agencies have no level or function."""
        if self.group:
            return (DocumentKind(self.group),)
        return WORKING if self.level or self.function else GROUPS

    def address(self) -> dict[str, str]:
        """Return the filters as the query of an address, without empty ones."""
        return {name: getattr(self, name) for name in NAMES if getattr(self, name)}

    def without(self, name: str) -> "DirectoryFilters":
        """Return the same filters without one."""
        values = {each: getattr(self, each) for each in NAMES if each != name}
        return DirectoryFilters(**values, agency_id=self.agency_id if name != "agency" else None)


def _word(text: str) -> bool:
    return text.isascii() and text.replace("-", "").isalnum()
