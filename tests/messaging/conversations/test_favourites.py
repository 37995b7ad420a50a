"""Favourites stand as the person put them, on all their devices; the menu of a row moves them."""

from uuid import uuid4

import pytest

from intranet.messaging.conversations.listing import favourites_among, listed
from intranet.messaging.conversations.operations import (
    add_favourite,
    drop_favourite,
    order_favourites,
    start_direct_message,
)
from tests.messaging.messages.helpers import channel_of, say
from tests.pages.api.calls import browser


def three_favourites(cast):
    """Three favourites of Ana by name: Bieito, Carles, Xoel."""
    talks = []
    for other in (cast.xoel, cast.bieito, cast.carles):
        talk = start_direct_message(cast.ana, [other])
        say(cast.ana, talk)
        add_favourite(cast.ana, talk)
        talks.append(talk)
    xoel, bieito, carles = talks
    return [bieito, carles, xoel]


@pytest.fixture
def favourites(spanish_request, cast):
    """These conversations, in a request."""
    return three_favourites(cast)


@pytest.fixture
def ids(app, cast):
    """Their ids, where each request is one of its own."""
    with app.app_context():
        return [row.id for row in three_favourites(cast)]


def order_of(person):
    """Their favourites, as the list shows them."""
    return [item.conversation.id for item in favourites_among(listed(person))]


@pytest.mark.slow
@pytest.mark.both
def test_favourites_stand_by_name_until_they_are_put_and_new_ones_follow(cast, favourites):
    bieito, carles, xoel = (row.id for row in favourites)
    assert order_of(cast.ana) == [bieito, carles, xoel]
    order_favourites(cast.ana, [xoel, uuid4(), bieito, xoel, carles])
    assert order_of(cast.ana) == [xoel, bieito, carles]
    drop_favourite(cast.ana, favourites[2].id)
    assert order_of(cast.ana) == [bieito, carles]
    add_favourite(cast.ana, favourites[2])
    assert order_of(cast.ana) == [bieito, carles, xoel]


def test_an_order_of_before_loses_no_favourite(cast, favourites):
    bieito, carles, xoel = (row.id for row in favourites)
    order_favourites(cast.ana, [xoel, carles, bieito])
    order_favourites(cast.ana, [bieito])
    assert order_of(cast.ana) == [bieito, xoel, carles]


@pytest.mark.slow
def test_the_menu_of_a_row_moves_a_favourite_and_ends_at_the_ends(cast, client_of, ids):
    bieito, carles, xoel = ids
    ana = client_of(cast.ana)

    def offered(conversation_id):
        text = ana.get(f"/c/{conversation_id}/menu", headers={"HX-Request": "true"}).text
        return 'value="up"' in text, 'value="down"' in text

    assert [offered(row) for row in (bieito, carles, xoel)] == [
        (False, True),
        (True, True),
        (True, False),
    ]
    assert ana.submit(f"/c/{xoel}/favourite", {"move": "up"}).status_code == 303
    assert ana.submit(f"/c/{bieito}/favourite", {"move": "up"}).status_code == 303
    page = ana.get(f"/c/{xoel}/menu").text
    shown = [page.index(f'href="/c/{row}"') for row in (bieito, xoel, carles)]
    assert shown == sorted(shown)


@pytest.mark.slow
def test_the_order_is_put_by_programs_as_well_and_is_limited(app, cast, ids):
    bieito, carles, xoel = map(str, ids)
    ana = browser(app, cast.ana)
    answer = ana.put("/favourites", {"ids": [carles, xoel]})
    assert answer.json == {"ids": [carles, xoel, bieito]}
    too_many = ana.put("/favourites", {"ids": [str(uuid4()) for _ in range(101)]})
    assert too_many.status_code == 422
    assert browser(app, cast.carles).put("/favourites", {"ids": [carles]}).json == {"ids": []}


@pytest.mark.slow
def test_a_row_that_is_no_favourite_offers_no_move_and_strangers_find_no_menu(app, cast, client_of):
    with app.app_context():
        channel = channel_of(cast.urban_planning).id
    text = client_of(cast.ana).get(f"/c/{channel}/menu").text
    assert 'name="move"' not in text
    stranger = client_of(cast.guillem)
    answers = [stranger.get(f"/c/{row}/menu").status_code for row in (channel, uuid4())]
    assert answers == [404, 404]
