"""A poll in a group asks people of whichever agency are in it."""

import pytest

from intranet.collaboration.groups.models import Joining
from intranet.collaboration.groups.operations.sharing import share_with, turn_back, turn_key
from intranet.collaboration.polls.access import belongs_still
from intranet.collaboration.polls.forms import PollAudienceForm
from intranet.collaboration.polls.operations.opening import PollRules, open_poll
from intranet.collaboration.polls.voter_choice import chosen_audience, count_voters, words_for
from intranet.messaging.spaces.models import Reach, Visibility
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core.errors import Forbidden
from intranet.publishing.publications.operations.drafting import Written
from tests.collaboration.groups.helpers import group_of, inside
from tests.collaboration.polls.helpers import OPTIONS, chooses, results


@pytest.fixture
def group(app_context, cast):
    """A group that Altamar and Monteclaro share, with everybody of both in it."""
    rule = {"any": [{"agency": str(cast.monteclaro.id)}, {"agency": str(cast.altamar.id)}]}
    group = group_of(cast.elna, reach=Reach.SHARED, audience=rule, joining=Joining.INVITATION)
    share_with(cast.elna, group, cast.monteclaro, "Expedientes")
    turn_key(cast.guillem, group, cast.altamar, None)
    turn_key(cast.dorleta, group, cast.monteclaro, None)
    return group


@pytest.fixture
def poll(group, cast):
    """What asks the heads in it, and nobody else reads it."""
    post = current_appointments(cast.elna.id)[0].post
    rules = PollRules(
        OPTIONS, audience=chosen_audience(group.space, PollAudienceForm(asked="heads"))
    )
    texts = {"ca": Written("Quan?", "")}
    return open_poll(cast.elna, group.space, post, texts, rules, visibility=Visibility.MEMBERS)


@pytest.mark.slow
@pytest.mark.both
def test_its_heads_are_those_of_every_agency_whose_key_is_turned(group, poll, cast):
    heads = chosen_audience(group.space, PollAudienceForm(asked="heads"))
    assert words_for(group.space, heads).endswith("Padrón sin papeles")
    assert poll.asked == count_voters(group.space, heads)
    assert inside(group, cast.carles, cast.iria) == [True, True]

    chooses(cast.carles, poll, 1)
    with pytest.raises(Forbidden):
        chooses(cast.iria, poll, 1)

    assert results(poll) == [1, 0, 0]


def test_whose_key_is_turned_back_votes_no_more(group, poll, cast):
    assert belongs_still(cast.carles, poll)

    turn_back(cast.dorleta, group, cast.monteclaro)

    assert not belongs_still(cast.carles, poll)
    with pytest.raises(Forbidden):
        chooses(cast.carles, poll, 1)
