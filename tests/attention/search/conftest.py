"""A search as somebody makes it, in the language of the house."""

import pytest

from intranet import schedule  # noqa: F401 - what the outbox does
from intranet.attention.search.queries import SearchFinder
from intranet.attention.search.query_parser import understand
from intranet.attention.search.search_query import SearchQuery
from intranet.platform.index.models import DocumentKind


@pytest.fixture
def ids_found(spanish_request):
    """Ids of the messages, or files, that somebody finds, the newest first."""

    def find(person, text, kind=DocumentKind.MESSAGE, **narrowed):
        question = SearchQuery(text=text, **narrowed)
        search = SearchFinder(person, understand(person, question))
        return [row.subject_id for row in search.newest(kind)]

    return find
