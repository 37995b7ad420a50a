"""Joined loading: statements share aliases of tables, and each place in one has its own."""

import gc

import pytest
from sqlalchemy import Alias, literal, select

from intranet.extensions import db
from intranet.organisation.agencies.models import Administration, Post

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("app_context", "cast")]


def count_aliases() -> int:
    gc.collect()
    return sum(type(each) is Alias for each in gc.get_objects())


def test_statements_share_the_aliases_that_they_load_by():
    def read_by_another_statement(number: int) -> None:
        db.session.scalars(select(Post).where(literal(0) != number, *[literal(1) == 1] * number))

    read_by_another_statement(1)
    before = count_aliases()
    for number in range(2, 6):
        read_by_another_statement(number)

    assert count_aliases() <= before


def test_a_table_that_is_loaded_twice_by_one_statement_has_two_aliases():
    sql = str(select(Administration).compile(db.engine))

    assert "posts_1.id = administrations.post_id" in sql
    assert "posts_2.id = administrations.deputy_post_id" in sql
