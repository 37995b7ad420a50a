"""Common parts of the pages of imports: the person's agencies, the import of the address."""

from collections.abc import Callable
from uuid import UUID

from flask import g, request
from flask.typing import ResponseReturnValue

from intranet.administration.imports import queries
from intranet.administration.imports.access import get_import
from intranet.administration.imports.models import Import
from intranet.extensions import db
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.access import administered_agencies
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound


def importing(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Pass the person and the agencies they import for to the view; 404 if there are none."""

    @signed_in
    def with_agencies(actor: Person, /, **arguments: UUID | int | str) -> ResponseReturnValue:
        agencies = administered_agencies(actor, Act.IMPORT)
        if not agencies:
            raise NotFound
        asked = request.args.get("code", "")
        g.administered = next((each for each in agencies if each.code == asked), agencies[0])
        g.administrator = actor
        return view(actor, agencies, **arguments)

    with_agencies.__name__ = view.__name__
    with_agencies.__doc__ = view.__doc__
    return with_agencies


def import_of(actor: Person, import_id: UUID) -> Import:
    """Return an import that the person may see; the page is one of its first agency."""
    row = get_import(actor, import_id)
    [first, *_others] = queries.agency_ids_of(row)
    g.administered = db.session.get_one(Agency, first)
    return row
