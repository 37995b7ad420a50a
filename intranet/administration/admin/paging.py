"""Keyset pagination: a page stays correct while rows are added and removed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from flask import request
from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from intranet.extensions import Identified, db
from intranet.organisation.agencies.models import Agency
from intranet.platform.core.errors import NotFound
from intranet.platform.core.templating import this_page

Row = TypeVar("Row", bound=Identified)
PAGE_SIZE = 50


@dataclass(frozen=True)
class AdminPage(Generic[Row]):
    """A page of a list, with the addresses of the previous and next pages."""

    rows: Sequence[Row]
    previous: str | None = None
    next: str | None = None


def page_of(
    found: Select[Any],
    get: Callable[[Agency, UUID], Row],
    agency: Agency,
    key: InstrumentedAttribute[Any],
    *,
    falling: bool = False,
    size: int = PAGE_SIZE,
) -> AdminPage[Row]:
    """Return the page of a list that `after` or `before` in the address asks for.

    Args:
        get: returns a row of the agency by its id; raises `NotFound` for any other id.
        key: the sort key; ties are ordered by id.
        falling: sort in descending order.
        size: how many rows a page has.
    """
    kind = key.class_
    before, edge = _edge(get, agency, "before"), _edge(get, agency, "after")
    backwards = before is not None
    if backwards:
        edge = before
    rising = falling == backwards
    if edge is not None:
        here = tuple_(key, kind.id)
        there = tuple_(getattr(edge, key.key), edge.id)
        found = found.where(here > there if rising else here < there)
    order = (key.asc(), kind.id.asc()) if rising else (key.desc(), kind.id.desc())
    rows = list(db.session.scalars(found.order_by(*order).limit(size + 1)))
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    has_previous = more if backwards else edge is not None
    has_next = True if backwards else more
    return AdminPage(
        rows,
        this_page(before=str(rows[0].id), after=None) if rows and has_previous else None,
        this_page(after=str(rows[-1].id), before=None) if rows and has_next else None,
    )


def _edge(get: Callable[[Agency, UUID], Row], agency: Agency, name: str) -> Row | None:
    try:
        return get(agency, UUID(request.args[name]))
    except (KeyError, ValueError, NotFound):
        return None
