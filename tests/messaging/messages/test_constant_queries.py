"""A conversation asks the database as often for three messages as for forty, and for no more."""

import re

import pytest

from intranet.messaging.conversations.access import rights_of
from intranet.messaging.conversations.operations import start_direct_message
from intranet.messaging.conversations.queries import reader_ids
from intranet.messaging.messages.operations import add_reaction
from tests.messaging.messages.helpers import channel_of, say

MOST = {
    "/": 51,
    "/messages": 24,
    "/c/{}": 40,
    "/c/{}/m/1": 51,
    "/c/{}/members": 45,
    "/switcher?q=a": 51,
}
"""The statements of each page, within working hours, when it is asked who is there."""
# SQLite puts two tables that are joined in brackets together whole, before it looks at the rest.
WHOLE_TABLES = re.compile(r"JOIN \(\w+ (AS \w+ )?JOIN")


@pytest.fixture
def talks(app, cast):
    """Begins a talk of three people with Ana."""

    def begin():
        with app.app_context():
            for other in (cast.carles, cast.xoel, cast.bieito):
                say(other, start_direct_message(other, [cast.ana]))

    return begin


@pytest.fixture
def grow(app, cast):
    """Lets people say more: with replies, reactions, mentions, and further talks."""

    def add(number):
        with app.app_context():
            channel = channel_of(cast.licences)
            for _ in range(number):
                said = say(cast.uxia, channel, f"@[Ana](person:{cast.ana.id})", posts_per_10s=1000)
                say(cast.ana, channel, parent_id=said.id, posts_per_10s=1000)
                add_reaction(cast.ana, said, "👍")
            return channel.id

    return add


@pytest.fixture
def ana(at_work, cast, client_of):
    return client_of(cast.ana)


@pytest.mark.slow
def test_the_number_of_queries_does_not_grow_with_what_is_said(ana, count_queries, grow, talks):
    channel = grow(2)
    addresses = {path.format(channel): most for path, most in MOST.items()}

    def asked(address):
        with count_queries() as statements:
            assert ana.get(address).status_code == 200
        return len(statements)

    for address in addresses:
        ana.get(address)
    before = {address: asked(address) for address in addresses}
    grow(20)
    talks()
    after = {address: asked(address) for address in addresses}

    # The first direct talk adds the queries for the people of talks, whatever their number.
    for address, most in addresses.items():
        assert after[address] <= min(before[address] + 5, most), (address, before, after)


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", ["/", "/c/{channel}", "/c/{channel}/m/2", "/c/{channel}/members", "/switcher?q=a"]
)
def test_no_query_reads_whole_tables_for_what_belongs_to_a_row(ana, count_queries, grow, path):
    address = path.format(channel=grow(1))
    with count_queries() as asked:
        assert ana.get(address).status_code == 200

    assert [query for query in asked if WHOLE_TABLES.search(query)] == []


def test_who_is_in_a_room_is_asked_of_its_members_alone(app, cast, count_queries):
    """Not of everybody who holds a post anywhere: this is asked whenever somebody posts."""
    with app.app_context():
        channel, uxia = channel_of(cast.licences), cast.uxia
        with count_queries() as asked:
            rights_of(uxia, channel)
            reader_ids(channel)

    assert asked
    assert [query for query in asked if "IN (SELECT appointments.person_id" in query] == []


def test_a_message_that_calls_many_asks_as_often_as_one_that_calls_one(app, cast, count_queries):
    posts = [cast.head_post, cast.architect_post, cast.officer_post, cast.mayor_post]
    with app.app_context():
        channel = channel_of(cast.licences)
        say(cast.uxia, channel)
        one, many = (
            " ".join(f"@[{post.code}](post:{post.id})" for post in some)
            for some in (posts[:1], posts)
        )
        with count_queries() as for_one:
            say(cast.uxia, channel, one)
        with count_queries() as for_many:
            say(cast.uxia, channel, many)

    assert len(for_many) <= len(for_one) + 1
