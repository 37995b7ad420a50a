"""What people open often looks at no table as a whole, and at no more where there is more.

The list of hot paths is the one that `intranet bench country` times: `pages_of`.
"""

import pytest

from tests.plans.looking import growing, look
from tools.bench.country.pages import PART

pytestmark = pytest.mark.slow

FEW_ROWS = {"sqlite": 4_000, "postgresql": 20_000}
"""Smaller tables PostgreSQL reads whole because that is the faster way."""

FEWEST_PAGES = 50
FACTOR = 3
"""In the small country lists are not full yet; a table read whole would be ten times as much."""
SLACK = {"sqlite": 40_000, "postgresql": 600}

BOUNDED = {
    "search": "of what is common, as many of the newest as it takes (`index.newest.newest_ids`)",
    "questions, words": "500 of those that fit (`publications.contributed.MAX_FOUND`)",
    "counterparts": "the best 220 posts, each with who stands in it, of the 400 strongest in each"
    " of six occupations (`counterparts.occupation_search`)",
    "post": "the same, to show its counterparts",
    "person": "the same, to show their counterparts",
    "groups": "the people in each of the groups of a page, to count them",
    "home": "the same, to name who does what one does",
}
MOST = {"sqlite": 600_000, "postgresql": 40_000}
"""At so much these may look at all: the small country has less than they would look at."""


@pytest.mark.both
@pytest.mark.parametrize("reader", ["head", "villager"])
def test_no_table_that_grows_is_read_as_a_whole(small, large, reader, database):
    grows = growing(small, large, FEW_ROWS[database])

    found = {
        f"{name}: {table}: {statement[:400]}"
        for name, looked in look(large, reader).items()
        for table, statement in looked.whole
        if table in grows
    }

    assert {"messages", "search_documents", "space_members", "recipients"} <= grows
    assert not found, "\n".join(sorted(found))


@pytest.mark.both
def test_a_page_looks_at_no_more_where_there_is_ten_times_as_much(small, large, database):
    before, after = _by_page(look(small, "villager")), _by_page(look(large, "villager"))

    grown = {
        name: (before[name], amount)
        for name, amount in after.items()
        if name in before and amount > _allowed(name, before[name], database)
    }

    assert len(after) > FEWEST_PAGES
    assert not grown, "\n".join(f"{name}: {amounts}" for name, amounts in sorted(grown.items()))


def _allowed(name: str, before: int, database: str) -> int:
    if name in BOUNDED or name.partition(", ")[0] in BOUNDED:
        return MOST[database]
    return FACTOR * before + SLACK[database]


def _page(name: str) -> str:
    return name.partition(" /")[0].removesuffix(f" {PART}")


def _by_page(looked):
    """Of each page the address that looks at the most."""
    found: dict[str, int] = {}
    for name, each in looked.items():
        found[_page(name)] = max(found.get(_page(name), 0), each.amount)
    return found
