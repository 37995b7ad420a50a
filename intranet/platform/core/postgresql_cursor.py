"""The cursor that executes statements on PostgreSQL."""

from collections.abc import Sequence
from typing import Any, Self

import psycopg

from intranet.platform.core.converted_queries import ConvertedQuery


class ResultColumns(Sequence[psycopg.Column]):
    """The columns of a result, of which each is described when it is looked at.

    SQLAlchemy looks at those of a statement once, and asks each time whether there are some: on a
    page with 2,000 columns that was a twelfth of its time.
    """

    def __init__(self, cursor: psycopg.Cursor[Any]) -> None:
        self._cursor = cursor
        self._places = range(cursor.pgresult.nfields if cursor.pgresult else 0)

    def __len__(self) -> int:
        """Return how many columns there are."""
        return len(self._places)

    def __getitem__(self, place: Any) -> Any:
        """Return the description of a column, or of some."""
        found = self._places[place]
        if isinstance(found, int):
            return psycopg.Column(self._cursor, found)
        return [psycopg.Column(self._cursor, each) for each in found]


class Cursor(psycopg.Cursor[Any]):
    """A cursor that lets PostgreSQL plan each full-text query for its own words.

    A prepared plan is made once for all words: finding the newest messages took four times as long.
    """

    _query_cls = ConvertedQuery

    @property
    def description(self) -> Any:
        """The columns of the result, described as they are looked at."""
        result = self.pgresult
        return ResultColumns(self) if result and result.nfields else super().description

    def execute(self, query: Any, *how: Any, **more: Any) -> Self:
        """Execute a statement, and prepare it unless it is a full-text query."""
        if isinstance(query, str) and "to_tsquery" in query:
            more["prepare"] = False
        return super().execute(query, *how, **more)
