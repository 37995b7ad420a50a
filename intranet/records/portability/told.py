"""The account that a package gives of itself: its kind, its subject, and what it counted."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.records.packages.reading import Package, altered
from intranet.records.packages.writing import MANIFEST
from intranet.records.portability.scope import PackageKind


class ToldAgency(BaseModel):
    """The agency of a package."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    id: UUID
    code: Annotated[str, Field(min_length=1, max_length=40)]


class ToldPackage(BaseModel):
    """The account that a package gives of itself."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    kind: PackageKind
    subject_id: UUID
    as_of: AwareDatetime
    revision: Annotated[str, Field(max_length=100)]
    counts: dict[str, Annotated[int, Field(ge=0)]]
    agency: ToldAgency | None = None


def read_told(package: Package, wanted: PackageKind) -> ToldPackage:
    """Return the account that a package gives of itself, if it is of the wanted kind.

    Raises:
        Invalid: it is of another kind or of a later version, or it does not say what it must.
    """
    from intranet.platform.core.schema import is_known_revision  # noqa: PLC0415 - a library for rare work

    if package.manifest.get("kind") != wanted:
        raise Invalid({"package": WANTED[wanted]})
    try:
        told = ToldPackage.model_validate(package.manifest)
    except ValidationError as error:
        raise altered(MANIFEST) from error
    is_agency = wanted == PackageKind.AGENCY
    if is_agency and (told.agency is None or told.agency.id != told.subject_id):
        raise altered(MANIFEST)
    if not is_known_revision(told.revision):
        raise Invalid({"package": _l("This package is of another version of the program.")})
    return told


WANTED = {
    PackageKind.AGENCY: _l("This package does not hold an agency."),
    PackageKind.GROUP: _l("This package does not hold a group."),
}
