"""REST: the frame of administration calls, and the agency that a call is about."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Annotated, Any, Concatenate, ParamSpec, Protocol
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from pydantic import Field
from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from intranet.administration.admin.sections import asked_act
from intranet.extensions import Identified, db
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.agencies.locks import lock_organisation
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.people.access import administered_agencies, get_administered_agency
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid, NotFound, PreconditionFailed
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import Line, printable
from intranet.platform.core.query_values import limit
from intranet.platform.core.rest import (
    NO_CURSOR,
    PREFIX,
    after_name,
    cursor,
    name_cursor,
    page,
    version_sent,
)
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work

P = ParamSpec("P")
Call = Callable[Concatenate[Person, Agency, P], ResponseReturnValue]

Tag = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Texts = Annotated[dict[Tag, Annotated[Line, Field(min_length=1)]], Field(min_length=1)]

bp = Blueprint("admin_api", __name__, url_prefix=f"{PREFIX}/admin")


class Versioned(Protocol):
    """A row with a version number, to detect concurrent changes."""

    version: Any


def administrator(call: Call[P]) -> Callable[P, ResponseReturnValue]:
    """Pass the person and the agency of `?agency=` to the call; by default their only agency.

    Answer 404 if no role of theirs in this agency, or in any, is for the section of the call.
    """

    @signed_in
    def of_agency(actor: Person, /, *args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        return call(actor, _agency(actor), *args, **kwargs)

    return wraps(call)(of_agency)


def _agency(actor: Person) -> Agency:
    act = asked_act(f"{PREFIX}/admin")
    if code := request.args.get("agency"):
        return get_administered_agency(actor, code, act)
    agencies = administered_agencies(actor, act)
    if not agencies:
        raise NotFound
    if len(agencies) > 1:
        raise Invalid({"agency": _l("You administer several agencies. Specify the agency’s code.")})
    return agencies[0]


def words() -> str:
    """Return the search text of a list: `?q=`."""
    return printable(request.args.get("q", ""), 80)


def list_by_name(
    found: Select[Any],
    kind: type[Identified],
    key: InstrumentedAttribute[str],
    rows_json: Callable[[Sequence[Any]], list[dict[str, Any]]],
) -> ResponseReturnValue:
    """Return a page of a list ordered by name."""
    if place := name_cursor():
        found = found.where(tuple_(key, kind.id) > place)
    count = limit()
    rows = db.session.scalars(found.order_by(key, kind.id).limit(count + 1)).all()
    some = rows[:count]
    more = len(rows) > count
    following = after_name(getattr(some[-1], key.key), some[-1].id) if more else None
    return page(rows_json(some), following)


def list_by_id(
    found: Select[Any],
    kind: type[Identified],
    rows_json: Callable[[Sequence[Any]], list[dict[str, Any]]],
) -> ResponseReturnValue:
    """Return a page of a list in the order of creation."""
    if last := cursor():
        try:
            found = found.where(kind.id > UUID(last))
        except ValueError as error:
            raise Invalid({"cursor": NO_CURSOR}) from error
    count = limit()
    rows = db.session.scalars(found.order_by(kind.id).limit(count + 1)).all()
    some = rows[:count]
    return page(rows_json(some), str(some[-1].id) if len(rows) > count else None)


def version_of(row: Versioned) -> int | None:
    """Return the version that the caller named in `If-Match`, if it is still the row's.

    Raises:
        PreconditionFailed: the row has another version by now.
    """
    version = version_sent(row.version)
    if version is not None and version != row.version:
        raise PreconditionFailed
    return version


@contextmanager
def changing(agency: Agency, row: Unit | Post) -> Iterator[None]:
    """Change a row of the organisation in one transaction, if it is still as the caller saw it.

    Raises:
        PreconditionFailed: the row has another version by now.
    """
    version_of(row)
    with unit_of_work() as work:
        lock_organisation(work, agency, row)
        version_of(row)
        yield


def merged(texts: Mapping[str, str] | None, before: Localized) -> Localized:
    """Return a localised text updated with the languages that were sent."""
    return Localized(texts) if texts is not None else before
