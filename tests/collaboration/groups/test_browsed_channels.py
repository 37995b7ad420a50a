"""Open channels are joined from their list, by what their group allows, and left there."""

import re

import pytest

from intranet.collaboration.groups.models import Joining
from intranet.collaboration.groups.operations.joining import join
from intranet.messaging.conversations.channel_browser import ChannelAction, browse_channels
from tests.collaboration.groups.helpers import group_of, inside

NAMES = {Joining.OPEN: "Abierto", Joining.REQUEST: "Se pide", Joining.INVITATION: "Se invita"}


@pytest.fixture
def groups(app, cast):
    """A group of Elna for each way of coming in; their ids by way."""
    with app.app_context():
        return {
            way: group_of(cast.elna, f"Grupo {name}", joining=way).space_id
            for way, name in NAMES.items()
        }


def ways(person):
    """What each of these channels offers."""
    found = browse_channels(person, "grupo").lines
    return {line.title.removeprefix("Grupo "): line.way for line in found}


@pytest.mark.both
def test_channels_of_open_groups_alone_are_offered(app, cast, groups, spanish_request):
    # the others are read by their people alone
    assert ways(cast.ana) == {"Abierto": ChannelAction.JOIN}


@pytest.mark.slow
def test_one_press_joins_and_the_next_leaves_and_the_list_stays(app, cast, client_of, groups):
    ana, space_id = client_of(cast.ana), groups[Joining.OPEN]
    address = "/messages/channels?q=grupo"
    page = ana.get(address).text
    assert re.search(rf'action="/groups/{space_id}/join"', page)
    assert f'name="next"\n         value="{address}"' in page
    answer = ana.submit(f"/groups/{space_id}/join", {"next": address})
    assert (answer.status_code, answer.location) == (303, address)
    page = ana.get(address).text
    assert f'action="/groups/{space_id}/leave"' in page
    answer = ana.submit(f"/groups/{space_id}/leave", {"next": address})
    assert (answer.status_code, answer.location) == (303, address)
    outside = ana.submit(f"/groups/{space_id}/join", {"next": "//evil.example/"})
    assert outside.location == f"/groups/{space_id}"


@pytest.mark.slow
def test_the_ways_of_many_channels_are_asked_together(app, cast, groups, count_queries):
    def asked():
        with app.test_request_context(), count_queries() as statements:
            lines = browse_channels(cast.ana, "grupo").lines
        return len(lines), len(statements)

    asked()
    few, before = asked()
    with app.app_context():
        for number in range(8):
            join(cast.ana, group_of(cast.elna, f"Grupo {number}"))
            group_of(cast.elna, f"Grupo más {number}")
    many, after = asked()
    assert many > few + 15
    assert after <= before + 2


def test_who_is_in_by_a_post_is_offered_no_way_out(app, cast, spanish_request):
    rule = {"any": [{"unit": str(cast.licences.id), "below": True}]}
    group = group_of(cast.elna, "Grupo por puesto", audience=rule)
    assert inside(group, cast.ana) == [True]
    assert ways(cast.ana)["por puesto"] == ChannelAction.NONE
