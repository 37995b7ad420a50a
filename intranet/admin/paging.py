"""Lists page by page, by the key of the last row: a page stays right while rows come and go."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from flask import request
from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from intranet.core.templating import this_page
from intranet.extensions import Identified, db

Row = TypeVar("Row", bound=Identified)
PAGE = 50


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list, with the addresses of its neighbours."""

    rows: Sequence[Row]
    previous: str | None = None
    next: str | None = None


def page_of(
    found: Select[Any], kind: type[Row], key: InstrumentedAttribute[Any], *, falling: bool = False
) -> Page[Row]:
    """The page of a list that the address asks for by `after` or `before`.

    Args:
        key: what the list is sorted by; the id decides between equals.
        falling: the largest first.
    """
    before, edge = _edge(kind, "before"), _edge(kind, "after")
    backwards = before is not None
    if backwards:
        edge = before
    rising = falling == backwards
    if edge is not None:
        here = tuple_(key, kind.id)
        there = tuple_(getattr(edge, key.key), edge.id)
        found = found.where(here > there if rising else here < there)
    order = (key.asc(), kind.id.asc()) if rising else (key.desc(), kind.id.desc())
    rows = list(db.session.scalars(found.order_by(*order).limit(PAGE + 1)))
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    if backwards:
        rows.reverse()
    has_previous = more if backwards else edge is not None
    has_next = True if backwards else more
    return Page(
        rows,
        this_page(before=str(rows[0].id), after=None) if rows and has_previous else None,
        this_page(after=str(rows[-1].id), before=None) if rows and has_next else None,
    )


def _edge(kind: type[Row], name: str) -> Row | None:
    try:
        return db.session.get(kind, UUID(request.args[name]))
    except (KeyError, ValueError):
        return None
