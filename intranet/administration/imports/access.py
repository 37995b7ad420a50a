"""Access to imports: people who administer all of an import's agencies may read it."""

from uuid import UUID

from intranet.administration.imports import queries
from intranet.administration.imports.models import Import
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound


def get_import(person: Person, import_id: UUID) -> Import:
    """Return an import, if the person administers every agency that it is for.

    Raises:
        NotFound: there is none, or the person may not see it. The operator's own imports are
            hidden from everybody.
    """
    row = queries.visible_import(person.administered_agency_ids(Act.IMPORT), import_id)
    if row is None:
        raise NotFound
    return row
