"""Statements in PostgreSQL's own notation, converted once.

psycopg converts the 128 last statements once, and every statement of more than 4,096 bytes, as the
rules of access are, at each execution. That took as long as sending it.
"""

from functools import lru_cache
from typing import Any

from psycopg._queries import PostgresQuery, _query2pg_nocache

MAX_QUERIES = 500  # a process has some hundreds
MAX_CHARACTERS = 50_000
MAX_PARAMETERS = 600
"""Those of what reaches the head of a service are 44,000 and 530. Above it, it is a list of values
of any length, which will hardly come again.
"""


class ConvertedQuery(PostgresQuery):
    """A query whose conversion is kept."""

    def convert(self, query: Any, vars: Any) -> None:  # noqa: A002 - psycopg's name
        """Convert a query and its parameters."""
        is_kept = (
            isinstance(query, str)
            and vars is not None
            and len(query) <= MAX_CHARACTERS
            and len(vars) <= MAX_PARAMETERS
        )
        if not is_kept:
            super().convert(query, vars)
            return
        converted = _converted(query, self._tx.encoding)
        self.query, self._want_formats, self._order, self._parts = converted
        self.dump(vars)


@lru_cache(MAX_QUERIES)
def _converted(query: str, encoding: str) -> Any:
    return _query2pg_nocache(query.encode(encoding), encoding)
