"""Who leads a group speaks for the group: never for an agency, nor in the name of another post."""

import pytest

from intranet.collaboration.groups.operations import joining
from intranet.collaboration.initiatives.models import Initiative
from intranet.collaboration.initiatives.operations.describing import create_initiative
from intranet.collaboration.questions.access import authorities
from intranet.messaging.spaces.models import Visibility
from intranet.platform.core.errors import Forbidden
from intranet.publishing.publications.access import get_own, may_write
from intranet.publishing.publications.placement import PublicationPlacement, posts_of
from tests.collaboration.groups.helpers import group_of
from tests.collaboration.ideas.helpers import box_of, idea_in
from tests.collaboration.initiatives.helpers import FACTS, SAID
from tests.collaboration.questions.helpers import asked


def test_who_opens_a_group_confirms_no_answer_for_their_agency(app_context, cast):
    question = asked(cast.elna)
    assert authorities(cast.ana, question) == []
    group_of(cast.ana)
    assert authorities(cast.ana, question) == []


def test_who_leads_a_group_does_not_rewrite_the_initiative_of_another_post(app_context, cast):
    group = group_of(cast.elna)
    joining.join(cast.carles, group)
    place = PublicationPlacement(group.space, posts_of(cast.carles)[0], Visibility.NETWORK)
    initiative = create_initiative(cast.carles, place, {"es": SAID}, FACTS)

    assert get_own(cast.carles, Initiative, initiative.publication_id) == initiative
    with pytest.raises(Forbidden):
        get_own(cast.elna, Initiative, initiative.publication_id)


def test_who_leads_a_place_still_writes_on_what_its_people_contribute(app_context, cast):
    idea = idea_in(cast.xoel, box_of(cast.carles, cast.urban_planning, cast.head_post))
    assert may_write(cast.carles, idea.publication)
    assert not may_write(cast.ana, idea.publication)
