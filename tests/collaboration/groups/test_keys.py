"""Two keys: who is inside follows from both, at every door and in the same second."""

from datetime import timedelta

import pytest

from intranet.collaboration.groups.models import Joining
from intranet.collaboration.groups.operations import joining
from intranet.collaboration.groups.operations.sharing import (
    share_with,
    stop_sharing,
    turn_back,
    turn_key,
)
from intranet.messaging.spaces.models import Reach
from intranet.messaging.spaces.queries import current_member_ids
from intranet.organisation.agencies.operations.administrations import (
    accept_mandate,
    propose_mandate,
)
from intranet.organisation.people.operations.appointments import end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from tests.collaboration.groups.helpers import group_of, inside, reads

RULE = {"any": [{"level": "head"}]}


@pytest.fixture
def shared(app_context, cast):
    """A group of Altamar, by rule for all heads, that Monteclaro was asked to share."""
    group = group_of(cast.elna, reach=Reach.SHARED, audience=RULE, joining=Joining.INVITATION)
    share_with(cast.elna, group, cast.monteclaro, "Expedientes de obra menor")
    return group


def both(cast, group):
    turn_key(cast.guillem, group, cast.altamar, None)
    turn_key(cast.dorleta, group, cast.monteclaro, None)


@pytest.mark.slow
def test_one_key_alone_opens_nothing(shared, cast):
    turn_key(cast.dorleta, shared, cast.monteclaro, None)
    assert inside(shared, cast.elna, cast.carles) == [True, False]

    turn_key(cast.guillem, shared, cast.altamar, None)
    assert inside(shared, cast.elna, cast.carles) == [True, True]


@pytest.mark.slow
@pytest.mark.both
def test_turned_back_its_people_are_out_in_the_same_transaction_and_in_again_with_it(shared, cast):
    both(cast, shared)
    joining.invite(cast.elna, shared, cast.iria)
    joining.answer_invitation(cast.iria, shared, is_accepted=True)
    assert inside(shared, cast.carles, cast.iria) == [True, True]
    version = shared.space.members_version

    turn_back(cast.dorleta, shared, cast.monteclaro)

    assert inside(shared, cast.elna, cast.carles, cast.iria) == [True, False, False]
    assert not reads(cast.iria, shared)
    assert shared.space.members_version > version
    turn_key(cast.dorleta, shared, cast.monteclaro, None)
    assert inside(shared, cast.carles, cast.iria) == [True, True]


@pytest.mark.slow
def test_the_key_of_the_groups_own_agency_turned_back_puts_out_all_others(shared, cast):
    both(cast, shared)

    turn_back(cast.guillem, shared, cast.altamar)

    assert inside(shared, cast.elna, cast.carles) == [True, False]


@pytest.mark.both
def test_a_key_turned_until_a_day_is_over_after_it_without_anybody_doing_anything(
    shared, cast, monkeypatch
):
    until = clock.today("Europe/Madrid") + timedelta(days=3)
    turn_key(cast.guillem, shared, cast.altamar, None)
    turn_key(cast.dorleta, shared, cast.monteclaro, until)
    assert inside(shared, cast.carles) == [True]

    later = clock.end_of(until, "Europe/Madrid") + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert cast.carles.id not in current_member_ids(shared.space)
    assert not reads(cast.carles, shared)


@pytest.mark.slow
def test_only_an_agencys_administrators_turn_its_key(shared, cast):
    for person in (cast.guillem, cast.carles, cast.elna):
        with pytest.raises(Forbidden):
            turn_key(person, shared, cast.monteclaro, None)
        with pytest.raises(Forbidden):
            turn_back(person, shared, cast.monteclaro)


def test_a_key_that_nobody_asked_for_cannot_be_turned_nor_until_a_day_that_is_over(shared, cast):
    with pytest.raises(Invalid):
        turn_key(cast.dorleta, group_of(cast.elna, name="Otro"), cast.monteclaro, None)
    with pytest.raises(Invalid):
        turn_key(
            cast.dorleta,
            shared,
            cast.monteclaro,
            clock.today("Europe/Madrid") - timedelta(days=1),
        )


def test_who_was_let_in_for_an_agency_is_out_with_the_post_there(shared, cast):
    both(cast, shared)
    joining.invite(cast.elna, shared, cast.iria)
    joining.answer_invitation(cast.iria, shared, is_accepted=True)

    end_appointment(None, current_appointments(cast.iria.id)[0])
    for held in current_appointments(cast.iria.id):
        end_appointment(None, held)

    assert inside(shared, cast.iria) == [False]


@pytest.mark.slow
@pytest.mark.both
def test_shared_no_longer_is_as_turned_back(shared, cast):
    both(cast, shared)
    stop_sharing(cast.elna, shared, cast.monteclaro)
    assert inside(shared, cast.carles) == [False]
    with pytest.raises(Invalid):
        stop_sharing(cast.elna, shared, cast.altamar)


@pytest.fixture
def guillem_administers_both(shared, cast):
    """By a mandate Guillem administers Monteclaro as well."""
    last_day = clock.today("Europe/Madrid") + timedelta(days=90)
    mandate = propose_mandate(
        cast.dorleta, cast.monteclaro, cast.assistance_post, last_day=last_day
    )
    accept_mandate(cast.guillem, mandate)


@pytest.mark.slow
@pytest.mark.parametrize("first", ["altamar", "monteclaro"])
def test_one_person_turns_one_key_whatever_they_administer(
    shared, cast, guillem_administers_both, first
):
    second = "monteclaro" if first == "altamar" else "altamar"
    turn_key(cast.guillem, shared, getattr(cast, first), None)
    with pytest.raises(Conflict):
        turn_key(cast.guillem, shared, getattr(cast, second), None)
    assert inside(shared, cast.carles) == [False]

    if first == "monteclaro":
        turn_back(cast.guillem, shared, cast.monteclaro)
        turn_key(cast.guillem, shared, cast.altamar, None)
    turn_key(cast.dorleta, shared, cast.monteclaro, None)
    assert inside(shared, cast.carles) == [True]
    with pytest.raises(Conflict):  # nor by saying another day
        turn_key(cast.guillem, shared, cast.monteclaro, clock.today("Europe/Madrid"))
