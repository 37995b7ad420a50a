"""Statements are converted to PostgreSQL's own notation once."""

import pytest
from psycopg._transformer import Transformer

from intranet.platform.core.converted_queries import MAX_PARAMETERS, ConvertedQuery


def parts_of(count):
    """Convert a statement with a number of parameters, and return what it was taken apart into."""
    query = ConvertedQuery(Transformer())
    asked = ", ".join(f"%(value_{number})s" for number in range(count))
    query.convert(f"SELECT {asked}", {f"value_{number}": number for number in range(count)})
    assert query.query.startswith(b"SELECT $1, $2")
    return query._parts


@pytest.mark.parametrize(("count", "is_kept"), [(400, True), (MAX_PARAMETERS + 1, False)])
def test_a_statement_is_converted_once_unless_it_is_a_list_of_any_length(count, is_kept):
    assert (parts_of(count) is parts_of(count)) == is_kept
