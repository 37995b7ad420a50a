"""The period of a search, as times and as positions in the index."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from intranet.attention.search.query_parser import SearchMeaning
from intranet.extensions import db
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.platform.index.queries import start_column, time_column

MAX_OUT_OF_ORDER = timedelta(minutes=1)
"""Messages of different conversations may be stored out of order by up to this time."""


@dataclass(frozen=True)
class SearchPeriod:
    """The period of a search, also as positions in the index, so that less of it is scanned.

    `first` is the first position in the period, and `last` the one after it.
    """

    instants: Sequence[ColumnElement[bool]] = ()
    first: int | None = None
    last: int | None = None

    def before(self, position: int | None) -> "SearchPeriod":
        """Return the same period, before a position."""
        known = [each for each in (self.last, position) if each is not None]
        return replace(self, last=min(known, default=None))

    def after(self, position: int | None) -> "SearchPeriod":
        """Return the same period, after a position."""
        return self if position is None else replace(self, first=max(self.first or 0, position + 1))

    def places(self, at: ColumnElement[int] | None = None) -> list[ColumnElement[bool]]:
        """Return the positions as conditions on a column, that of the index if none is given."""
        column = start_column() if at is None else at
        return [
            *([column >= self.first] if self.first is not None else []),
            *([column < self.last] if self.last is not None else []),
        ]

    def all(self) -> list[ColumnElement[bool]]:
        """Return the period as conditions on a document."""
        return [*self.instants, *self.places()]


def period_of(meaning: SearchMeaning) -> SearchPeriod | None:
    """Return the period of a query; None if it is empty."""
    instants: list[ColumnElement[bool]] = []
    first = last = None
    if meaning.since:
        first = _first_since(meaning.since - MAX_OUT_OF_ORDER)
        if first is None:
            return None
        instants.append(time_column() >= meaning.since)
    if meaning.until:
        instants.append(time_column() < meaning.until)
        last = _first_since(meaning.until + MAX_OUT_OF_ORDER)
    return SearchPeriod(instants, first, last)


def _first_since(instant: datetime) -> int | None:
    """Return the position of the first message or file from an instant on."""
    return db.session.scalar(
        select(SearchDocument.id)
        .where(SearchDocument.at >= instant, SearchDocument.kind != DocumentKind.PUBLICATION)
        .order_by(SearchDocument.at)
        .limit(1)
    )
