"""Whose an import is: of those who administer all of its agencies."""

from uuid import UUID

from intranet.administration.imports import queries
from intranet.administration.imports.models import Import
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound


def get_import(person: Person, import_id: UUID) -> Import:
    """An import, if the person administers every agency that it is for.

    Raises:
        NotFound: there is none, or it is not theirs; also the operator's own are nobody's here.
    """
    row = queries.visible_import(person.administered_agency_ids(), import_id)
    if row is None:
        raise NotFound
    return row
